/** A participant's camera, and the screen that it shares: canvases that show who it is and when. */
import type { Picture } from '../scene/sends.ts';
import { encodeVideo, type Keys, type Shown, tickOf, VIDEO_COLUMNS, VIDEO_ROWS } from './watermarks.ts';

/** The lowest part of the picture is for people: the name and the time in figures. */
export const CAPTION_SHARE = 0.2;
/** Letters and margins are for a picture of this height; larger ones are drawn larger. */
const DESIGNED = { width: 320, height: 180 } as const;

export interface Camera {
  /** Its picture, with tracks of its own each time: lib-jitsi-meet ends a track that it mutes. */
  stream(): MediaStream;
  /** Large letters in the place of the watermark; null: the watermark again. */
  show(text: string | null): void;
  /** Pictures drawn so far. */
  drawn(): number;
}

const isOver = (stream: MediaStream): boolean =>
  stream.getTracks().every(({ readyState }) => readyState === 'ended');

/** Whose picture it is, how large, and what it stands for. */
export interface Drawn {
  readonly index: number;
  readonly name: string;
  readonly send: Picture;
  readonly shows?: Shown;
}

/** Behind the name: a person who looks on knows a screen by its colour. */
const CAPTIONS: Readonly<Record<Shown, string>> = { video: '#1d3557', screen: '#5f0f40' };

/** Starts drawing; `now` gives milliseconds on Vigie's clock. */
export function startCamera(
  { index, name, send, shows = 'video' }: Drawn,
  keys: Keys,
  now: () => number,
): Camera {
  const pen = penOf(send.height, { desynchronized: true });
  const { canvas } = pen;
  let drawn = 0;
  let shown: string | null = null;
  let timer: ReturnType<typeof setInterval> | undefined;
  const streams: MediaStream[] = [];

  const draw = () => {
    // Of a screen that is shared no longer nothing is drawn, unless something still shows it.
    if (shows === 'screen' && streams.some(isOver)) clearInterval(timer);
    if (shown !== null) drawText(pen, shown);
    else drawPicture(pen, { index, name, at: now(), shows }, keys);
    drawn++;
  };
  draw();
  timer = setInterval(draw, 1000 / send.fps);
  return {
    stream: () => {
      const stream = canvas.captureStream(send.fps);
      streams.push(stream);
      return stream;
    },
    drawn: () => drawn,
    show: (text) => {
      shown = text;
    },
  };
}

/** A canvas of this many lines, 16 to 9, with a pen that draws on it in the measures of `DESIGNED`. */
export function penOf(height: number, settings: CanvasRenderingContext2DSettings): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round((height * 16) / 9);
  canvas.height = height;
  const pen = canvas.getContext('2d', { alpha: false, ...settings })!;
  pen.scale(canvas.width / DESIGNED.width, canvas.height / DESIGNED.height);
  return pen;
}

/** A picture as its sender draws it at this moment, and as a receiver draws it again, to compare. */
export function drawPicture(
  pen: CanvasRenderingContext2D,
  {
    index,
    name,
    at,
    shows,
  }: { readonly index: number; readonly name: string; readonly at: number; readonly shows: Shown },
  keys: Keys,
): void {
  const { width, height } = DESIGNED;
  const markHeight = height * (1 - CAPTION_SHARE);
  const cellWidth = width / VIDEO_COLUMNS;
  const cellHeight = markHeight / VIDEO_ROWS;
  const bits = encodeVideo({ sender: index, at }, keys, shows);
  for (let cell = 0; cell < VIDEO_COLUMNS * VIDEO_ROWS; cell++) {
    pen.fillStyle = (bits >>> (31 - cell)) & 1 ? '#fff' : '#000';
    const x = (cell % VIDEO_COLUMNS) * cellWidth;
    const y = Math.floor(cell / VIDEO_COLUMNS) * cellHeight;
    pen.fillRect(x, y, cellWidth, cellHeight);
  }
  pen.fillStyle = CAPTIONS[shows];
  pen.fillRect(0, markHeight, width, height - markHeight);
  pen.fillStyle = '#fff';
  pen.font = 'bold 24px sans-serif';
  // The time that the watermark says, so that whoever reads it knows every letter.
  const whose = shows === 'screen' ? `${name} screen` : name;
  pen.fillText(`${whose}  ${new Date(tickOf(at)).toISOString().slice(11, 21)}`, 12, height - 9);
}

const LETTERS = { size: 27, line: 32, margin: 12 } as const;

/** As large as a few words can be. A dot that moves shows that the picture does. */
function drawText(pen: CanvasRenderingContext2D, text: string): void {
  const { width, height } = DESIGNED;
  pen.fillStyle = '#12263f';
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = '#fff';
  pen.font = `bold ${LETTERS.size}px sans-serif`;
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && pen.measureText(longer).width <= width - 2 * LETTERS.margin)
      lines.splice(-1, 1, longer);
    else lines.push(word);
  }
  const top = (height - lines.length * LETTERS.line) / 2 + LETTERS.size;
  for (const [index, line] of lines.entries()) pen.fillText(line, LETTERS.margin, top + index * LETTERS.line);
  pen.fillStyle = '#ffb703';
  pen.fillRect((performance.now() / 20) % width, height - 6, 10, 6);
}
