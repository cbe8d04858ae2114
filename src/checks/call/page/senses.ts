/**
 * What runs in the isolated world of a participant's page: its camera and microphone, and the eyes and ears that read what
 * arrives from the others. It alone has the keys of the watermarks, and a binding of its own.
 */

import type { MediaKind } from '../media.ts';
import { SCREEN } from '../scene/sends.ts';
import { startCamera } from './camera.ts';
import { type Ears, hear } from './ears.ts';
import { type Eyes, watch } from './eyes.ts';
import { ADDED, LABELS_WANTED, labelOf, REMOVED, SCREEN_WANTED, WANTED } from './handover.ts';
import { Likeness } from './likeness.ts';
import { startMicrophone } from './microphone.ts';
import type { PageMessage, SensesOrders, Sent, TrackState, WatermarksRead } from './protocol.ts';
import { Chords, Keys, type SeenWatermark, type Shown, type Watermark } from './watermarks.ts';

const LISTEN_MS = 25;
const REPORT_MS = 150;
/** Each stream comes over the bridge and directly: more than this is no call, and more guesses for whoever forges. */
const TRACKS_A_STREAM = 2;
const TRACKS = 64;

interface Remote {
  /** Whose track it was called when it came. */
  readonly endpointId: string;
  readonly sense: Eyes | Ears;
  /** Watermarks read since the last report, by who they say they are from, and what. */
  readonly read: Map<string, Read>;
}

interface Read {
  readonly index: number;
  /** Of pictures. */
  readonly shows: Shown | null;
  readonly watermarks: [number, number][];
  readonly scores: number[];
}

let offset = 0;
let show: (text: string | null) => void = () => {};
let speak: (on: boolean) => void = () => {};
const remotes = new Map<HTMLMediaElement, Remote>();
const now = () => performance.timeOrigin + performance.now() + offset;
const say = (message: PageMessage) => globalThis.vigieReport(JSON.stringify(message));

globalThis.vigieSenses = {
  clock: () => performance.timeOrigin + performance.now(),
  show: (text) => show(text),
  speak: (on) => speak(on),
  start(orders) {
    offset = orders.clockOffsetMs;
    try {
      start(orders);
    } catch (error) {
      const detail = { stage: 'page', error: String((error as Error).message) };
      say({ type: 'event', at: now(), name: 'failed', detail });
    }
  },
};

function start({ index, name, send, sent, keys: digits }: SensesOrders): void {
  const keys = new Keys(digits);
  const chords = new Chords(keys);
  const context = new AudioContext({ sampleRate: 48_000, latencyHint: 'interactive' });
  const camera = startCamera({ index, name, send }, keys, now);
  show = (text) => camera.show(text);
  const microphone = startMicrophone(context, index, keys, now);
  speak = (spoken) => microphone.speak(spoken);
  const on = (event: string, act: (element: HTMLMediaElement) => void) =>
    addEventListener(event, ({ target }) => target instanceof HTMLMediaElement && act(target), true);
  on(WANTED, (element) => {
    element.srcObject = element instanceof HTMLVideoElement ? camera.stream() : microphone.stream;
  });
  on(SCREEN_WANTED, (element) => {
    element.srcObject = startCamera({ index, name, send: SCREEN, shows: 'screen' }, keys, now).stream();
  });
  on(ADDED, (element) => attach(element, { context, keys, chords, sent }));
  on(REMOVED, detach);
  setInterval(() => {
    for (const { sense } of remotes.values()) if ('listen' in sense) sense.listen();
  }, LISTEN_MS);
  startReporting(() => ({ drawn: camera.drawn(), played: microphone.played() }));
}

interface Instruments {
  readonly context: AudioContext;
  readonly keys: Keys;
  readonly chords: Chords;
  readonly sent: readonly Sent[];
}

function attach(element: HTMLMediaElement, { context, keys, chords, sent }: Instruments): void {
  detach(element);
  const { endpointId } = labelOf(element);
  const kind = kindOf(element);
  const same = [...remotes].filter(([one, is]) => kindOf(one) === kind && is.endpointId === endpointId);
  if (same.length >= TRACKS_A_STREAM || remotes.size >= TRACKS) return;
  const read: Remote['read'] = new Map();
  const note = (watermark: Watermark | SeenWatermark, readAt: number, score: number | null) => {
    const { sender: from } = watermark;
    const shows = 'shows' in watermark ? watermark.shows : null;
    const key = `${from} ${shows}`;
    const known = read.get(key) ?? { index: from, shows, watermarks: [], scores: [] };
    known.watermarks.push([watermark.at, readAt]);
    // Four digits say more than is meant.
    if (score !== null) known.scores.push(Number(score.toFixed(4)));
    if (read.has(key)) return;
    read.set(key, known);
    soon();
  };
  const likeness = new Likeness(sent, keys);
  const sense =
    element instanceof HTMLVideoElement
      ? watch(element, { keys, likeness }, now, note)
      : hear(context, element, chords, now, note);
  remotes.set(element, { endpointId, sense, read });
}

/** What an element carries, as its label says now: a library may learn later that a picture is a screen's. */
const kindOf = (element: HTMLMediaElement): MediaKind => {
  if (element instanceof HTMLAudioElement) return 'audio';
  return labelOf(element).screen ? 'screen' : 'video';
};

function detach(element: HTMLMediaElement): void {
  remotes.get(element)?.sense.close();
  remotes.delete(element);
}

let soon: () => void = () => {};

/** Reports several times a second, and at once when a stream brings its first watermark. */
function startReporting(self: () => { drawn: number; played: number }): void {
  let last = performance.now();
  let lastTurn = last;
  let stalledMs = 0;
  let seen = false;
  const report = () => {
    last = performance.now();
    document.dispatchEvent(new Event(LABELS_WANTED));
    const read: WatermarksRead[] = [];
    const tracks: TrackState[] = [];
    for (const [element, remote] of remotes) {
      const { p2p, ssrc, muted } = labelOf(element);
      const { endpointId, sense } = remote;
      const kind = kindOf(element);
      for (const { index, shows, watermarks, scores } of remote.read.values()) {
        const other = shows !== null && shows !== kind ? { shows } : {};
        read.push({
          ...{ endpointId, kind, ...other, index },
          ...{ watermarks: [...watermarks], scores: [...scores] },
        });
      }
      remote.read.clear();
      tracks.push({ endpointId, kind, p2p, ssrc, muted, ...sensed(sense) });
    }
    say({ type: 'report', at: now(), stalledMs: Math.round(stalledMs), ...self(), read, tracks });
    stalledMs = 0;
  };
  setInterval(() => {
    const turn = performance.now();
    stalledMs = Math.max(stalledMs, turn - lastTurn - LISTEN_MS);
    lastTurn = turn;
    if (turn - last >= REPORT_MS) report();
  }, LISTEN_MS);
  soon = () => {
    if (seen) return;
    seen = true;
    queueMicrotask(() => {
      seen = false;
      if (performance.now() - last > 20) report();
    });
  };
}

const sensed = (
  sense: Eyes | Ears,
): Pick<TrackState, 'frames' | 'levelDb' | 'brightness' | 'readHeight'> => ({
  frames: 'frames' in sense ? sense.frames() : null,
  levelDb: 'levelDb' in sense ? sense.levelDb() : null,
  brightness: 'brightness' in sense ? sense.brightness() : null,
  readHeight: 'readHeight' in sense ? sense.readHeight() : null,
});
