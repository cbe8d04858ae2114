/** A participant's microphone: a chord that hops by a code of who and when. */
import { AUDIO_BANDS, CHORD_MS, encodeAudio, type Keys, toneHz } from './watermarks.ts';

/** Five tones of this amplitude stay below full scale. */
const AMPLITUDE = 0.13;
/** Chords are scheduled this far ahead, so that a busy page does not interrupt the sound. */
const AHEAD_MS = 1500;
const SCHEDULE_MS = 250;

export interface Microphone {
  readonly stream: MediaStream;
  /** Speaks, or is silent for a while: chords go on, unheard. */
  speak(on: boolean): void;
  /** Chords played so far; stands still while the browser gives the page no sound. */
  played(): number;
}

/** Starts playing; `now` gives milliseconds on Vigie's clock. */
export function startMicrophone(
  context: AudioContext,
  index: number,
  keys: Keys,
  now: () => number,
): Microphone {
  const out = context.createMediaStreamDestination();
  out.channelCount = 1;
  const voice = context.createGain();
  voice.connect(out);
  const oscillators = Array.from({ length: AUDIO_BANDS }, () => {
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    gain.gain.value = AMPLITUDE;
    oscillator.connect(gain).connect(voice);
    oscillator.start();
    return oscillator;
  });

  let next = 0;
  const schedule = () => {
    if (context.state !== 'running') {
      context.resume().catch(() => {});
      return;
    }
    const clock = now();
    const contextMs = context.currentTime * 1000;
    // Never into the past: after a pause the sound goes on with what is due now.
    next = Math.max(next, Math.floor(clock / CHORD_MS));
    while (next * CHORD_MS < clock + AHEAD_MS) {
      const seconds = Math.max((next * CHORD_MS - clock + contextMs) / 1000, context.currentTime);
      const tones = encodeAudio({ sender: index, at: next * CHORD_MS }, keys);
      for (const [band, oscillator] of oscillators.entries()) {
        oscillator.frequency.setValueAtTime(toneHz(band, tones[band]!), seconds);
      }
      next++;
    }
  };
  schedule();
  context.addEventListener('statechange', schedule);
  setInterval(schedule, SCHEDULE_MS);
  return {
    stream: out.stream,
    speak: (on) => void voice.gain.setValueAtTime(on ? 1 : 0, context.currentTime),
    played: () => Math.floor((context.currentTime * 1000) / CHORD_MS),
  };
}
