/**
 * What each receiver gets from each sender: the judge's memory. It is fed with what pages report and asked
 * for verdicts; it knows no browsers and no clock of its own, so its tests are plain.
 */
import { middleValue } from '../../../base/median.ts';
import type { TrackState, WatermarksRead } from '../page/protocol.ts';
import { DEVICE_KINDS, type Gap, type MediaKind } from '../result.ts';

/** Without a fresh watermark for this long a stream has stopped; at most a second with what reporting costs. */
export const STOPPED_MS = 700;
/** A stream without a watermark for this long is in doubt: a verdict waits until it came back or has stopped. */
export const DOUBT_MS = 350;
/** A watermark older than this is no sign of life. */
const STALE_MS = 5000;
/** Clocks of one machine differ by rounding only; those of several are aligned to a few milliseconds. */
const CLOCK_SLACK_MS = 100;
/** Number of watermarks of somebody else that make a stream wrong: one could be a misread. */
const WRONG_WATERMARKS = 3;

export interface CellKey {
  readonly receiver: string;
  readonly sender: string;
  readonly kind: MediaKind;
}

/** A span of time on Vigie's clock, in milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Time in a span that is covered by others, in milliseconds; overlapping ones count once. */
export function covered(span: Span, others: readonly Span[]): number {
  let total = 0;
  let reached = span.from;
  for (const { from, to } of [...others].sort((a, b) => a.from - b.from)) {
    const start = Math.max(from, reached);
    const end = Math.min(to, span.to);
    if (end > start) {
      total += end - start;
      reached = end;
    }
  }
  return total;
}

/** What a stream carries instead of what it is announced as. */
export interface Wrong {
  /** The number of the participant whose watermark it is. */
  readonly index: number;
  /** What its picture shows, where that is another kind than announced. */
  readonly shows: MediaKind | null;
}

export class Cell {
  readonly key: CellKey;
  /** When the first good watermark was read; null before. */
  firstAt: number | null = null;
  /** When the last good watermark was read; null before the first. */
  lastAt: number | null = null;
  /** When it was noticed that the stream stopped; null while it flows. */
  noticedAt: number | null = null;
  readonly gaps: Gap[] = [];
  /** The track that carries it, as last reported; null before there was one. */
  track: TrackState | null = null;
  /** Watermarks made before this are of somebody who has begun anew since, and count for nothing. */
  #lastMade = Number.NEGATIVE_INFINITY;
  #latencies: number[] = [];
  /** How like what arrived is to what was sent: see `WatermarksRead`. */
  #scores: number[] = [];
  /** Watermarks of others, or of another picture of the sender's, read since the last good one. */
  #wrong = new Map<string, { readonly from: Wrong; count: number }>();

  constructor(key: CellKey) {
    this.key = key;
  }

  /** When the last good watermark was made, milliseconds since the epoch on Vigie's clock; null without one. */
  get lastMadeAt(): number | null {
    return this.lastAt === null ? null : this.#lastMade;
  }

  /** Begins anew at this moment, in milliseconds since the epoch: one of the two left, reloaded or muted. */
  restart(at: number): void {
    this.firstAt = null;
    this.lastAt = null;
    this.noticedAt = null;
    this.track = null;
    this.gaps.length = 0;
    this.#latencies = [];
    this.#scores = [];
    this.#wrong.clear();
    this.#lastMade = at;
  }

