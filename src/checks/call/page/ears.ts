/** Reads the watermarks in remote sound. */
import { signalToNoise } from './similarity.ts';
import { AUDIO_BANDS, type Chords, TONES_PER_BAND, toneHz, type Watermark } from './watermarks.ts';

const FFT_SIZE = 2048;
/** Below this nothing is heard, in dBFS of the strongest tone; a healthy tone is around -25. */
const SILENCE_DB = -70;
/** A band's loudest tone must stand out from its second by this much. */
const CONTRAST_DB = 6;

export interface Ears {
  levelDb(): number | null;
  close(): void;
  /** Listens once; called many times a second. */
  listen(): void;
}

/** What is heard beside the tones within these, in hertz, is noise: a wide-band voice codec carries it all. */
const HEARD_HZ = { lowest: 300, highest: 4500 } as const;

/**
 * Listens to the stream in an element and calls `onWatermark` for each chord that was not heard before, with the time of reading and
 * with how far its tones stand above everything else, in dB.
 */
export function hear(
  context: AudioContext,
  element: HTMLAudioElement,
  chords: Chords,
  now: () => number,
  onWatermark: (watermark: Watermark, readAt: number, score: number) => void,
): Ears {
  // Chromium gives Web Audio nothing of a remote track unless an unmuted element plays it as well.
  element.autoplay = true;
  element.play().catch(() => {});
  const source = context.createMediaStreamSource(element.srcObject as MediaStream);
  const analyser = context.createAnalyser();
  analyser.fftSize = FFT_SIZE;
  analyser.smoothingTimeConstant = 0;
  source.connect(analyser);
  const spectrum = new Float32Array(analyser.frequencyBinCount);
  const binOf = (hz: number) => Math.round((hz * FFT_SIZE) / context.sampleRate);
  const bins = Array.from({ length: AUDIO_BANDS }, (_, band) =>
    Array.from({ length: TONES_PER_BAND }, (__, tone) => binOf(toneHz(band, tone))),
  );
  const heard = { lowest: binOf(HEARD_HZ.lowest), highest: binOf(HEARD_HZ.highest) };
  let level: number | null = null;
  let before = '';
  let accepted = Number.NEGATIVE_INFINITY;

  const listen = () => {
    analyser.getFloatFrequencyData(spectrum);
    const chord = loudest(spectrum, bins);
    level = chord.levelDb;
    // Two looks in a row must agree: one that falls between two chords sees a mixture of both.
    const key = chord.tones?.join('') ?? '';
    const steady = key !== '' && key === before;
    before = key;
    if (!steady || !chord.tones) return;
    const at = now();
    const watermark = chords.find(chord.tones, at);
    // Concealment repeats the last chord: only one that moves on is news.
    if (!watermark || watermark.at === accepted) return;
    accepted = watermark.at;
    // The second look that agrees lies within the chord: the analyser's window is shorter than what is left of it.
    const tones = chord.tones.map((tone, band) => bins[band]![tone]!);
    onWatermark(watermark, at, signalToNoise(spectrum, tones, heard));
  };

  return {
    levelDb: () => level,
    listen,
    close: () => {
      source.disconnect();
      element.srcObject = null;
    },
  };
}

/** The loudest tone of each band, or null for tones when a band has none that stands out. */
function loudest(
  spectrum: Float32Array,
  bins: readonly (readonly number[])[],
): { tones: number[] | null; levelDb: number } {
  const tones: number[] = [];
  let levelDb = Number.NEGATIVE_INFINITY;
  for (const band of bins) {
    let best = Number.NEGATIVE_INFINITY;
    let second = Number.NEGATIVE_INFINITY;
    let tone = -1;
    for (const [index, bin] of band.entries()) {
      const db = spectrum[bin]!;
      if (db > best) {
        second = best;
        best = db;
        tone = index;
      } else if (db > second) {
        second = db;
      }
    }
    levelDb = Math.max(levelDb, best);
    if (best > SILENCE_DB && best - second >= CONTRAST_DB) tones.push(tone);
  }
  return { tones: tones.length === bins.length ? tones : null, levelDb: Math.max(levelDb, -200) };
}
