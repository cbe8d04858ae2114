/**
 * What became of a stream, and where on its way: content decides the verdict, statistics say where it broke.
 * The order of the questions follows the packet: capture, sender's transport, other receivers, receiver's
 * transport, bridge channel, track, packets, content.
 */
import type { Evidence, Where } from '../../check.ts';
import type { Participant } from '../drive/participant.ts';
import type { Cell, Cells } from '../observe/cells.ts';
import type { RtpStats, StatsSample } from '../page/protocol.ts';
import type { StreamVerdict } from '../result.ts';
import { contentFault } from './content.ts';
import type { Flow } from './flow.ts';
import { wayOfLoss } from './path-changes.ts';

/** What a diagnosis reads of a participant. */
export type Witness = Pick<Participant, 'name' | 'samples' | 'timeline' | 'events'>;

/** What a diagnosis reads of a call; a `Session` is one. */
export interface Scene {
  readonly participants: readonly Witness[];
  readonly cells: Pick<Cells, 'all'>;
  /** Milliseconds since the epoch, as in `Session`. */
  readonly startedAt: number;
  readonly completeAt: number | null;
  participant(name: string): Witness | undefined;
}

/** Two samples must be this far apart for a rate, in milliseconds. */
const RATE_MS = 300;
/** Nobody can talk with somebody whom they hear so late. */
const UNUSABLE_MS = 3000;
/** Fewer packets a second than this are leftovers, not a stream. */
const FLOWING_PPS = 2;

export interface Diagnosis {
  readonly verdict: StreamVerdict;
  readonly where: Where | null;
  /** Why the verdict is not `ok`, in words; null when it is. */
  readonly reason: string | null;
  readonly evidence: Evidence;
  /** Something arrives and sounds, or moves, as it should, but no watermark can be read in it. */
  readonly unreadable?: boolean;
}

const NO_FLOW: Flow = {
  exists: false,
  active: null,
  packets: null,
  packetsPerSecond: null,
  framesPerSecond: null,
  sounds: null,
  codec: null,
};

/** The last sample and the newest one far enough before it to tell a rate. */
function lastTwo(samples: readonly StatsSample[]): [StatsSample | undefined, StatsSample | undefined] {
  const last = samples.at(-1);
  return [last && samples.findLast((sample) => last.at - sample.at >= RATE_MS), last];
}

/** Adds up the RTP streams that `select` picks: simulcast sends one stream in several. */
function flowOf(participant: Witness, select: (rtp: RtpStats) => boolean): Flow {
  const [before, last] = lastTwo(participant.samples);
  const now = last?.rtp.filter(select) ?? [];
  if (!last || now.length === 0) return NO_FLOW;
  const sum = (list: readonly RtpStats[], of: (rtp: RtpStats) => number | null) =>
    list.reduce((total, rtp) => total + (of(rtp) ?? 0), 0);
  const then = before?.rtp.filter(select) ?? [];
  const rate = (of: (rtp: RtpStats) => number | null) =>
    before ? Math.round(((sum(now, of) - sum(then, of)) / (last.at - before.at)) * 10_000) / 10 : null;
  return {
    exists: true,
    active: now.some(({ active }) => active !== null) ? now.some(({ active }) => active === true) : null,
    packets: sum(now, ({ packets }) => packets),
    packetsPerSecond: rate(({ packets }) => packets),
    framesPerSecond: rate(({ frames }) => frames),
    sounds: soundsIn(then, now),
    codec: now[0]?.codec ?? null,
  };
}

/** Whether the sound's energy grew between two samples; null where one of them does not tell. */
function soundsIn(then: readonly RtpStats[], now: readonly RtpStats[]): boolean | null {
  const energy = (list: readonly RtpStats[]) =>
    list.find(({ audioEnergy }) => audioEnergy !== null)?.audioEnergy;
  const [before, after] = [energy(then), energy(now)];
  return before == null || after == null ? null : after > before;
}

export function outbound(participant: Witness, kind: string, p2p: boolean): Flow {
  return flowOf(participant, (rtp) => rtp.direction === 'out' && rtp.kind === kind && rtp.p2p === p2p);
}

function inbound(participant: Witness, cell: Cell): Flow {
  const ssrc = cell.track?.ssrc ?? null;
  return flowOf(participant, (rtp) => rtp.direction === 'in' && ssrc !== null && rtp.ssrc === ssrc);
}

const flows = (flow: Flow): boolean => (flow.packetsPerSecond ?? 0) >= FLOWING_PPS;

/** ` (50 packets/s)`; nothing where statistics do not tell. */
const rateOf = ({ packetsPerSecond }: Flow): string =>
  packetsPerSecond === null ? '' : ` (${packetsPerSecond} packets/s)`;

