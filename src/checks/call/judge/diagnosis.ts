/**
 * What became of a stream, and where on its way: content decides the verdict, statistics say where it broke.
 * The order of the questions follows the packet: capture, sender's transport, other receivers, receiver's
 * transport, bridge channel, track, packets, content.
 */
import type { z } from 'zod';
import type { Immutable } from '../../../base/immutable.ts';
import type { Where } from '../../check.ts';
import type { figures } from '../causes.ts';
import { MEDIA_KINDS, type MediaKind } from '../media.ts';
import { eventsOf, type ParticipantFacts, type StepFacts, type StreamFacts } from '../observe/facts.ts';
import type { RtpStats, StatsSample } from '../page/protocol.ts';
import type { StreamReason } from '../reasons.ts';
import type { StreamVerdict } from '../result.ts';
import { contentFault } from './content.ts';
import { type Counted, provenLost, provenSilent, provenUnsent } from './counted.ts';
import type { Flow } from './flow.ts';
import { transportOf } from './transports.ts';

/** What a diagnosis reads of a participant. */
export type Witness = Pick<ParticipantFacts, 'name' | 'samples' | 'timeline'>;

/** What a diagnosis reads of a step. */
export interface Scene extends Pick<StepFacts, 'streams' | 'startedAt' | 'completeAt' | 'everybody'> {
  readonly participants: readonly Witness[];
}

/** Two samples must be this far apart for a rate, in milliseconds. */
const RATE_MS = 300;
/** Nobody can talk with a participant whom they hear this late. */
const UNUSABLE_MS = 3000;
/** Less time than this in the jitter buffer explains nothing. */
const WORTH_SAYING_MS = 100;
/** Fewer packets a second than this are leftovers, not a stream. */
const FLOWING_PPS = 2;

/** The figures that led to a verdict. */
export type Figures = Partial<Immutable<z.output<typeof figures>>>;

