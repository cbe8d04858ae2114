/**
 * What CPU pressure on Vigie's own machine does to verdicts: it makes sound and pictures late and makes them pause, so
 * that what may be our own fault is no fault of the deployment.
 */
import type { Found } from '../../check.ts';
import type { CallCauseOf } from '../causes.ts';
import { HIGH_PRESSURE } from '../observe/cpu-pressure.ts';
import type { StepFacts } from '../observe/facts.ts';
import type { StreamReason } from '../reasons.ts';
import { arrives, type CallStream } from '../result.ts';
import type { Judged } from './stream-findings.ts';

type Measured = Pick<StepFacts, 'watchPressure' | 'stalledShare'>;

/** Under CPU pressure, streams are this late and pause this long by our own fault. Milliseconds. */
const PRESSED_LATENCY_MS = 3000;
const PRESSED_GAP_MS = 3000;

/**
 * Above both shares, of waiting time and of time in which the timers of our pages stood still, browsers hardly run. Measured on two
 * processors with 20 to 30 tasks: a healthy call in which nothing arrived within 20 s had pages that stood still for 31 to 46 % of
 * the time; a call that was broken on purpose, and rightly judged, 14 to 20 %. Waiting time alone was 99 % in both.
 */
const OVERWHELMED = { pressure: 0.9, stalled: 0.25 } as const;

const overwhelmed = ({ watchPressure, stalledShare }: Measured): boolean =>
  watchPressure !== null && watchPressure > OVERWHELMED.pressure && stalledShare > OVERWHELMED.stalled;

/** Reasons that state what somebody did, not what did not happen in time: no pressure of ours brings them about. */
const PROVEN: readonly string[] = [
  'encodings-inactive',
  'sender-muted',
  'signaled-muted',
  'other-watermark',
] satisfies StreamReason['id'][];

const underPressure = ({ watchPressure }: Measured): boolean =>
  watchPressure !== null && watchPressure > HIGH_PRESSURE;

/** Of a machine so busy, silence and packets that do not come in a moment prove nothing either. */
const starved = ({ watchPressure }: Measured): boolean =>
  watchPressure !== null && watchPressure > OVERWHELMED.pressure;

/** Packets arrive, and no watermark can be read in them. */
const unreadable = ({ diagnosis: { reason } }: Judged): boolean =>
  reason?.id === 'content' && reason.fault !== 'silence';

/** A stream that is not there, with nothing that shows whose fault it is. */
const unproven = ({ stream, diagnosis }: Judged): boolean =>
  !stream.muted && !arrives(stream) && !PROVEN.includes(diagnosis.reason?.id ?? '');

/**
 * Where browsers hardly run, streams that are not there. Under less pressure, streams that cannot be read, though packets arrive: sound
 * that comes in pieces and pictures that are drawn too late have no watermark in them, and pictures that there is no time to decode
 * are none. Above 90 %, also sound that there was no time to play, which is silence, and packets that did not come in the last
 * moment: with thirty tasks on two processors that was so in five of eight healthy calls. What counters prove over a longer time
 * (`counted.ts`) remains a fault of the deployment.
 */
export function undecidable(
  step: Measured,
  judged: readonly Judged[],
): { known: readonly Judged[]; doubts: Found<'call'>[] } {
  if (overwhelmed(step) && judged.some(unproven)) {
    return {
      known: judged.filter((each) => !unproven(each)),
      doubts: [{ cause: busy(step, 'overwhelmed'), outcome: 'error' }],
    };
  }
  const doubted = underPressure(step)
    ? judged.filter(
        (each) =>
          !each.stream.muted && each.diagnosis.doubtful === true && (starved(step) || unreadable(each)),
      )
    : [];
  if (doubted.length === 0) return { known: judged, doubts: [] };
  const arriving = doubted.every(({ diagnosis }) => diagnosis.reason?.id === 'content');
  const streams = doubted.map(({ stream: { receiver, sender, kind, reason } }) => {
    return { receiver, sender, kind, reason };
  });
  return {
    known: judged.filter((each) => !doubted.includes(each)),
    doubts: [{ cause: { ...busy(step, arriving ? 'untold' : 'unsure'), streams }, outcome: 'error' }],
  };
}

function busy(
  { watchPressure }: Measured,
  consequence: CallCauseOf<'machine-busy'>['consequence'],
): CallCauseOf<'machine-busy'> {
  return { id: 'machine-busy', strain: watchPressure ?? 0, consequence };
}

/** A stream that is late under CPU pressure, by no more than that explains, counts as one that arrives. */
export function excusedByPressure(step: Measured, stream: CallStream): CallStream {
  const limit = overwhelmed(step) ? Number.POSITIVE_INFINITY : PRESSED_LATENCY_MS;
  const late = stream.verdict === 'late' && (stream.latencyMs ?? 0) <= limit;
  return late && underPressure(step) ? { ...stream, verdict: 'ok', reason: null, cause: null } : stream;
}

/** Under CPU pressure what may be our own fault is advice, and a finding says so. */
export function accountForPressure(step: Measured, findings: readonly Found<'call'>[]): Found<'call'>[] {
  const failed = findings.some(({ outcome }) => outcome === 'fail');
  const ours = (finding: Found<'call'>) => mayBeOurs(finding, overwhelmed(step));
  if (!underPressure(step) || !(failed || findings.some(ours))) return [...findings];
  return [
    ...findings.map((finding) => (ours(finding) ? { ...finding, outcome: 'pass' as const } : finding)),
    { cause: busy(step, failed ? 'run-again' : 'excused'), outcome: 'pass' },
  ];
}

/** What CPU pressure brings about, no worse than it does; without a limit where browsers hardly run. */
function mayBeOurs({ cause, outcome }: Found<'call'>, hardlyRun: boolean): boolean {
  if (outcome !== 'degraded') return false;
  const { id } = cause;
  if (id === 'stream-gap') return hardlyRun || cause.ms <= PRESSED_GAP_MS;
  if (id === 'stream-late')
    return hardlyRun || cause.streams.every(({ latencyMs }) => (latencyMs ?? 0) <= PRESSED_LATENCY_MS);
  if (id === 'picture-below') {
    // What a browser sends small without being kept from more is what it was asked for.
    const { height, streams } = cause;
    const asked = ({ sentHeight, limitedBy }: (typeof streams)[number]) =>
      limitedBy === null && sentHeight !== null && height !== null && sentHeight < height;
    return !streams.some(asked);
  }
  const delays = ['stream-slow', 'recovery-slow', 'network-delay', 'network-loss', 'signaling-slow'];
  return [...delays, 'picture-distorted', 'sound-distorted'].includes(id);
}
