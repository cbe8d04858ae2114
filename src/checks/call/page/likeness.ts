/**
 * How like a picture that arrived is to the one that was sent. The pictures are our own: whoever reads a watermark can draw what
 * its sender drew.
 */
import { SCREEN } from '../scene/sends.ts';
import { drawPicture, penOf } from './camera.ts';
import type { Sent } from './protocol.ts';
import { structuralSimilarity } from './similarity.ts';
import type { Keys, SeenWatermark } from './watermarks.ts';

/** Each stream is compared this often: enough for a median of a few seconds, and next to nothing to compute. Milliseconds. */
const EVERY_MS = 1000;
/** Larger pictures are compared at this size. */
const LARGEST = 720;

interface Pens {
  readonly received: CanvasRenderingContext2D;
  readonly drawn: CanvasRenderingContext2D;
}

/** All streams of a page share those of a size. */
const pens = new Map<number, Pens>();

function pensOf(height: number): Pens {
  const known = pens.get(height);
  if (known) return known;
  const made = {
    received: penOf(height, { willReadFrequently: true }),
    drawn: penOf(height, { willReadFrequently: true }),
  };
  made.received.resetTransform();
  pens.set(height, made);
  return made;
}

/** Of one stream: now and then it takes the whole picture, and compares it once its watermark is read. */
export class Likeness {
  readonly #sent: readonly Sent[];
  readonly #keys: Keys;
  #next = Number.NEGATIVE_INFINITY;
  #taken: Pens | null = null;

  constructor(sent: readonly Sent[], keys: Keys) {
    this.#sent = sent;
    this.#keys = keys;
  }

  /** The picture in the element at the size in which the sender of the `last` watermark sends it, where it is time for one; null else. */
  take(element: HTMLVideoElement, last: SeenWatermark | null, now: number): HTMLCanvasElement | null {
    this.#taken = null;
    const sent = last === null ? undefined : this.#sent[last.sender];
    if (!last || !sent || now < this.#next) return null;
    const height = last.shows === 'screen' ? SCREEN.height : sent.height;
    this.#taken = pensOf(Math.min(height, LARGEST));
    const { canvas } = this.#taken.received;
    this.#taken.received.drawImage(element, 0, 0, canvas.width, canvas.height);
    return canvas;
  }

  /** How like the picture that was taken is to what its watermark says was sent; null where none was taken. */
  compare({ sender, at, shows }: SeenWatermark, now: number): number | null {
    const sent = this.#sent[sender];
    if (!this.#taken || !sent) return null;
    this.#next = now + EVERY_MS;
    const { received, drawn } = this.#taken;
    const { width, height } = drawn.canvas;
    drawPicture(drawn, { index: sender, name: sent.name, at, shows }, this.#keys);
    const pixels = (pen: CanvasRenderingContext2D) => pen.getImageData(0, 0, width, height).data;
    return structuralSimilarity(pixels(received), pixels(drawn), width, height);
  }
}