/** How long the receiver's jitter buffer held a stream on average since then, in milliseconds; null when not told. */
function bufferedMs(participant: Witness, cell: Cell, since: number): number | null {
  const of = (sample: StatsSample | undefined) =>
    sample?.rtp.find(({ direction, ssrc }) => direction === 'in' && ssrc === cell.track?.ssrc);
  const last = of(participant.samples.at(-1));
  // After a short watch there may be one sample alone; then it is the average since the beginning.
  const first = of(participant.samples.slice(0, -1).find(({ at }) => at >= since));
  const count = (last?.bufferedCount ?? 0) - (first?.bufferedCount ?? 0);
  if (count <= 0) return null;
  return Math.round((((last?.bufferedSeconds ?? 0) - (first?.bufferedSeconds ?? 0)) / count) * 1000);
}

/** True when a participant's media connection of that path is up, as it last said. */
export function connected(participant: Witness, p2p: boolean): boolean {
  return (participant.samples.at(-1)?.peers ?? []).some(
    (peer) => peer.p2p === p2p && peer.connectionState === 'connected',
  );
}

/** True when the bridge channel is open, as the last event says. */
export function channelOpen(participant: Witness): boolean {
  const last = participant.timeline.findLast(({ name }) =>
    /dataChannel(Opened|Closed)|DATA_CHANNEL/i.test(name),
  );
  return last !== undefined && /opened/i.test(last.name);
}

/** Judges one stream at the end of the observation. */
export function diagnose(session: Scene, cell: Cell, maxLatencyMs: number): Diagnosis {
  const receiver = session.participant(cell.key.receiver)!;
  const sender = session.participant(cell.key.sender)!;
  const p2p = receiver.samples.at(-1)?.p2pActive ?? false;
  const sent = outbound(sender, cell.key.kind, p2p);
  const got = inbound(receiver, cell);
  const buffered = bufferedMs(receiver, cell, session.completeAt ?? session.startedAt);
  const evidence = { ...evidenceOf(cell, { sent, got, p2p, buffered }), pathChange: lastChange(sender) };
  const stopped = cell.lastAt === null || cell.noticedAt !== null;
  if (!stopped) return flowing(cell, maxLatencyMs, buffered, evidence);
  const verdict = verdictOf(cell, got);
  if (verdict === 'wrong') {
    const other = session.participants[cell.wrongIndex()!]?.name ?? 'somebody else';
    const reason = `what is announced as ${sender.name}'s carries the watermark of ${other}`;
    return { verdict, where: 'bridge', reason, evidence };
  }
  return { verdict, evidence, ...locate(session, cell, { receiver, sender, p2p, sent, got }) };
}

/**
 * A stream is late by what its way takes. What the receiver's jitter buffer adds is told apart: one burst of packets
 * while everybody joins, from a bridge that has just started or on a busy machine, fills it for half a minute, and
 * says little of the deployment. Beyond `UNUSABLE_MS` in all, it is late for whatever reason.
 */
function flowing(cell: Cell, maxLatencyMs: number, buffered: number | null, evidence: Evidence): Diagnosis {
  const latency = cell.latencyMs() ?? 0;
  const way = Math.max(0, latency - (buffered ?? 0));
  if (way <= maxLatencyMs && latency <= UNUSABLE_MS)
    return { verdict: 'ok', where: null, reason: null, evidence };
  const held =
    buffered === null || buffered < 100 ? '' : `, ${buffered} ms of that in the receiver's jitter buffer`;
  return {
    verdict: 'late',
    where: 'unknown',
    reason: `its watermarks are ${latency} ms old when they arrive${held} (threshold ${maxLatencyMs} ms)`,
    evidence,
  };
}

function verdictOf(cell: Cell, got: Flow): StreamVerdict {
  if (cell.wrongIndex() !== null) return 'wrong';
  if (flows(got)) return cell.key.kind === 'video' ? 'frozen' : 'silent';
  return cell.lastAt === null ? 'missing' : 'lost';
}

interface Ends {
  readonly receiver: Witness;
  readonly sender: Witness;
  readonly p2p: boolean;
  readonly sent: Flow;
  readonly got: Flow;
}

type Located = Pick<Diagnosis, 'where' | 'reason' | 'unreadable'>;

function locate(session: Scene, cell: Cell, ends: Ends): Located {
  const sending = atSender(cell, ends);
  if (sending) return sending;
  // Packets that arrive have come the whole way: then it is what is in them.
  if (flows(ends.got)) return inContent(session, cell, ends);
  return onTheWayUp(session, cell, ends) ?? atReceiver(session, cell, ends);
}

function atSender(cell: Cell, { sender, p2p, sent }: Ends): Located | null {
  const { kind } = cell.key;
  const what = kind === 'audio' ? 'sound' : 'picture';
  const muted = sender.events('mute').findLast(({ detail }) => detail.local === true && detail.kind === kind);
  if (muted?.detail.muted === true) return { where: 'sender', reason: `${sender.name} is muted` };
  if (!connected(sender, p2p)) {
    return {
      where: 'uplink',
      reason: `${sender.name} has no media connection ${p2p ? 'to the other' : 'to the bridge'}`,
    };
  }
  if (!sent.exists) return { where: 'sender', reason: `${sender.name} never began to send its ${what}` };
  if (sent.active === false) {
    return {
      where: 'sender',
      reason: `${sender.name} sends no ${what}: all its encodings are switched off (active: false)${sinceChange(sender)}`,
    };
  }
  // One sample alone has no rate: then it is not known whether anything is sent.
  if (sent.packetsPerSecond !== null && !flows(sent))
    return {
      where: 'sender',
      reason: `${sender.name} sends no ${what}${rateOf(sent)}${sinceChange(sender)}`,
    };
  // The videobridge forwards no silence (RFC 6464, level 127): its packets end there.
  if (kind === 'audio' && sent.sounds === false)
    return { where: 'sender', reason: `${sender.name}'s microphone gives nothing but silence` };
  if (cell.track?.muted)
    return { where: 'signaling', reason: `${sender.name} is signalled as muted, but is not` };
  return null;
}

