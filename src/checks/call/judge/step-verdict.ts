/** What a step of a call came to: its streams and what is wrong with them. Judged at its end, before the next. */

import { list } from '../../../base/words.ts';
import type { Finding } from '../../check.ts';
import { ownFault } from '../../run.ts';
import type { Step } from '../drive/step.ts';
import type { Cell } from '../observe/cells.ts';
import { HIGH_PRESSURE } from '../observe/cpu-pressure.ts';
import type { CallOptions } from '../options.ts';
import { arrives, type CallStream } from '../result.ts';
import { connected, type Diagnosis, diagnose } from './diagnosis.ts';
import { networkFindings } from './network.ts';
import { ownFaults, refusals, standstills } from './obstacles.ts';
import { gapFindings, type Judged, muteFindings, slowFindings, streamFindings } from './stream-findings.ts';

export interface StepVerdict {
  readonly streams: readonly CallStream[];
  readonly findings: readonly Finding[];
}

/** On a machine that is short of processor time, streams are that late and pause that long by our own fault. */
const PRESSED_LATENCY_MS = 3000;
const PRESSED_GAP_MS = 3000;

/** Judges a step as it stands now. */
export function judgeStep(step: Step, options: CallOptions): StepVerdict {
  const ours = ownFaults(step.obstacles);
  const judged = step.cells.all.map((cell) => judgeCell(step, cell, options));
  // After a fault of ours nothing can be said of what is not there.
  const told = ours.length > 0 ? judged.filter(({ stream }) => stream.verdict === 'ok') : judged;
  const doubted = underPressure(step) ? unreadable(told) : [];
  const known = told.filter((each) => !doubted.includes(each));
  return {
    streams: known.map(({ stream }) => excused(step, stream)),
    findings: ours.length > 0 ? ours : [...findingsOf(step, known, options), ...doubts(step, doubted)],
  };
}

/**
 * Streams of a kind of which nobody can read any, though they sound, or move, as they should: sound that comes in pieces
 * and pictures that are drawn too late have no watermark in them. A single one is more likely the deployment's.
 */
function unreadable(judged: readonly Judged[]): Judged[] {
  return (['audio', 'video'] as const).flatMap((kind) => {
    const all = judged.filter(({ stream }) => stream.kind === kind && !stream.muted);
    return all.every(({ diagnosis }) => diagnosis.unreadable) ? all : [];
  });
}

/** On a strained machine that may be our own fault. */
function doubts(step: Step, doubted: readonly Judged[]): Finding[] {
  if (doubted.length === 0) return [];
  const streams = doubted.map(({ stream: { receiver, sender, kind, reason } }) => {
    return { receiver, sender, kind, reason };
  });
  const kinds = new Set(streams.map(({ kind }) => kind));
  const [does, what] =
    kinds.size > 1
      ? ['hear and see', 'sound and pictures arrive']
      : kinds.has('audio')
        ? ['hear', 'sound arrives']
        : ['see', 'pictures arrive'];
  const text = `${shortOfTime(step)}: whether people ${does} each other cannot be told. Their ${what}, and no watermark can be read in what arrives.`;
  return [ownFault('machine-busy', text, { strain: step.watchPressure, streams })];
}

const shortOfTime = ({ watchPressure }: Step): string =>
  `This machine was short of processor time for ${Math.round((watchPressure ?? 0) * 100)} % of the time`;

function findingsOf(step: Step, judged: readonly Judged[], options: CallOptions): Finding[] {
  const broken = judged.filter(({ stream }) => !arrives(stream));
  const refused = refusals(step);
  const stuck = broken.length > 0 ? standstills(step, refused) : [];
  const out = new Set([...refused, ...stuck].flatMap(({ participants }) => participants));
  // Streams of those who are out of the call are explained by why they are out.
  const unexplained = judged.filter(({ stream }) => !out.has(stream.receiver) && !out.has(stream.sender));
  const causes = [...refused, ...stuck].map((cause) => cause.finding);
  const names = step.participants.map(({ name }) => name).filter((name) => !out.has(name));
  return softened(step, [
    ...causes,
    ...streamFindings(unexplained, names),
    ...muteFindings(unexplained),
    ...(out.size === 0 ? pathFindings(step) : []),
    ...expectationFindings(step, out),
    ...startMuted(step, options),
    ...gapFindings(unexplained).map((gap) => atChange(step, gap)),
    ...slowFindings(
      unexplained,
      step.plan.moment === null ? 'after joining' : 'later',
      step.plan.completeWithin,
    ),
    ...networkFindings(step, options),
  ]);
}

