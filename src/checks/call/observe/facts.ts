/** What was observed of one step of a call, as plain data: all that a judge knows of it. */
import type { Proof } from '../../accounts/refusal.ts';
import type { Found } from '../../check.ts';
import type { RecordedEvent } from '../keep/recording.ts';
import type { StatsSample, TrackState } from '../page/protocol.ts';
import type { Gap, MediaKind } from '../result.ts';
import type { StepPlan } from '../scene/choreography.ts';
import type { ParticipantPlan } from '../scene/participants.ts';
import type { Cell, CellKey, Span } from './cells.ts';

/** What one participant was meant to be, received and measured. */
export interface ParticipantFacts {
  readonly name: string;
  readonly plan: Pick<ParticipantPlan, 'network' | 'expect'> &
    Partial<Pick<ParticipantPlan, 'send' | 'client'>>;
  readonly timeline: readonly RecordedEvent[];
  readonly samples: readonly StatsSample[];
}

/** What one receiver got of one sender, of one kind. Times are milliseconds since the epoch. */
export interface StreamFacts {
  readonly key: CellKey;
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  /** When it was noticed that it stopped; null while it flows. */
  readonly noticedAt: number | null;
  readonly gaps: readonly Gap[];
  readonly track: TrackState | null;
  readonly latencyMs: number | null;
  /** How like what arrived is to what was sent: SSIM of pictures, dB above noise of sound. Not in every scene of a test. */
  readonly likeness?: number | null;
  /** The number of the participant whose watermark arrives instead; null when none does. */
  readonly wrongIndex: number | null;
  /** What that watermark is of, where it is another picture than announced. Not in every scene of a test. */
  readonly wrongShows?: MediaKind | null;
  /** The sender is muted on purpose. */
  readonly muted: boolean;
  /** Something arrived that a muted sender made after it had muted. */
  readonly leaks: boolean;
}

/** What the deployment reported to a participant that could not go on. */
export interface Refusal {
  readonly participant: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** With what participants logged in, and what else is known of it. */
export interface LoginFacts {
  readonly room: string;
  /** The domain of users who were given without one. */
  readonly domain: string;
  /** By how much the web front's clock is ahead of ours, in seconds; null: not known. */
  readonly frontAheadS: number | null;
  /** By participant. */
  readonly proofs: Readonly<Record<string, Proof>>;
}

/** What is known of who was in a call and what they received. */
export interface CallFacts {
  readonly participants: readonly ParticipantFacts[];
  readonly refusals: readonly Refusal[];
  /** With what they logged in; null: all are guests. */
  readonly login: LoginFacts | null;
}

export interface StepFacts extends CallFacts {
  readonly plan: StepPlan;
  /** Those who stand at the door at its end. */
  readonly door: readonly Pick<ParticipantFacts, 'name' | 'timeline'>[];
  readonly startedAt: number;
  /** When every stream arrived, over the expected path; null: never. */
  readonly completeAt: number | null;
  /** Latencies are of a call that had found its pace. */
  readonly rampedUp: boolean;
  /** CPU pressure of the watch, or of waiting in vain; null: not known. */
  readonly watchPressure: number | null;
  /** The share of the step in which the timers of participants' pages stood still, on average: our own fault. */
  readonly stalledShare: number;
  /** All of the call in the order of their watermarks' numbers, also those who are not in this step. */
  readonly everybody: readonly string[];
  readonly streams: readonly StreamFacts[];
  /** The path that media was expected to take; null: not judged. */
  readonly expectedPath: 'direct' | 'bridge' | null;
  /** Those whose media took another one. */
  readonly offPath: readonly string[];
  /** When a participant changed between bridge and direct connection. */
  readonly pathChanges: readonly number[];
  /** When the network of those whose it was cut came back. Not in every scene of a test. */
  readonly backAt?: ReadonlyMap<string, number>;
  /** When what was done to somebody on purpose was over, by name. Not in every scene of a test. */
  readonly disturbed?: ReadonlyMap<string, number>;
  /** Those of them whose media session may have to be renewed: their network was replaced, or they slept. */
  readonly renewed?: readonly string[];
  /** Whose media passed while their network was cut: our browser ignored it. Not in every scene of a test. */
  readonly uncut?: readonly string[];
  /** Whose sound reached nobody while all spoke, and everybody once they spoke in turn; null: nobody's. */
  readonly loudestOnly: readonly string[] | null;
  /** When those who share a screen were asked to, milliseconds since the epoch. Not in every scene of a test. */
  readonly sharedAt?: ReadonlyMap<string, number>;
  /** Whose screen somebody still saw after it was shared no longer. Not in every scene of a test. */
  readonly leftovers?: readonly { readonly receiver: string; readonly sender: string }[];
  /** What of ours failed: nothing can be said of what is not there. Null: nothing did. */
  readonly ownFault: Found<'call'> | null;
}

export function streamFacts(
  cell: Cell,
  muted: { readonly muted: boolean; readonly leaks: boolean },
): StreamFacts {
  const { key, firstAt, lastAt, noticedAt, gaps, track } = cell;
  const wrong = cell.wrongWatermark();
  return {
    key,
    firstAt,
    lastAt,
    noticedAt,
    gaps: [...gaps],
    track,
    latencyMs: cell.latencyMs(),
    likeness: cell.likeness(),
    wrongIndex: wrong?.index ?? null,
    wrongShows: wrong?.shows ?? null,
    ...muted,
  };
}

/** Around a change of path pauses are how Jitsi does it, give or take this long. */
const MOMENT_MS = 1000;

/** True when one of these changes of path was in this time, give or take a moment. */
export function changesIn(changes: readonly number[], { from, to }: Span): boolean {
  return changes.some((at) => at > from - MOMENT_MS && at < to + MOMENT_MS);
}

/** What was reported under this name. */
export function eventsOf({ timeline }: Pick<ParticipantFacts, 'timeline'>, name: string): RecordedEvent[] {
  return timeline.filter((event) => event.name === name);
}

/** Whether a participant's media goes directly to the other one. */
export function isDirect(participant: Pick<ParticipantFacts, 'timeline'>): boolean {
  return eventsOf(participant, 'p2p').at(-1)?.detail.active === true;
}
