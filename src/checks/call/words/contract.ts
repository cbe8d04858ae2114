/** What each language has to say of calls. */
import type { KindWords, Sentences } from '../../wording.ts';
import type {
  appCauses,
  CallCause,
  doorCauses,
  joinCauses,
  networkCauses,
  ownCauses,
  serverCauses,
  streamCauses,
} from '../causes.ts';
import type { CallDoing } from '../doing.ts';
import type { StreamReason } from '../reasons.ts';
import type { Moment } from '../scene/moments.ts';

type Of<Schemas> = Sentences<Extract<CallCause, { readonly id: keyof Schemas }>>;
export type StreamSentences = Of<typeof streamCauses>;
export type JoinSentences = Of<typeof joinCauses>;
export type AppSentences = Of<typeof appCauses>;
export type DoorSentences = Of<typeof doorCauses>;
export type NetworkSentences = Of<typeof networkCauses>;
export type ServerSentences = Of<typeof serverCauses>;
export type OwnSentences = Of<typeof ownCauses>;
/** Clauses without a full stop. */
export type ReasonClauses = Sentences<StreamReason>;

export interface CallWords extends KindWords<CallCause> {
  /** Why a stream is not ok, as a clause without a full stop. */
  readonly reason: (reason: StreamReason) => string;
  /** What it is doing, in a few words. */
  readonly progress: (doing: CallDoing) => string;
}

/** What causes of a step have in common. */
export interface OfStep {
  readonly room?: number;
  readonly moment?: Moment;
  readonly againIn?: readonly string[];
}

/** `15:00:07`, of a time in ISO 8601 or in milliseconds; with `digits` of the second. */
export function clock(at: string | number, digits = 0): string {
  const iso = typeof at === 'number' ? new Date(at).toISOString() : at;
  return iso.slice(11, 19 + (digits > 0 ? digits + 1 : 0));
}

export const percent = (share: number): number => Math.round(share * 100);
export const largest = (figures: Readonly<Record<string, number>>): number =>
  Math.max(...Object.values(figures));
