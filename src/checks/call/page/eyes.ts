/** Reads the watermarks in a remote picture. */
import { CAPTION_SHARE } from './camera.ts';
import type { Likeness } from './likeness.ts';
import { decodeVideo, type Keys, type SeenWatermark, VIDEO_COLUMNS, VIDEO_ROWS } from './watermarks.ts';

/** Pixels a block in the reduced picture that is read; the middle one decides. */
const CELL = 3;
const WIDTH = VIDEO_COLUMNS * CELL;
const HEIGHT = VIDEO_ROWS * CELL;

export interface Eyes {
  frames(): number;
  brightness(): number | null;
  /** Lines of the picture in which a watermark was last read; null before one was. */
  readHeight(): number | null;
  close(): void;
}

let pen: CanvasRenderingContext2D | null = null;

/**
 * Watches the stream in an element and calls `onWatermark` for each good watermark, with the time of reading, and now and then with
 * how like the picture is to what was sent.
 */
export function watch(
  element: HTMLVideoElement,
  { keys, likeness }: { readonly keys: Keys; readonly likeness: Likeness },
  now: () => number,
  onWatermark: (watermark: SeenWatermark, readAt: number, score: number | null) => void,
): Eyes {
  element.muted = true;
  element.autoplay = true;
  element.playsInline = true;
  element.play().catch(() => {});
  let frames = 0;
  let brightness: number | null = null;
  let readHeight: number | null = null;
  let last: SeenWatermark | null = null;
  let closed = false;

  const look = () => {
    if (closed) return;
    frames++;
    const at = now();
    const grey = reduce(element, likeness.take(element, last, at));
    let bits = 0;
    let sum = 0;
    for (let cell = 0; cell < VIDEO_COLUMNS * VIDEO_ROWS; cell++) {
      const x = (cell % VIDEO_COLUMNS) * CELL + 1;
      const y = Math.floor(cell / VIDEO_COLUMNS) * CELL + 1;
      // Green alone stands for the brightness: the watermarks are black and white.
      const level = grey[(y * WIDTH + x) * 4 + 1]!;
      sum += level;
      bits = (bits << 1) | (level > 127 ? 1 : 0);
    }
    brightness = Math.round(sum / (VIDEO_COLUMNS * VIDEO_ROWS));
    const watermark = decodeVideo(bits >>> 0, keys, at);
    if (watermark) {
      readHeight = element.videoHeight;
      last = watermark;
      onWatermark(watermark, at, likeness.compare(watermark, at));
    }
    element.requestVideoFrameCallback(look);
  };
  element.requestVideoFrameCallback(look);

  return {
    frames: () => frames,
    brightness: () => brightness,
    readHeight: () => readHeight,
    close: () => {
      closed = true;
      element.srcObject = null;
    },
  };
}

/** The part with the watermark, small; of the same picture that was `taken`, where one was. */
function reduce(element: HTMLVideoElement, taken: HTMLCanvasElement | null): Uint8ClampedArray {
  if (!pen) {
    const canvas = document.createElement('canvas');
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    pen = canvas.getContext('2d', { alpha: false, willReadFrequently: true })!;
  }
  const [width, height] = taken ? [taken.width, taken.height] : [element.videoWidth, element.videoHeight];
  pen.drawImage(taken ?? element, 0, 0, width, height * (1 - CAPTION_SHARE), 0, 0, WIDTH, HEIGHT);
  return pen.getImageData(0, 0, WIDTH, HEIGHT).data;
}