/** When a sender last changed between bridge and direct connection; null when it never did. */
function lastChange(sender: Witness): { at: number; direct: boolean } | null {
  const [before, last] = sender.events('p2p').slice(-2);
  if (last) return { at: last.at, direct: last.detail.active === true };
  // The first word of it is a change only when it is the change to the direct connection.
  return before?.detail.active === true ? { at: before.at, direct: true } : null;
}

/** ` since the switch from the direct connection to the bridge (15:00:01.2 UTC)`, for what is so since then. */
function sinceChange(sender: Witness): string {
  const change = lastChange(sender);
  if (!change) return '';
  const [from, to] = change.direct ? ['bridge', 'direct connection'] : ['direct connection', 'bridge'];
  return `; the last change was that from the ${from} to the ${to}, at ${new Date(change.at).toISOString().slice(11, 21)} UTC`;
}

/** Nobody gets it although it is sent: it breaks before the ways part. */
function onTheWayUp(session: Scene, cell: Cell, { sender, sent, p2p }: Ends): Located | null {
  const { kind } = cell.key;
  const column = session.cells.all.filter(({ key }) => key.sender === sender.name);
  const same = others(session, cell);
  if (p2p || same.length === 0 || same.some(arrives)) return null;
  const sends = `${sender.name} sends it${rateOf(sent)} and nobody gets it`;
  if (column.some((other) => other.key.kind !== kind && arrives(other))) {
    return {
      where: 'bridge',
      reason: `${sends}, though its ${kind === 'audio' ? 'picture' : 'sound'} arrives`,
    };
  }
  // Everybody's streams fail: then it is the bridge, or the way to it, not this sender's.
  const some = session.cells.all.some(arrives);
  return { where: some ? 'uplink' : 'bridge', reason: sends };
}

const arrives = (cell: Cell): boolean => cell.lastAt !== null && cell.noticedAt === null;

function atReceiver(session: Scene, cell: Cell, { receiver, sender, p2p, sent, got }: Ends): Located {
  if (!connected(receiver, p2p))
    return { where: 'downlink', reason: `${receiver.name} has no media connection` };
  if (!p2p && !channelOpen(receiver)) {
    return {
      where: 'signaling',
      reason: `${receiver.name} has no bridge channel, so it is never told of the stream`,
    };
  }
  if (cell.track === null) {
    return {
      where: 'signaling',
      reason: `${receiver.name} was never told of the stream (no track was added)`,
    };
  }
  const other = others(session, cell).find(arrives);
  const sends = `${sender.name} sends it${rateOf(sent)}${other ? `; ${other.key.receiver} gets it` : ''}`;
  if (got.exists && got.packetsPerSecond === null) {
    return {
      where: 'unknown',
      reason: `${sends}, but ${receiver.name}'s statistics do not tell what of it arrives`,
    };
  }
  return {
    // Without another receiver nobody can tell the way up from the way down.
    where: other ? 'downlink' : 'unknown',
    reason: `${sends}, but ${cell.lastAt === null ? 'no packet reaches' : 'packets no longer reach'} ${receiver.name}${wayOfLoss(receiver, p2p)}`,
  };
}

/** The same stream at the other receivers. */
const others = (session: Scene, { key }: Cell): Cell[] =>
  session.cells.all.filter(
    (other) =>
      other.key.sender === key.sender && other.key.kind === key.kind && other.key.receiver !== key.receiver,
  );

function inContent(session: Scene, cell: Cell, { got }: Ends): Located {
  const elsewhere = others(session, cell);
  const other = elsewhere.find(arrives);
  const { fault, unreadable } = contentFault(cell, got);
  return {
    where: other ? 'receiver' : elsewhere.length > 0 ? 'sender' : 'unknown',
    reason: fault + (other ? `; ${other.key.receiver} gets it` : ''),
    unreadable,
  };
}

function evidenceOf(
  cell: Cell,
  { sent, got, p2p, buffered }: { sent: Flow; got: Flow; p2p: boolean; buffered: number | null },
): Evidence {
  return {
    path: p2p ? 'p2p' : 'bridge',
    sent,
    received: got,
    ssrc: cell.track?.ssrc ?? null,
    levelDb: cell.track?.levelDb ?? null,
    lastGoodMark: cell.lastAt === null ? null : new Date(cell.lastAt).toISOString(),
    latencyMs: cell.latencyMs(),
    jitterBufferMs: buffered,
  };
}