const underPressure = ({ watchPressure }: Step): boolean =>
  watchPressure !== null && watchPressure > HIGH_PRESSURE;

/** Media that takes another way than Jitsi chooses for so many people. */
function pathFindings(step: Step): Finding[] {
  const names = step.offPath();
  if (names.length === 0) return directOff(step);
  const direct = step.pathMeant() === 'direct';
  const stay = names.length > 1 ? 'stay' : 'stays';
  const text = direct
    ? `${list(names)} ${stay} on the bridge; the two were to talk directly.`
    : `${list(names)} ${stay} on the direct connection; all were to talk over the bridge.`;
  return [
    {
      id: 'path-unexpected',
      outcome: 'degraded',
      text,
      where: 'signaling',
      evidence: { participants: names, expected: step.pathMeant() },
    },
  ];
}

/** A scene of two who cannot talk directly has no change of path in it: it tests less than it looks. */
function directOff(step: Step): Finding[] {
  const two = step.plan.moment !== null && step.plan.path === null && step.plan.present.length === 2;
  if (!two || step.pathMeant() === 'direct') return [];
  return [
    {
      id: 'direct-off',
      outcome: 'pass',
      text: 'Two may not talk directly here (p2p is switched off): no change between direct connection and bridge was tested.',
      evidence: {},
    },
  ];
}

/** Participants who came to something else than was expected of where they sit. */
function expectationFindings(step: Step, out: ReadonlySet<string>): Finding[] {
  return step.participants.flatMap((participant) => {
    const { name, plan } = participant;
    const up = connected(participant, participant.direct());
    const pair = participant.samples.at(-1)?.pairs.find(({ p2p }) => p2p === participant.direct());
    const way = pair && `${pair.candidateType}, ${pair.relayProtocol ?? pair.protocol}`;
    const evidence = { participants: [name], network: plan.network, way: way ?? null };
    if (plan.expect === 'none') {
      if (!up) return [];
      const text = `${name} has a media connection (${way ?? 'of an unknown way'}), though none was expected.`;
      return [{ id: 'media-unexpected', outcome: 'degraded' as const, text, evidence }];
    }
    if (plan.expect !== 'relay' || !pair || out.has(name) || pair.candidateType === 'relay') return [];
    if (plan.network !== null) {
      const text = `${name} was to have no way but a TURN server, and has another (${way}): our browser does not obey.`;
      return [ownFault('network-profile', text, evidence)];
    }
    const text = `${name} was expected to be relayed (TURN), but its media goes another way (${way}).`;
    return [{ id: 'relay-expected', outcome: 'degraded' as const, text, evidence }];
  });
}

/** A pause while two change between bridge and direct connection is how Jitsi does it: advice. */
function atChange(step: Step, gap: Finding): Finding {
  const from = Date.parse(String(gap.evidence?.from));
  if (!step.changedPath({ from, to: from + Number(gap.evidence?.ms) })) return gap;
  return {
    ...gap,
    outcome: 'pass',
    text: gap.text.replace(/\.$/, ', while the call changed its path (direct or bridge).'),
  };
}

/** A stream that is late on a strained machine, by no more than that explains, counts as one that arrives. */
function excused(step: Step, stream: CallStream): CallStream {
  const late = stream.verdict === 'late' && (stream.latencyMs ?? 0) <= PRESSED_LATENCY_MS;
  return late && underPressure(step) ? { ...stream, verdict: 'ok', reason: null } : stream;
}

/** What a machine that is short of processor time brings about by itself. */
const STRAIN_CAUSES = new Set(['stream-gap', 'stream-late', 'network-delay', 'network-loss']);

