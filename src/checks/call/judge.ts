/** From what was seen of a call to its result: matrix, transports, findings. */
import { BrowserFault } from '../../browsers/faults.ts';
import type { CheckResult, Finding, Phase } from '../check.ts';
import { ownFault } from '../run.ts';
import type { Cell } from './cells.ts';
import { type Diagnosis, diagnose } from './diagnosis.ts';
import { networkFindings } from './network.ts';
import { list, ownFaults, refusals, standstills } from './obstacles.ts';
import type { CallOptions } from './options.ts';
import { type Participant as Bot, NotLoaded } from './participant.ts';
import type { CallResult, Participant, Stream, Transport } from './result.ts';
import { nameOf, type Session } from './session.ts';
import { STRAINED } from './strain.ts';
import { gapFindings, type Judged, slowFindings, streamFindings } from './streamfindings.ts';

/** A call of which something can be told while it goes on. */
export interface Begun {
  readonly session: Session;
  readonly options: CallOptions;
  /** When the run began, milliseconds since the epoch. */
  readonly startedAt: number;
}

export interface Seen extends Begun {
  readonly phases: readonly Phase[];
  /** What the web front answered. */
  readonly front: readonly Finding[];
  /** What stopped browsers or pages before the call; null when nothing did. */
  readonly failure: unknown;
}

/** On a machine that is short of processor time, streams are that late and pause that long by our own fault. */
const STRAINED_LATENCY_MS = 3000;
const STRAINED_GAP_MS = 3000;

/** The step that a plain call consists of. */
const STEP = 'join';

export function judge(seen: Seen): CheckResult {
  const { session, options, front, failure } = seen;
  const ours = ownFaults(session.obstacles);
  // Pages that fail because their browser died say so in many ways; the browser says it in one.
  const died = ours.length > 0 && failure !== null;
  const before = [
    ...front,
    ...(front.length === 0 && failure !== null && !died ? [notStarted(failure)] : []),
  ];
  const began = session.startedAt > 0 && before.length === 0;
  const judged = began ? session.cells.all.map((cell) => judgeCell(session, cell, options)) : [];
  // After a fault of ours nothing can be said of what is not there.
  const told = ours.length > 0 ? judged.filter(({ stream }) => stream.verdict === 'ok') : judged;
  const findings = ours.length > 0 ? ours : began ? callFindings(session, told, options) : [];
  return {
    summary: '',
    findings: [...before, ...findings],
    phases: seen.phases,
    call: callResult(
      seen,
      told.map(({ stream }) => excused(session, stream)),
    ),
  };
}

function callFindings(session: Session, judged: readonly Judged[], options: CallOptions): Finding[] {
  const broken = judged.filter(({ stream }) => stream.verdict !== 'ok' && stream.verdict !== 'late');
  const refused = refusals(session);
  const stuck = broken.length > 0 ? standstills(session, refused) : [];
  const out = new Set([...refused, ...stuck].flatMap(({ participants }) => participants));
  // Streams of those who are out of the call are explained by why they are out.
  const unexplained = judged.filter(({ stream }) => !out.has(stream.receiver) && !out.has(stream.sender));
  const causes = [...refused, ...stuck].map((cause) => cause.finding);
  const names = session.participants.map(({ name }) => name).filter((name) => !out.has(name));
  return softened(session, [
    ...causes,
    ...streamFindings(unexplained, names),
    ...startMuted(session, options),
    ...gapFindings(unexplained).map((gap) => atChange(session, gap)),
    ...slowFindings(unexplained),
    ...networkFindings(session, options),
  ]);
}

const isStrained = ({ strain }: Session): boolean => strain !== null && strain > STRAINED;

/** A pause while two change between bridge and direct connection is how Jitsi does it: advice. */
function atChange(session: Session, gap: Finding): Finding {
  const from = Date.parse(String(gap.evidence?.from));
  if (!session.changedPath({ from, to: from + Number(gap.evidence?.ms) })) return gap;
  return {
    ...gap,
    outcome: 'pass',
    text: gap.text.replace(/\.$/, ', while the call changed its path (direct or bridge).'),
  };
}

/** A stream that is late on a strained machine, by no more than that explains, counts as one that arrives. */
function excused(session: Session, stream: Stream): Stream {
  const late = stream.verdict === 'late' && (stream.latencyMs ?? 0) <= STRAINED_LATENCY_MS;
  return late && isStrained(session) ? { ...stream, verdict: 'ok', reason: null } : stream;
}

/** What a machine that is short of processor time brings about by itself. */
const STRAIN_CAUSES = new Set(['stream-gap', 'stream-late', 'network-delay', 'network-loss']);

/** On a strained machine what may be our own fault is advice, and that is said. */
function softened(session: Session, findings: readonly Finding[]): Finding[] {
  const ours = (finding: Finding) =>
    finding.outcome === 'degraded' &&
    STRAIN_CAUSES.has(finding.id) &&
    !(Number(finding.evidence?.ms) > STRAINED_GAP_MS) &&
    !latenciesOf(finding).some((ms) => ms > STRAINED_LATENCY_MS);
  const failed = findings.some(({ outcome }) => outcome === 'fail');
  if (!isStrained(session) || !(failed || findings.some(ours))) return [...findings];
  const percent = Math.round((session.strain ?? 0) * 100);
  const consequence = failed
    ? 'run it again before you believe it'
    : 'pauses, delays and losses are not held against the deployment';
  return [
    ...findings.map((finding) => (ours(finding) ? { ...finding, outcome: 'pass' as const } : finding)),
    {
      id: 'machine-busy',
      outcome: 'pass' as const,
      text: `This machine was short of processor time for ${percent} % of the time: ${consequence}.`,
      evidence: { strain: session.strain },
    },
  ];
}