  /** Watermarks with the sender's own number: the good ones keep the stream alive. */
  good(watermarks: WatermarksRead['watermarks'], scores: readonly number[] = []): void {
    for (const [madeAt, readAt] of watermarks) {
      const age = readAt - madeAt;
      // A picture that stands still, or sound that concealment repeats, shows an old watermark again.
      if (madeAt <= this.#lastMade || age > STALE_MS || age < -CLOCK_SLACK_MS) continue;
      if (this.noticedAt !== null && this.lastAt !== null) {
        this.gaps.push({ from: new Date(this.lastAt).toISOString(), ms: Math.round(readAt - this.lastAt) });
        this.noticedAt = null;
      }
      this.#lastMade = madeAt;
      this.firstAt ??= readAt;
      this.lastAt = readAt;
      this.#latencies.push(Math.max(0, age));
      this.#wrong.clear();
    }
    this.#scores.push(...scores);
  }

  wrong(index: number, count: number, shows: MediaKind | null = null): void {
    const key = `${index} ${shows}`;
    const known = this.#wrong.get(key) ?? { from: { index, shows }, count: 0 };
    known.count += count;
    this.#wrong.set(key, known);
  }

  /** Whose watermarks come instead of what is announced; null when none do. */
  wrongWatermark(): Wrong | null {
    const [worst] = [...this.#wrong.values()].sort((a, b) => b.count - a.count);
    return worst && worst.count >= WRONG_WATERMARKS ? worst.from : null;
  }

  /** Time without a good watermark up to `now`, less what `excused` explains (pages of ours that stood still). */
  quietMs(now: number, excused: readonly Span[]): number {
    if (this.lastAt === null) return Number.POSITIVE_INFINITY;
    const span = { from: this.lastAt, to: now };
    return now - this.lastAt - covered(span, excused);
  }

  /** True when a watermark came a moment ago. */
  fresh(now: number, excused: readonly Span[]): boolean {
    return this.quietMs(now, excused) < DOUBT_MS;
  }

  /** True while it is too early to tell whether the stream is about to stop. */
  inDoubt(now: number, excused: readonly Span[]): boolean {
    return this.lastAt !== null && this.noticedAt === null && !this.fresh(now, excused);
  }

  /** Notices a stop, once; true when it is news. */
  notice(now: number, excused: readonly Span[]): boolean {
    if (this.lastAt === null || this.noticedAt !== null || this.quietMs(now, excused) < STOPPED_MS)
      return false;
    this.noticedAt = now;
    return true;
  }

  /** Latencies and likeness are judged over a call that has found its pace, not over its first moments. */
  foundPace(): void {
    this.#latencies = [];
    this.#scores = [];
  }

  /** Median age of the watermarks when they were read, in milliseconds; null without any. */
  latencyMs(): number | null {
    const latency = middleValue(this.#latencies);
    return latency === null ? null : Math.round(latency);
  }

  /** How like what arrives is to what was sent, as the median: SSIM of pictures, dB above noise of sound; null without any. */
  likeness(): number | null {
    const score = middleValue(this.#scores);
    if (score === null) return null;
    return this.key.kind === 'video' ? Number(score.toFixed(3)) : Number(score.toFixed(1));
  }
}

/** All cells of those who are there: every ordered pair, sound and camera, and the screens of those who share one. */
export class Cells {
  readonly all: readonly Cell[];
  readonly #names: readonly string[];
  readonly #byKey = new Map<string, Cell>();

  /** @param everybody also those who are not there, in the order of their watermarks' numbers. */
  constructor(
    names: readonly string[],
    everybody: readonly string[] = names,
    sharing: readonly string[] = [],
  ) {
    this.#names = everybody;
    this.all = names.flatMap((receiver) =>
      names
        .filter((sender) => sender !== receiver)
        .flatMap((sender) =>
          [...DEVICE_KINDS, ...(sharing.includes(sender) ? (['screen'] as const) : [])].map(
            (kind) => new Cell({ receiver, sender, kind }),
          ),
        ),
    );
    for (const cell of this.all) this.#byKey.set(keyOf(cell.key), cell);
  }

  get(key: CellKey): Cell {
    const cell = this.#byKey.get(keyOf(key));
    if (!cell) throw new Error(`no stream ${keyOf(key)}`);
    return cell;
  }

  /** Takes the watermarks that `receiver` read in a track that is signalled as `sender`'s. */
  read(receiver: string, sender: string, { kind, shows, index, watermarks, scores }: WatermarksRead): void {
    const cell = this.#byKey.get(keyOf({ receiver, sender, kind }));
    if (!cell) return;
    if (this.#names[index] === sender && shows === undefined) cell.good(watermarks, scores);
    else if (index < this.#names.length) cell.wrong(index, watermarks.length, shows ?? null);
  }
}

/** Which of a receiver's tracks counts for a stream: the one of the path in use, or else the only one. */
export function inUse(tracks: readonly TrackState[], p2p: boolean): TrackState | null {
  return tracks.find((track) => track.p2p === p2p) ?? tracks[0] ?? null;
}

const keyOf = ({ receiver, sender, kind }: CellKey): string => `${sender}->${receiver} ${kind}`;