export interface Diagnosis {
  readonly verdict: StreamVerdict;
  readonly where: Where | null;
  /** Why the verdict is not `ok`; null when it is. */
  readonly reason: StreamReason | null;
  readonly evidence: Figures;
  /** CPU pressure on this machine alone may bring it about: nothing but watermarks and moments says it, and no counter proves it. */
  readonly doubtful?: boolean;
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

/** Whether the sound's energy grew between two samples; null where one of them does not report it. */
function soundsIn(then: readonly RtpStats[], now: readonly RtpStats[]): boolean | null {
  const energy = (list: readonly RtpStats[]) =>
    list.find(({ audioEnergy }) => audioEnergy !== null)?.audioEnergy;
  const [before, after] = [energy(then), energy(now)];
  return before == null || after == null ? null : after > before;
}

export function outbound(participant: Witness, kind: string, p2p: boolean): Flow {
  return flowOf(participant, (rtp) => rtp.direction === 'out' && rtp.kind === kind && rtp.p2p === p2p);
}

function inbound(participant: Witness, cell: StreamFacts): Flow {
  const ssrc = cell.track?.ssrc ?? null;
  return flowOf(participant, (rtp) => rtp.direction === 'in' && ssrc !== null && rtp.ssrc === ssrc);
}

const flows = (flow: Flow): boolean => (flow.packetsPerSecond ?? 0) >= FLOWING_PPS;

/** How long the receiver's jitter buffer held a stream on average since then, in milliseconds; null when not reported. */
function bufferedMs(participant: Witness, cell: StreamFacts, since: number): number | null {
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

/** One of those in a step, by name. */
function named(scene: Scene, name: string): Witness {
  const found = scene.participants.find((participant) => participant.name === name);
  if (!found) throw new Error(`no participant ${name} in this step`);
  return found;
}

/** Judges one stream at the end of the observation. */
export function diagnose(scene: Scene, stream: StreamFacts, maxLatencyMs: number): Diagnosis {
  const receiver = named(scene, stream.key.receiver);
  const sender = named(scene, stream.key.sender);
  const p2p = receiver.samples.at(-1)?.p2pActive ?? false;
  const sent = outbound(sender, stream.key.kind, p2p);
  const got = inbound(receiver, stream);
  const buffered = bufferedMs(receiver, stream, scene.completeAt ?? scene.startedAt);
  const evidence = { ...evidenceOf(stream, { sent, got, p2p, buffered }), pathChange: lastChange(sender) };
  const stopped = stream.lastAt === null || stream.noticedAt !== null;
  if (!stopped) return flowing(stream, maxLatencyMs, buffered, evidence);
  const verdict = verdictOf(stream, got);
  if (stream.wrongIndex !== null) {
    const of = scene.everybody[stream.wrongIndex] ?? null;
    const shows = stream.wrongShows ?? null;
    if (of === sender.name && shows !== null) {
      const reason = { id: 'other-picture', sender: sender.name, kind: stream.key.kind, shows } as const;
      return { verdict, where: p2p ? 'unknown' : 'bridge', reason, evidence };
    }
    return { verdict, where: 'bridge', reason: { id: 'other-watermark', sender: sender.name, of }, evidence };
  }
  return { verdict, evidence, ...locate(scene, stream, { receiver, sender, p2p, sent, got }) };
}

/**
 * A stream is late by what its path takes. What the receiver's jitter buffer adds is kept apart: one burst of packets
 * while everybody joins, from a bridge that has just started or on a busy machine, fills it for half a minute, and
 * says little of the deployment. Beyond `UNUSABLE_MS` in all, it is late for whatever reason.
 */
function flowing(
  { latencyMs }: StreamFacts,
  maxLatencyMs: number,
  buffered: number | null,
  evidence: Figures,
): Diagnosis {
  const latency = latencyMs ?? 0;
  const onPath = Math.max(0, latency - (buffered ?? 0));
  if (onPath <= maxLatencyMs && latency <= UNUSABLE_MS)
    return { verdict: 'ok', where: null, reason: null, evidence };
  const jitterBufferMs = buffered === null || buffered < WORTH_SAYING_MS ? null : buffered;
  const limit = Math.min(maxLatencyMs, UNUSABLE_MS);
  const reason = { id: 'late', latencyMs: latency, jitterBufferMs, maxLatencyMs: limit } as const;
  return { verdict: 'late', where: 'unknown', reason, evidence };
}

function verdictOf({ key, lastAt, wrongIndex }: StreamFacts, got: Flow): StreamVerdict {
  if (wrongIndex !== null) return 'wrong';
  if (flows(got)) return key.kind === 'audio' ? 'silent' : 'frozen';
  return lastAt === null ? 'missing' : 'lost';
}

interface Ends {
  readonly receiver: Witness;
  readonly sender: Witness;
  readonly p2p: boolean;
  readonly sent: Flow;
  readonly got: Flow;
}

interface Located {
  readonly where: Where;
  readonly reason: StreamReason;
  readonly doubtful?: boolean;
}

const at = (where: Where, reason: StreamReason): Located => ({ where, reason });

/** What both ends counted since the last watermark, or since the step began. */
function counters(scene: Scene, stream: StreamFacts, { sender, receiver, p2p }: Ends) {
  const since = stream.lastAt ?? scene.startedAt;
  const { kind } = stream.key;
  const ssrc = stream.track?.ssrc ?? null;
  const sent: Counted = {
    samples: sender.samples,
    select: (rtp) => rtp.direction === 'out' && rtp.kind === kind && rtp.p2p === p2p,
    since,
  };
  const got: Counted = {
    samples: receiver.samples,
    select: (rtp) => rtp.direction === 'in' && ssrc !== null && rtp.ssrc === ssrc,
    since,
  };
  return { sent, got };
}

/** Whether a busy machine of ours may be all that there is to it. */
function isDoubtful(reason: StreamReason, scene: Scene, stream: StreamFacts, ends: Ends): boolean {
  const { sent, got } = counters(scene, stream, ends);
  const { id } = reason;
  if (id === 'content') return reason.fault === 'silence' ? !provenSilent(got) : reason.fault !== 'black';
  if (id === 'not-received' || id === 'received-by-nobody') return !provenLost(sent, got);
  if (id === 'sends-nothing') return !provenUnsent(sent);
  return id === 'arrival-unknown' || id === 'microphone-silent';
}

function locate(scene: Scene, stream: StreamFacts, ends: Ends): Located {
  const located = locatedAt(scene, stream, ends);
  return { ...located, doubtful: isDoubtful(located.reason, scene, stream, ends) };
}

function locatedAt(scene: Scene, stream: StreamFacts, ends: Ends): Located {
  const sending = atSender(stream, ends);
  if (sending) return sending;
  // Packets that arrive have come the whole way: then it is what is in them.
  if (flows(ends.got)) return inContent(scene, stream, ends);
  return onTheWayUp(scene, stream, ends) ?? atReceiver(scene, stream, ends);
}

function atSender({ key: { kind }, track }: StreamFacts, { sender, p2p, sent }: Ends): Located | null {
  const { name } = sender;
  const { packetsPerSecond } = sent;
  const muted = eventsOf(sender, 'mute').findLast(
    ({ detail }) => detail.local === true && detail.kind === kind,
  );
  if (muted?.detail.muted === true) return at('sender', { id: 'sender-muted', sender: name });
  if (!connected(sender, p2p))
    return at('uplink', { id: 'sender-disconnected', sender: name, path: p2p ? 'p2p' : 'bridge' });
  if (!sent.exists) return at('sender', { id: 'never-sent', sender: name, kind });
  const change = lastChange(sender);
  if (sent.active === false) return at('sender', { id: 'encodings-inactive', sender: name, kind, change });
  // One sample alone has no rate: then it is not known whether anything is sent.
  if (packetsPerSecond !== null && !flows(sent))
    return at('sender', { id: 'sends-nothing', sender: name, kind, packetsPerSecond, change });
  // The videobridge forwards no silence (RFC 6464, level 127): its packets end there.
  if (kind === 'audio' && sent.sounds === false)
    return at('sender', { id: 'microphone-silent', sender: name });
  return track?.muted ? at('signaling', { id: 'signaled-muted', sender: name }) : null;
}

/** When a sender last changed between bridge and direct connection; null when it never did. */
function lastChange(sender: Witness): { at: number; direct: boolean } | null {
  const [before, last] = eventsOf(sender, 'p2p').slice(-2);
  if (last) return { at: last.at, direct: last.detail.active === true };
  // The first word of it is a change only when it is the change to the direct connection.
  return before?.detail.active === true ? { at: before.at, direct: true } : null;
}

/** No participant gets it although it is sent: it breaks before the paths part. */
function onTheWayUp(scene: Scene, stream: StreamFacts, { sender, sent, p2p }: Ends): Located | null {
  const column = scene.streams.filter(({ key }) => key.sender === sender.name);
  const same = others(scene, stream);
  if (p2p || same.length === 0 || same.some(arrives)) return null;
  const { packetsPerSecond } = sent;
  const reason = (kind: MediaKind | null): StreamReason => {
    return { id: 'received-by-nobody', sender: sender.name, packetsPerSecond, arrives: kind };
  };
  const other = MEDIA_KINDS.find((kind) =>
    column.some((one) => one.key.kind === kind && kind !== stream.key.kind && arrives(one)),
  );
  if (other) return at('bridge', reason(other));
  // Everybody's streams fail: then it is the bridge, or the path to it, not this sender's.
  return at(scene.streams.some(arrives) ? 'uplink' : 'bridge', reason(null));
}

const arrives = ({ lastAt, noticedAt }: StreamFacts): boolean => lastAt !== null && noticedAt === null;

function atReceiver(scene: Scene, stream: StreamFacts, ends: Ends): Located {
  const { receiver, sender, p2p, sent, got } = ends;
  const { name } = receiver;
  if (!connected(receiver, p2p)) return at('downlink', { id: 'receiver-disconnected', receiver: name });
  if (!p2p && !channelOpen(receiver)) return at('signaling', { id: 'no-bridge-channel', receiver: name });
  if (stream.track === null) return at('signaling', { id: 'no-track', receiver: name });
  const other = others(scene, stream).find(arrives)?.key.receiver ?? null;
  const { packetsPerSecond } = sent;
  const about = { sender: sender.name, receiver: name, packetsPerSecond, other };
  if (got.exists && got.packetsPerSecond === null) return at('unknown', { id: 'arrival-unknown', ...about });
  const began = stream.lastAt !== null;
  // Without another receiver the path up cannot be distinguished from the path down.
  return at(other === null ? 'unknown' : 'downlink', {
    id: 'not-received',
    ...about,
    began,
    transport: transportOf(receiver.samples, p2p),
  });
}

/** The same stream at the other receivers. */
const others = (scene: Scene, { key }: StreamFacts): StreamFacts[] =>
  scene.streams.filter(
    (other) =>
      other.key.sender === key.sender && other.key.kind === key.kind && other.key.receiver !== key.receiver,
  );

function inContent(scene: Scene, stream: StreamFacts, { got }: Ends): Located {
  const elsewhere = others(scene, stream);
  const other = elsewhere.find(arrives)?.key.receiver ?? null;
  const content = contentFault(stream, got);
  return {
    where: other !== null ? 'receiver' : elsewhere.length > 0 ? 'sender' : 'unknown',
    reason: { id: 'content', ...content, other },
  };
}

function evidenceOf(
  { track, lastAt, latencyMs }: StreamFacts,
  { sent, got, p2p, buffered }: { sent: Flow; got: Flow; p2p: boolean; buffered: number | null },
): Figures {
  return {
    path: p2p ? 'p2p' : 'bridge',
    sent,
    received: got,
    ssrc: track?.ssrc ?? null,
    levelDb: track?.levelDb ?? null,
    lastGoodMark: lastAt === null ? null : new Date(lastAt).toISOString(),
    latencyMs,
    jitterBufferMs: buffered,
  };
}
