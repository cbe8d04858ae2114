/** What our participants receive of a guest, a client that is not ours: without watermarks, by packets, pictures and loudness. */
import type { StatsSample, TrackState } from '../page/protocol.ts';
import type { MediaKind } from '../result.ts';

/** `muted`: the guest's client says so. `silent`: packets come, and nothing is to be heard in them. `none`: nothing comes. */
export type Arriving = 'ok' | 'muted' | 'silent' | 'none';

/** A time in which something that had come did not, milliseconds since the epoch. */
export interface GuestGap {
  readonly from: number;
  readonly ms: number;
}

/** One receiver, one kind. Figures are null where they are not known. */
export interface Reception {
  readonly receiver: string;
  readonly kind: MediaKind;
  readonly state: Arriving;
  /** Since when it is so, milliseconds since the epoch. */
  readonly since: number;
  readonly direct: boolean;
  readonly loudnessDb: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly framesPerSecond: number | null;
  readonly gaps: readonly GuestGap[];
}

/** Below this nobody hears anything: comfort noise, a microphone that is switched off elsewhere. */
const SILENCE_DB = -65;
/** A loudness holds for this long: people pause. */
const HEARD_MS = 8000;
/** A pause is one from here on. */
const GAP_MS = 2000;
/** A track without new statistics for longer than this is not known. */
const STALE_MS = 4000;

/** What is known of a receiver at a moment. */
export interface Glimpse {
  readonly at: number;
  readonly receiver: string;
  readonly tracks: readonly TrackState[];
  /** The newest last. */
  readonly samples: readonly StatsSample[];
}

interface Known {
  state: Arriving;
  since: number;
  stoppedAt: number | null;
  heardAt: number | null;
  readonly gaps: GuestGap[];
}

/** Follows one guest; a guest that comes back is another one. */
export class GuestWatch {
  readonly guest: string;
  readonly #known = new Map<string, Known>();
  #now: Reception[] = [];

  /** @param guest its endpoint id */
  constructor(guest: string) {
    this.guest = guest;
  }

  get receptions(): readonly Reception[] {
    return this.#now;
  }

  /** Takes what receivers have now. Those who are not there any more are forgotten. */
  look(glimpses: readonly Glimpse[]): void {
    this.#now = glimpses.flatMap((glimpse) =>
      (['audio', 'video'] as const).map((kind) => this.#receive(glimpse, kind)),
    );
  }

  /** What came before is not counted: a step begins. */
  restart(): void {
    this.#known.clear();
  }

  #receive(glimpse: Glimpse, kind: MediaKind): Reception {
    const { at, receiver } = glimpse;
    const measured = measure(glimpse, this.guest, kind);
    const key = `${receiver} ${kind}`;
    const known = this.#known.get(key) ?? {
      state: 'none',
      since: at,
      stoppedAt: null,
      heardAt: null,
      gaps: [],
    };
    this.#known.set(key, known);
    let { state } = measured;
    if (state === 'ok') known.heardAt = at;
    else if (state === 'silent' && known.heardAt !== null && at - known.heardAt < HEARD_MS) state = 'ok';
    if (state !== known.state) {
      if (known.state === 'ok' && state === 'none') known.stoppedAt = at;
      if (state === 'ok' && known.stoppedAt !== null) {
        if (at - known.stoppedAt >= GAP_MS)
          known.gaps.push({ from: known.stoppedAt, ms: at - known.stoppedAt });
        known.stoppedAt = null;
      }
      known.state = state;
      known.since = at;
    }
    const { direct, loudnessDb, width, height, framesPerSecond } = measured;
    const figures = { direct, loudnessDb, width, height, framesPerSecond };
    return { receiver, kind, state, since: known.since, ...figures, gaps: [...known.gaps] };
  }
}

type Measured = Pick<Reception, 'state' | 'direct' | 'loudnessDb' | 'width' | 'height' | 'framesPerSecond'>;

function measure({ at, tracks, samples }: Glimpse, guest: string, kind: MediaKind): Measured {
  const last = samples.at(-1);
  const direct = last?.p2pActive === true;
  const nothing = { direct, loudnessDb: null, width: null, height: null, framesPerSecond: null };
  const own = tracks.filter((track) => track.endpointId === guest && track.kind === kind);
  const track = own.find(({ p2p }) => p2p === direct) ?? own[0];
  if (!track) return { state: 'none', ...nothing };
  if (track.muted) return { state: 'muted', ...nothing };
  const streamIn = (sample: StatsSample | undefined) =>
    sample?.rtp.find((rtp) => rtp.direction === 'in' && rtp.kind === kind && rtp.ssrc === track.ssrc);
  const now = streamIn(last);
  const before = samples.findLast((sample) => last !== undefined && sample.at <= last.at - 900);
  const then = streamIn(before);
  const seconds = last && before ? (last.at - before.at) / 1000 : 0;
  if (!now || !then || seconds <= 0 || at - last!.at > STALE_MS) return { state: 'none', ...nothing };
  const packets = (now.packets - then.packets) / seconds;
  if (kind === 'video') {
    const frames = now.frames !== null && then.frames !== null ? (now.frames - then.frames) / seconds : null;
    const moving = packets >= 1 && (frames === null || frames >= 1);
    const size = { width: now.width ?? null, height: now.height ?? null };
    return {
      ...nothing,
      ...size,
      state: moving ? 'ok' : 'none',
      framesPerSecond: frames && Math.round(frames),
    };
  }
  if (packets < 1) return { state: 'none', ...nothing };
  const loudnessDb = loudness(now.audioEnergy, then.audioEnergy, seconds);
  return { ...nothing, loudnessDb, state: loudnessDb !== null && loudnessDb < SILENCE_DB ? 'silent' : 'ok' };
}

/** The mean level in dBFS, from the energy that browsers sum up (webrtc-stats, totalAudioEnergy). */
function loudness(now: number | null, before: number | null, seconds: number): number | null {
  if (now === null || before === null) return null;
  const power = Math.max(0, now - before) / seconds;
  return power <= 1e-12 ? -120 : Math.round(10 * Math.log10(power));
}

/** What the guest's client reports of what it receives, of all senders together; null: not reported. Kilobits a second. */
export interface GuestReport {
  readonly at: number;
  readonly hears: boolean | null;
  readonly sees: boolean | null;
  readonly audioKbps: number | null;
  readonly videoKbps: number | null;
  readonly lossPercent: number | null;
  readonly quality: number | null;
}

/** Older than this a report says nothing of now: clients report every ten seconds. */
const REPORT_MS = 25_000;

/** The newest report of a guest, of what any of our participants heard; null: none, or none that is of now. */
export function reportOf(
  guest: string,
  events: readonly { readonly at: number; readonly detail: Readonly<Record<string, unknown>> }[],
  now: number,
  since: number,
): GuestReport | null {
  const own = events.filter(({ at, detail }) => detail.id === guest && at >= since && now - at < REPORT_MS);
  const last = own.toSorted((a, b) => a.at - b.at).at(-1);
  if (!last) return null;
  const figure = (key: string) => {
    const value = last.detail[key];
    return typeof value === 'number' ? value : null;
  };
  const [audioKbps, videoKbps] = [figure('audioKbps'), figure('videoKbps')];
  return {
    at: last.at,
    hears: audioKbps === null ? null : audioKbps > 0,
    sees: videoKbps === null ? null : videoKbps > 0,
    audioKbps,
    videoKbps,
    lossPercent: figure('lossPercent'),
    quality: figure('quality'),
  };
}