/** Latencies of the streams that a finding is about, in milliseconds. */
function latenciesOf({ evidence }: Finding): number[] {
  const streams = Array.isArray(evidence?.streams) ? (evidence.streams as { latencyMs?: unknown }[]) : [];
  return streams.map(({ latencyMs }) => Number(latencyMs ?? 0));
}

/** What kept browsers or pages from starting, though the web front answered. */
function notStarted(failure: unknown): Finding {
  if (failure instanceof NotLoaded) {
    const library = failure.urls.some((url) => url.includes('lib-jitsi-meet'));
    return {
      id: library ? 'library-missing' : 'config-missing',
      outcome: 'fail',
      text: `The browser could not load ${list(failure.urls.map((url) => url.replace(/^https?:\/\/[^/]*/, '').replace(/\?.*/, '')))} from the deployment.`,
      where: 'signaling',
      evidence: { urls: failure.urls },
    };
  }
  if (failure instanceof BrowserFault) {
    return ownFault(failure.code, failure.message, { output: failure.output.slice(-1000) });
  }
  const message = failure instanceof Error ? failure.message : String(failure);
  // puppeteer's own words for a command that a browser never answered.
  if (/timed out|timeout/i.test(message)) {
    return ownFault('browser-hung', 'A browser of ours does not answer any more.', { message });
  }
  return ownFault('browser-start', `Our own pages did not start: ${message.split('\n')[0]}`, { message });
}

function judgeCell(session: Session, cell: Cell, { maxLatency }: CallOptions): Judged {
  // A watch that ends while the call finds its pace says nothing of how late streams are, short of unusable.
  const diagnosis: Diagnosis = diagnose(
    session,
    cell,
    session.rampedUp ? maxLatency : Number.POSITIVE_INFINITY,
  );
  const stream = { ...streamOf(session, cell, diagnosis.verdict), reason: diagnosis.reason };
  return { stream, diagnosis };
}

function startMuted(session: Session, options: CallOptions): Finding[] {
  const muted = session.participants.filter((participant) => participant.events('start-muted').length > 0);
  if (muted.length === 0 || options.startMuted === 'expected') return [];
  const keys = [
    ...new Set(muted.flatMap((bot) => bot.events('start-muted').map(({ detail }) => String(detail.key)))),
  ];
  return [
    {
      id: 'start-muted',
      outcome: 'degraded',
      text: `The deployment lets everybody join muted (${keys.join(', ')} in config.js); Vigie unmuted its participants to test the rest.`,
      where: 'sender',
      evidence: { participants: muted.map(({ name }) => name), keys },
    },
  ];
}

function callResult({ session, options, startedAt }: Begun, streams: readonly Stream[]): CallResult {
  const began = session.startedAt > 0;
  const end = session.completeAt ?? session.endedAt ?? session.startedAt;
  return {
    url: options.url,
    room: session.options.room,
    version: session.participants.find(({ version }) => version)?.version ?? null,
    participants: options.participants.map((browser, index) =>
      participantOf(nameOf(index), browser, session.participant(nameOf(index))),
    ),
    steps: began
      ? [
          {
            name: STEP,
            atMs: Math.round(session.startedAt - startedAt),
            ms: Math.round(end - session.startedAt),
          },
        ]
      : [],
    streams,
  };
}

function participantOf(name: string, browser: Participant['browser'], bot: Bot | undefined): Participant {
  return {
    name,
    browser,
    version: bot?.browser.version ?? null,
    endpointId: bot?.endpointId ?? null,
    transport: bot ? transportOf(bot) : null,
  };
}

function transportOf(bot: Bot): Transport | null {
  const last = bot.samples.at(-1);
  const pair = last?.pairs.find(({ p2p }) => p2p === last.p2pActive);
  if (!pair) return null;
  return {
    path: pair.p2p ? 'p2p' : 'bridge',
    candidateType: pair.candidateType as Transport['candidateType'],
    protocol: (pair.relayProtocol ?? pair.protocol) as Transport['protocol'],
    localPort: pair.localPort,
    rttMs: pair.rttMs,
  };
}

/** What is known while the call goes on, for whoever looks on. */
export function partial(begun: Begun): CallResult {
  const heard = begun.session.cells.all.filter((cell) => cell.lastAt !== null);
  return callResult(
    begun,
    heard.map((cell) => streamOf(begun.session, cell, cell.noticedAt === null ? 'ok' : 'lost')),
  );
}

function streamOf(session: Session, cell: Cell, verdict: Stream['verdict']): Stream {
  const stopped = cell.noticedAt !== null && cell.lastAt !== null;
  return {
    step: STEP,
    ...cell.key,
    verdict,
    firstMs: cell.firstAt === null ? null : Math.round(cell.firstAt - session.startedAt),
    lostAt: stopped ? new Date(cell.lastAt!).toISOString() : null,
    noticedAt: stopped ? new Date(cell.noticedAt!).toISOString() : null,
    latencyMs: cell.latencyMs(),
    gaps: cell.gaps,
    ssrc: cell.track?.ssrc ?? null,
    reason: null,
  };
}