/** On a strained machine what may be our own fault is advice, and that is said. */
function softened(step: Step, findings: readonly Finding[]): Finding[] {
  const ours = (finding: Finding) =>
    finding.outcome === 'degraded' &&
    STRAIN_CAUSES.has(finding.id) &&
    !(Number(finding.evidence?.ms) > PRESSED_GAP_MS) &&
    !latenciesOf(finding).some((ms) => ms > PRESSED_LATENCY_MS);
  const failed = findings.some(({ outcome }) => outcome === 'fail');
  if (!underPressure(step) || !(failed || findings.some(ours))) return [...findings];
  const consequence = failed
    ? 'run it again before you believe it'
    : 'pauses, delays and losses are not held against the deployment';
  return [
    ...findings.map((finding) => (ours(finding) ? { ...finding, outcome: 'pass' as const } : finding)),
    {
      id: 'machine-busy',
      outcome: 'pass' as const,
      text: `${shortOfTime(step)}: ${consequence}.`,
      evidence: { strain: step.watchPressure },
    },
  ];
}

/** Latencies of the streams that a finding is about, in milliseconds. */
function latenciesOf({ evidence }: Finding): number[] {
  const streams = Array.isArray(evidence?.streams) ? (evidence.streams as { latencyMs?: unknown }[]) : [];
  return streams.map(({ latencyMs }) => Number(latencyMs ?? 0));
}

function judgeCell(step: Step, cell: Cell, { maxLatency }: CallOptions): Judged {
  const diagnosis = step.isMuted(cell.key) ? resting(step, cell) : flowing(step, cell, maxLatency);
  const stream = { ...streamOf(step, cell, diagnosis.verdict), reason: diagnosis.reason };
  return { stream, diagnosis };
}

function flowing(step: Step, cell: Cell, maxLatency: number): Diagnosis {
  // A watch that ends while the call finds its pace says nothing of how late streams are, short of unusable.
  return diagnose(step, cell, step.rampedUp ? maxLatency : Number.POSITIVE_INFINITY);
}

/** A muted stream is well when nothing of it arrives and the receiver was told so. */
function resting(step: Step, cell: Cell): Diagnosis {
  const { receiver, sender, kind } = cell.key;
  const evidence = { muted: true, signalledMuted: cell.track?.muted ?? null };
  if (step.leaks(cell)) {
    const reason = `${sender} is muted, but ${receiver} still ${kind === 'audio' ? 'hears' : 'sees'} it`;
    return { verdict: 'wrong', where: 'sender', reason, evidence };
  }
  if (cell.track !== null && !cell.track.muted) {
    const reason = `${receiver} was not told that ${sender} is muted`;
    return { verdict: 'lost', where: 'signaling', reason, evidence };
  }
  return { verdict: 'ok', where: null, reason: null, evidence };
}

function startMuted(step: Step, options: CallOptions): Finding[] {
  const muted = step.participants.filter((participant) => participant.events('start-muted').length > 0);
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

function pathOf(step: Step, { key }: Cell): CallStream['path'] {
  const receiver = step.participant(key.receiver);
  if (!receiver || receiver.samples.length === 0) return null;
  return receiver.direct() ? 'p2p' : 'bridge';
}

/** A cell as a run tells it. */
export function streamOf(step: Step, cell: Cell, verdict: CallStream['verdict']): CallStream {
  const stopped = cell.noticedAt !== null && cell.lastAt !== null;
  const muted = step.isMuted(cell.key);
  return {
    step: step.plan.name,
    ...cell.key,
    verdict,
    muted,
    path: pathOf(step, cell),
    firstMs: muted || cell.firstAt === null ? null : Math.round(cell.firstAt - step.startedAt),
    lostAt: stopped ? new Date(cell.lastAt!).toISOString() : null,
    noticedAt: stopped ? new Date(cell.noticedAt!).toISOString() : null,
    latencyMs: muted ? null : cell.latencyMs(),
    gaps: [...cell.gaps],
    ssrc: cell.track?.ssrc ?? null,
    reason: null,
  };
}
