/**
 * The watermarks that a participant's camera, microphone and shared screen carry: who it is, and when.
 *
 * Both are keyed: each participant has a key that only Vigie and its own worlds in the pages know, so that nobody else can
 * make a watermark, and one of another call or another time never passes. The picture's watermark is 32 blocks of black
 * and white. The sound's watermark is a chord of five tones, one of eight in each of five bands, that hops every 100 ms:
 * what a receiver makes up after the last packet (concealment repeats the last sound) never moves on, so hearing the right
 * tone proves nothing, hearing the next one does.
 *
 * Runs in the page and in Node (tests), so it uses neither's interfaces.
 */
import { type Mac, macWith } from './hmac.ts';

/** Participants are numbered from 0; four bits each. */
export const MAX_SENDERS = 16;

export interface Watermark {
  readonly sender: number;
  /** When the watermark was made: milliseconds since the epoch on the sender's clock, as seen around `now`. */
  readonly at: number;
}

/** One that was read in a picture. */
export interface SeenWatermark extends Watermark {
  readonly shows: Shown;
}

/** What a picture shows: they are keyed apart, so that a screen never passes for a camera, nor the reverse. */
export type Shown = 'video' | 'screen';

/** What an authentication code is for: one of the picture says nothing about a chord. */
const PICTURES: Readonly<Record<Shown, number>> = { video: 1, screen: 3 };
const SOUND = 2;

/** The participants' keys, by their numbers: each 32 bytes as hexadecimal digits. */
export class Keys {
  readonly #macs: readonly Mac[];

  constructor(keys: readonly string[]) {
    this.#macs = keys.slice(0, MAX_SENDERS).map(macWith);
  }

  /** How many participants there are. */
  get count(): number {
    return this.#macs.length;
  }

  /** 32 bits that nobody without the key knows, for a moment of this participant. */
  code(sender: number, what: number, ticks: number): number {
    return this.#macs[sender]!([what, Math.floor(ticks / 2 ** 32), ticks | 0]);
  }
}

// ---- the picture

export const VIDEO_COLUMNS = 8;
export const VIDEO_ROWS = 4;
/** Ticks of 8 ms in 16 bits: a watermark's time is unambiguous within about 4 minutes either way. */
const VIDEO_TICK_MS = 8;
const VIDEO_PERIOD = 2 ** 16;

/** The moment that a picture of this time says, in milliseconds: the last tick. */
export const tickOf = (at: number): number => Math.floor(at / VIDEO_TICK_MS) * VIDEO_TICK_MS;

/** The picture's watermark as 32 bits: 4 who, 16 when, 12 of the authentication code. */
export function encodeVideo({ sender, at }: Watermark, keys: Keys, shows: Shown = 'video'): number {
  const ticks = Math.floor(at / VIDEO_TICK_MS);
  return ((sender << 28) | ((ticks % VIDEO_PERIOD) << 12) | videoCheck(keys, sender, ticks, shows)) >>> 0;
}

/** Reads 32 bits; null when this is no watermark of anybody who has a key. `now` is in milliseconds. */
export function decodeVideo(bits: number, keys: Keys, now: number): SeenWatermark | null {
  const sender = bits >>> 28;
  if (sender >= keys.count) return null;
  const low = (bits >>> 12) & 0xffff;
  const ticks = low + Math.round((now / VIDEO_TICK_MS - low) / VIDEO_PERIOD) * VIDEO_PERIOD;
  const shows = SHOWN.find((one) => (bits & 0xfff) === videoCheck(keys, sender, ticks, one));
  return shows ? { sender, at: ticks * VIDEO_TICK_MS, shows } : null;
}

const SHOWN: readonly Shown[] = ['video', 'screen'];

const videoCheck = (keys: Keys, sender: number, ticks: number, shows: Shown): number =>
  keys.code(sender, PICTURES[shows], ticks) & 0xfff;

// ---- the sound

export const AUDIO_BANDS = 5;
export const TONES_PER_BAND = 8;
/** A chord lasts this long. */
export const CHORD_MS = 100;
/** Chords that are older than this are not known any more: nothing so late is a sign of life. */
const OLDEST_MS = 5200;
/** Clocks of several machines are aligned to a few milliseconds. */
const AHEAD_MS = 200;
/** Tones stand four FFT bins apart (2048 points at 48 kHz), all within what a wide-band voice codec carries. */
const TONE_SPACING_HZ = 93.75;
const LOWEST_TONE_HZ = 468.75;

/** The frequency in hertz of a tone. */
export function toneHz(band: number, tone: number): number {
  return LOWEST_TONE_HZ + (band * TONES_PER_BAND + tone) * TONE_SPACING_HZ;
}

/** The chord at a time: one tone (0 to 7) per band. All its 15 bits are of the authentication code. */
export function encodeAudio({ sender, at }: Watermark, keys: Keys): number[] {
  const bits = chordOf(keys, sender, Math.floor(at / CHORD_MS));
  return Array.from({ length: AUDIO_BANDS }, (_, band) => (bits >>> (3 * (AUDIO_BANDS - 1 - band))) & 7);
}

const chordOf = (keys: Keys, sender: number, ticks: number): number => keys.code(sender, SOUND, ticks) >>> 17;

/** The chords of everybody that may be heard now: one in some hundreds of those that nobody plays passes by chance. */
export class Chords {
  readonly #keys: Keys;
  readonly #known = new Map<number, Watermark>();
  #next = 0;

  constructor(keys: Keys) {
    this.#keys = keys;
  }

  /** Who plays these tones, and since when; null for nobody's. `now` is in milliseconds. */
  find(tones: readonly number[], now: number): Watermark | null {
    this.#learn(now);
    const found = this.#known.get(tones.reduce((sum, tone) => (sum << 3) | tone, 0));
    return found && now - found.at <= OLDEST_MS ? found : null;
  }

  #learn(now: number): void {
    const last = Math.floor((now + AHEAD_MS) / CHORD_MS);
    if (last < this.#next) return;
    for (const [chord, { at }] of this.#known) if (now - at > OLDEST_MS) this.#known.delete(chord);
    let ticks = Math.max(this.#next, Math.floor((now - OLDEST_MS) / CHORD_MS));
    for (; ticks <= last; ticks++) {
      for (let sender = 0; sender < this.#keys.count; sender++)
        this.#known.set(chordOf(this.#keys, sender, ticks), { sender, at: ticks * CHORD_MS });
    }
    this.#next = last + 1;
  }
}
