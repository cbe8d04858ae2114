/** What a call run found (the `call` key of a run). */
import type { BrowserName } from '../../browsers/browser.ts';

export type MediaKind = 'audio' | 'video';

/**
 * `missing` never arrived; `lost` arrived and stopped; `frozen` packets flow, the picture stands still;
 * `silent` packets flow, nothing is heard; `wrong` another participant's mark; `late` older than the threshold.
 */
export const VERDICTS = ['ok', 'missing', 'lost', 'frozen', 'silent', 'wrong', 'late'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Transport {
  readonly path: 'p2p' | 'bridge';
  readonly candidateType: 'host' | 'srflx' | 'prflx' | 'relay';
  readonly protocol: 'udp' | 'tcp' | 'tls';
  /** The port this participant sends from and receives on; null where the browser does not tell. */
  readonly localPort: number | null;
  /** Round trip of the selected candidate pair in milliseconds; null before the first measurement. */
  readonly rttMs: number | null;
}

export interface Participant {
  /** A, B, C … */
  readonly name: string;
  readonly browser: BrowserName;
  /** The browser's own version, such as `156.0.8078.79`; null when it never started. */
  readonly version: string | null;
  /** Jitsi's endpoint id; null before the participant joined. */
  readonly endpointId: string | null;
  readonly transport: Transport | null;
}

export interface Step {
  readonly name: string;
  /** When the step began, milliseconds since the run's start. */
  readonly atMs: number;
  /** How long until the matrix was complete, or until the step's deadline. */
  readonly ms: number;
  /** Who was in the room at its end: the streams of this step are among them. */
  readonly present: readonly string[];
  /**
   * The share of the step in which tasks of Vigie's machine waited for a processor, 0 to 1 (Linux, pressure stall
   * information); null where it is not told, absent in runs of before it was asked.
   */
  readonly cpuPressure?: number | null;
}

/** A pause in a stream that came back. */
export interface Gap {
  /** ISO 8601: when the last good mark before the pause was read. */
  readonly from: string;
  readonly ms: number;
}

/** What one receiver gets from one sender, of one kind. */
export interface Stream {
  readonly step: string;
  readonly receiver: string;
  readonly sender: string;
  readonly kind: MediaKind;
  readonly verdict: Verdict;
  /** The sender is muted on purpose: then `ok` means that nothing arrives and the receiver was told why. */
  readonly muted: boolean;
  /** The way it took, or was to take; null before anything is known of it. */
  readonly path: 'p2p' | 'bridge' | null;
  /** From the start of the step to the first good mark, in milliseconds; null when there was none. */
  readonly firstMs: number | null;
  /** ISO 8601: when the last good mark was read, for a stream that stopped; else null. */
  readonly lostAt: string | null;
  /** ISO 8601: when Vigie noticed that it stopped; else null. */
  readonly noticedAt: string | null;
  /** Median age of the marks when they were read, in milliseconds. */
  readonly latencyMs: number | null;
  /** Pauses long enough to be noticed, after which the stream came back. */
  readonly gaps: readonly Gap[];
  /** The RTP SSRC at the receiver (rewritten by the bridge, so never the sender's); null when unknown. */
  readonly ssrc: number | null;
  /** Why the verdict is not `ok`, in words; null when it is. */
  readonly reason: string | null;
}

export interface CallResult {
  readonly url: string;
  readonly room: string;
  /** lib-jitsi-meet's version; null when it did not load. */
  readonly version: string | null;
  readonly participants: readonly Participant[];
  readonly steps: readonly Step[];
  /** What could be judged: after a fault of ours, streams that we cannot tell of are absent. */
  readonly streams: readonly Stream[];
}

/** The sender's mark arrives, perhaps later than it should: that is what its latency says. */
export function arrives({ verdict }: Pick<Stream, 'verdict'>): boolean {
  return verdict === 'ok' || verdict === 'late';
}

/** Those who were in the room at the end of a step; everybody where the run does not tell. */
export function presentIn(
  { participants, steps }: Pick<CallResult, 'participants' | 'steps'>,
  step: string,
): readonly Participant[] {
  const present = steps.find(({ name }) => name === step)?.present;
  return present ? participants.filter(({ name }) => present.includes(name)) : participants;
}
