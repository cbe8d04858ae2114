/** A participant's camera: a canvas that shows who it is and when. */
import { encodeVideo, type Keys, VIDEO_COLUMNS, VIDEO_ROWS } from './watermarks.ts';

const WIDTH = 320;
const HEIGHT = 180;
/** The lowest part of the picture is for people: the name and the time in figures. */
export const CAPTION_SHARE = 0.2;
const FRAME_MS = 1000 / 12;

export interface Camera {
  /** Its picture, with tracks of its own each time: lib-jitsi-meet ends a track that it mutes. */
  stream(): MediaStream;
  /** Pictures drawn so far. */
  drawn(): number;
}

/** Starts drawing; `now` gives milliseconds on Vigie's clock. */
export function startCamera(index: number, name: string, keys: Keys, now: () => number): Camera {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const pen = canvas.getContext('2d', { alpha: false, desynchronized: true })!;
  const markHeight = HEIGHT * (1 - CAPTION_SHARE);
  const cellWidth = WIDTH / VIDEO_COLUMNS;
  const cellHeight = markHeight / VIDEO_ROWS;
  let drawn = 0;

  const draw = () => {
    const at = now();
    const bits = encodeVideo({ sender: index, at }, keys);
    for (let cell = 0; cell < VIDEO_COLUMNS * VIDEO_ROWS; cell++) {
      pen.fillStyle = (bits >>> (31 - cell)) & 1 ? '#fff' : '#000';
      const x = (cell % VIDEO_COLUMNS) * cellWidth;
      const y = Math.floor(cell / VIDEO_COLUMNS) * cellHeight;
      pen.fillRect(x, y, cellWidth, cellHeight);
    }
    pen.fillStyle = '#1d3557';
    pen.fillRect(0, markHeight, WIDTH, HEIGHT - markHeight);
    pen.fillStyle = '#fff';
    pen.font = 'bold 24px sans-serif';
    pen.fillText(`${name}  ${new Date(at).toISOString().slice(11, 21)}`, 12, HEIGHT - 9);
    drawn++;
  };
  draw();
  setInterval(draw, FRAME_MS);
  return { stream: () => canvas.captureStream(1000 / FRAME_MS), drawn: () => drawn };
}
