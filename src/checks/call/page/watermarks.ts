/**
 * The watermarks that a participant's camera and microphone carry: who it is, and when.
 *
 * Both are salted with the room, so that a watermark of another call never passes its checksum. The picture's
 * watermark is 32 blocks of black and white. The sound's watermark is a chord of five tones, one of eight in each of
 * five bands, that hops every 100 ms: what a receiver makes up after the last packet (concealment repeats
 * the last sound) never moves on, so hearing the right tone proves nothing, hearing the next one does.
 *
 * Runs in the page and in Node (tests), so it uses neither's interfaces.
 */

/** Participants are numbered from 0; four bits each. */
export const MAX_SENDERS = 16;

export interface Watermark {
  readonly sender: number;
  /** When the watermark was made: milliseconds since the epoch on the sender's clock, as seen around `now`. */
  readonly at: number;
}

/** A 16-bit salt for a room, the same in every page. */
export function saltOf(room: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < room.length; i++) hash = Math.imul(hash ^ room.charCodeAt(i), 0x01000193);
  return ((hash >>> 16) ^ hash) & 0xffff;
}

/** CRC-16/CCITT over the given values, most significant bit first. */
function crc16(values: readonly (readonly [value: number, bits: number])[]): number {
  let crc = 0xffff;
  for (const [value, bits] of values) {
    for (let bit = bits - 1; bit >= 0; bit--) {
      const mix = ((crc >>> 15) ^ (value >>> bit)) & 1;
      crc = ((crc << 1) & 0xffff) ^ (mix ? 0x1021 : 0);
    }
  }
  return crc;
}

/** The point in time nearest to `now` that has these low-order ticks. */
function nearest(ticks: number, tickMs: number, bits: number, now: number): number {
  const period = tickMs * 2 ** bits;
  const at = ticks * tickMs;
  return at + Math.round((now - at) / period) * period;
}

// ---- the picture

export const VIDEO_COLUMNS = 8;
export const VIDEO_ROWS = 4;
/** Ticks of 8 ms in 16 bits: a watermark's time is unambiguous within about 4 minutes either way. */
const VIDEO_TICK_MS = 8;
const VIDEO_TIME_BITS = 16;

/** The picture's watermark as 32 bits: 4 who, 16 when, 12 checksum. */
export function encodeVideo(watermark: Watermark, salt: number): number {
  const ticks = Math.floor(watermark.at / VIDEO_TICK_MS) % 2 ** VIDEO_TIME_BITS;
  return ((watermark.sender << 28) | (ticks << 12) | videoCheck(watermark.sender, ticks, salt)) >>> 0;
}

/** Reads 32 bits; null when the checksum says that this is no watermark of this room. `now` is in milliseconds. */
export function decodeVideo(bits: number, salt: number, now: number): Watermark | null {
  const sender = bits >>> 28;
  const ticks = (bits >>> 12) & 0xffff;
  if ((bits & 0xfff) !== videoCheck(sender, ticks, salt)) return null;
  return { sender, at: nearest(ticks, VIDEO_TICK_MS, VIDEO_TIME_BITS, now) };
}

const videoCheck = (sender: number, ticks: number, salt: number): number =>
  crc16([
    [salt, 16],
    [sender, 4],
    [ticks, 16],
  ]) & 0xfff;

// ---- the sound

export const AUDIO_BANDS = 5;
export const TONES_PER_BAND = 8;
/** A chord lasts this long. */
export const CHORD_MS = 100;
/** Ticks of 100 ms in 6 bits: unambiguous within 3.2 s either way. */
const AUDIO_TIME_BITS = 6;
/** Tones stand four FFT bins apart (2048 points at 48 kHz), all within what a wide-band voice codec carries. */
const TONE_SPACING_HZ = 93.75;
const LOWEST_TONE_HZ = 468.75;

/** The frequency in hertz of a tone. */
export function toneHz(band: number, tone: number): number {
  return LOWEST_TONE_HZ + (band * TONES_PER_BAND + tone) * TONE_SPACING_HZ;
}

/** The chord at a time: one tone (0 to 7) per band; 15 bits: 4 who, 6 when, 5 checksum. */
export function encodeAudio(watermark: Watermark, salt: number): number[] {
  const ticks = Math.floor(watermark.at / CHORD_MS) % 2 ** AUDIO_TIME_BITS;
  const bits = (watermark.sender << 11) | (ticks << 5) | audioCheck(watermark.sender, ticks, salt);
  return Array.from({ length: AUDIO_BANDS }, (_, band) => (bits >>> (3 * (AUDIO_BANDS - 1 - band))) & 7);
}

/** Reads a chord; null when the checksum says that it is none of this room. `now` is in milliseconds. */
export function decodeAudio(tones: readonly number[], salt: number, now: number): Watermark | null {
  const bits = tones.reduce((sum, tone) => (sum << 3) | tone, 0);
  const sender = bits >>> 11;
  const ticks = (bits >>> 5) & 0x3f;
  if ((bits & 0x1f) !== audioCheck(sender, ticks, salt)) return null;
  return { sender, at: nearest(ticks, CHORD_MS, AUDIO_TIME_BITS, now) };
}

const audioCheck = (sender: number, ticks: number, salt: number): number =>
  crc16([
    [salt, 16],
    [sender, 4],
    [ticks, AUDIO_TIME_BITS],
  ]) & 0x1f;
