/** The forwarding bridge of one room: what one participant sends goes to every other, unchanged but for its numbers. */
import { randomInt } from 'node:crypto';
import {
  GenericNack,
  PictureLossIndication,
  type RtcpPacket,
  RtcpPayloadSpecificFeedback,
  RtcpRrPacket,
  RtcpSrPacket,
  RtcpTransportLayerFeedback,
  type RtpPacket,
} from 'werift';
import type { ActiveFaults } from '../active-faults.ts';
import { CLOCK_RATES, Downstream } from './downstream.ts';
import { rtpKind, sourceName } from './kinds.ts';
import type { MappedSource, MediaKind, ReceiverConstraints } from './messages.ts';
import { Outbox } from './outbox.ts';
import { Reception } from './reports.ts';

/** Where the bridge's packets to one participant go. */
export interface Receiver {
  sendRtp(payload: Buffer, header: RtpPacket['header']): void;
  sendRtcp(packets: RtcpPacket[]): void;
}

/** Media that one participant sends: the SSRC is the sender's own. */
interface Upstream {
  readonly kind: MediaKind;
  readonly ssrc: number;
  readonly reception: Reception;
  muted: boolean;
  keyFrameAskedMs: number;
}

interface Endpoint {
  readonly id: string;
  /** The letter that faults name it by. */
  name: string;
  readonly receiver: Receiver;
  readonly outbox: Outbox;
  readonly upstreams: Map<number, Upstream>;
  /** By announced source. */
  readonly downstreams: Map<string, Downstream>;
  constraints: ReceiverConstraints;
}

interface Route {
  readonly receiver: Endpoint;
  readonly announced: Endpoint;
  readonly downstream: Downstream;
}

const BRIDGE_SSRC = 1;
const REPORT_MS = 1000;
/** Chromium ignores requests for a key frame that come within 300 ms of the last; a lost wish is repeated after this. */
const KEY_FRAME_AGAIN_MS = 320;

export class Bridge {
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #faults: ActiveFaults;
  readonly #reports: NodeJS.Timeout;
  /** RTP packets sent to receivers so far, for measurements. */
  forwarded = 0;

  constructor(faults: ActiveFaults) {
    this.#faults = faults;
    this.#reports = setInterval(() => this.#report(), REPORT_MS);
  }

  close(): void {
    clearInterval(this.#reports);
    for (const id of [...this.#endpoints.keys()]) this.remove(id);
  }

  add(id: string, name: string, receiver: Receiver): void {
    this.#endpoints.set(id, {
      id,
      name,
      receiver,
      outbox: new Outbox(),
      upstreams: new Map(),
      downstreams: new Map(),
      constraints: {},
    });
  }

  /** Takes an endpoint and everything sent to it or announced as its own away. */
  remove(id: string): void {
    this.#endpoints.get(id)?.outbox.close();
    this.#endpoints.delete(id);
    for (const { downstreams } of this.#endpoints.values()) {
      for (const { owner, source } of downstreams.values()) if (owner === id) downstreams.delete(source);
    }
  }

  rename(id: string, name: string): void {
    const endpoint = this.#endpoints.get(id);
    if (endpoint) endpoint.name = name;
  }

  /** What an endpoint sends from now on. */
  setSources(id: string, sources: readonly { kind: MediaKind; ssrc: number; muted: boolean }[]): void {
    const endpoint = this.#endpoints.get(id);
    if (!endpoint) return;
    for (const ssrc of endpoint.upstreams.keys()) {
      if (!sources.some((source) => source.ssrc === ssrc)) endpoint.upstreams.delete(ssrc);
    }
    for (const { kind, ssrc, muted } of sources) {
      const known = endpoint.upstreams.get(ssrc);
      if (known) known.muted = muted;
      else {
        const reception = new Reception(ssrc, CLOCK_RATES[kind]);
        endpoint.upstreams.set(ssrc, { kind, ssrc, muted, reception, keyFrameAskedMs: 0 });
      }
    }
    // A screen that is shared no longer is announced to nobody.
    if (sources.every(({ kind }) => kind !== 'screen'))
      for (const { downstreams } of this.#endpoints.values()) downstreams.delete(sourceName(id, 'screen'));
  }

  setConstraints(id: string, constraints: ReceiverConstraints): void {
    const endpoint = this.#endpoints.get(id);
    if (endpoint) endpoint.constraints = constraints;
  }

  /** The sources that an endpoint is to be told of, each with the SSRC under which it gets it. */
  mappedSources(id: string, kind: MediaKind): MappedSource[] {
    const endpoint = this.#endpoints.get(id);
    if (!endpoint) return [];
    for (const other of this.#endpoints.values()) {
      if (other === endpoint || !upstreamOf(other, kind)) continue;
      const source = sourceName(other.id, kind);
      if (!endpoint.downstreams.has(source)) {
        endpoint.downstreams.set(source, new Downstream(other.id, source, kind, this.#freeSsrc(endpoint)));
      }
    }
    return [...endpoint.downstreams.values()]
      .filter((downstream) => downstream.kind === kind)
      .map(({ source, owner, ssrc }) => ({ source, owner, ssrc }));
  }

  #freeSsrc(endpoint: Endpoint): number {
    for (;;) {
      const ssrc = randomInt(BRIDGE_SSRC + 1, 2 ** 32 - 1);
      if (![...endpoint.downstreams.values()].some((downstream) => downstream.ssrc === ssrc)) return ssrc;
    }
  }

  /** The endpoint is ready for these SSRCs: from now on they are sent, pictures from their next key frame. */
  applied(id: string, ssrcs: readonly number[]): void {
    const endpoint = this.#endpoints.get(id);
    if (!endpoint) return;
    for (const downstream of endpoint.downstreams.values()) {
      if (downstream.applied || !ssrcs.includes(downstream.ssrc)) continue;
      downstream.applied = true;
      this.#askKeyFrame(downstream);
    }
  }

  /** After faults changed: every picture that may now come from elsewhere or again is asked for at once. */
  refresh(): void {
    for (const endpoint of this.#endpoints.values()) {
      for (const downstream of endpoint.downstreams.values()) {
        const upstream = this.#originOf(downstream)?.upstream;
        if (upstream && downstream.interrupted(upstream.ssrc)) this.#askKeyFrame(downstream);
      }
    }
  }

  onRtp(id: string, packet: RtpPacket): void {
    const sender = this.#endpoints.get(id);
    const upstream = sender?.upstreams.get(packet.header.ssrc);
    if (!sender || !upstream) return;
    const nowMs = performance.now();
    const arrives = !this.#faults.uplinkCut(upstream.kind, sender.name);
    if (arrives) upstream.reception.onRtp(packet.header, nowMs);
    for (const { receiver, announced, downstream } of this.#routes(sender, upstream.kind)) {
      if (
        arrives &&
        !upstream.muted &&
        !this.#faults.streamCut(upstream.kind, announced.name, receiver.name) &&
        wants(receiver.constraints, downstream)
      ) {
        this.#forward(packet, upstream, receiver, downstream, nowMs);
      } else {
        downstream.interrupt();
      }
    }
  }

  #forward(
    packet: RtpPacket,
    upstream: Upstream,
    receiver: Endpoint,
    downstream: Downstream,
    nowMs: number,
  ): void {
    if (downstream.awaitsKeyFrame(packet)) {
      if (nowMs - upstream.keyFrameAskedMs > KEY_FRAME_AGAIN_MS) this.#askKeyFrame(downstream);
      return;
    }
    const outgoing = downstream.rewrite(packet, nowMs);
    if (outgoing) this.#send(receiver, () => receiver.receiver.sendRtp(outgoing.payload, outgoing.header));
  }

  #send(receiver: Endpoint, send: () => void): void {
    this.forwarded++;
    if (Math.random() < this.#faults.lossShare) return;
    receiver.outbox.put(this.#faults.delayMs, send);
  }

  onRtcp(id: string, packet: RtcpPacket): void {
    const endpoint = this.#endpoints.get(id);
    if (!endpoint) return;
    if (packet instanceof RtcpSrPacket) this.#onSenderReport(endpoint, packet);
    else if (packet instanceof RtcpPayloadSpecificFeedback) {
      for (const ssrc of keyFrameWishes(packet)) {
        const downstream = downstreamOf(endpoint, ssrc);
        if (downstream) this.#askKeyFrame(downstream);
      }
    } else if (packet instanceof RtcpTransportLayerFeedback && packet.feedback instanceof GenericNack) {
      this.#onNack(endpoint, packet.feedback);
    }
  }

  #onSenderReport(sender: Endpoint, report: RtcpSrPacket): void {
    const upstream = sender.upstreams.get(report.ssrc);
    if (!upstream || this.#faults.uplinkCut(upstream.kind, sender.name)) return;
    upstream.reception.onSenderReport(report, performance.now());
    for (const { receiver, announced, downstream } of this.#routes(sender, upstream.kind)) {
      const rewritten = downstream.senderReport(report);
      if (!rewritten || this.#faults.streamCut(upstream.kind, announced.name, receiver.name)) continue;
      receiver.outbox.put(this.#faults.delayMs, () => receiver.receiver.sendRtcp([rewritten]));
    }
  }

  #onNack(receiver: Endpoint, nack: GenericNack): void {
    const downstream = downstreamOf(receiver, nack.mediaSourceSsrc);
    const origin = downstream && this.#originOf(downstream);
    if (
      !downstream ||
      !origin ||
      this.#faults.streamCut(downstream.kind, origin.announced.name, receiver.name)
    )
      return;
    const lacking: number[] = [];
    for (const sequenceNumber of nack.lost) {
      const again = downstream.again(sequenceNumber);
      if (typeof again === 'number') lacking.push(again);
      else if (again) this.#send(receiver, () => receiver.receiver.sendRtp(again.payload, again.header));
    }
    if (lacking.length === 0) return;
    const feedback = new GenericNack({
      senderSsrc: BRIDGE_SSRC,
      mediaSourceSsrc: origin.upstream.ssrc,
      lost: lacking,
    });
    origin.sender.receiver.sendRtcp([new RtcpTransportLayerFeedback({ feedback, header: feedback.header })]);
  }

  #askKeyFrame(downstream: Downstream): void {
    const origin = rtpKind(downstream.kind) === 'video' ? this.#originOf(downstream) : null;
    if (!origin) return;
    origin.upstream.keyFrameAskedMs = performance.now();
    const feedback = new PictureLossIndication({ senderSsrc: BRIDGE_SSRC, mediaSsrc: origin.upstream.ssrc });
    origin.sender.receiver.sendRtcp([new RtcpPayloadSpecificFeedback({ feedback })]);
  }

  /** Whose media flows where `downstream.owner` is announced, with swapped participants taken into account. */
  #originOf(downstream: Downstream): { announced: Endpoint; sender: Endpoint; upstream: Upstream } | null {
    const announced = this.#endpoints.get(downstream.owner);
    const sender = announced && this.#counterpart(announced, downstream.kind);
    const upstream = sender && upstreamOf(sender, this.#mixed(sender, announced, downstream.kind));
    return upstream ? { announced, sender, upstream } : null;
  }

  /** Who is sent the media of `sender`, and as whose it is announced to them. */
  *#routes(sender: Endpoint, kind: MediaKind): Generator<Route> {
    for (const announced of this.#endpoints.values()) {
      if (this.#counterpart(announced, kind) !== sender) continue;
      const source = sourceName(announced.id, this.#mixed(sender, announced, kind));
      for (const receiver of this.#endpoints.values()) {
        const downstream = receiver.downstreams.get(source);
        if (downstream?.applied) yield { receiver, announced, downstream };
      }
    }
  }

  /** What a picture of this kind arrives as, and the reverse: where they are mixed up, a camera's as a screen's. */
  #mixed(sender: Endpoint, announced: Endpoint, kind: MediaKind): MediaKind {
    if (kind === 'audio' || !this.#faults.held('mixed', announced.name)) return kind;
    if (!upstreamOf(sender, 'screen')) return kind;
    return kind === 'video' ? 'screen' : 'video';
  }

  #counterpart(endpoint: Endpoint, kind: MediaKind): Endpoint {
    const name = this.#faults.swappedWith(kind, endpoint.name);
    if (name === endpoint.name) return endpoint;
    for (const other of this.#endpoints.values()) if (other.name === name) return other;
    return endpoint;
  }

  #report(): void {
    const nowMs = performance.now();
    for (const { upstreams, receiver } of this.#endpoints.values()) {
      const reports = [...upstreams.values()].flatMap(({ reception }) => reception.report(nowMs) ?? []);
      if (reports.length > 0) receiver.sendRtcp([new RtcpRrPacket({ ssrc: BRIDGE_SSRC, reports })]);
    }
  }
}

function upstreamOf(endpoint: Endpoint, kind: MediaKind): Upstream | undefined {
  for (const upstream of endpoint.upstreams.values()) if (upstream.kind === kind) return upstream;
  return undefined;
}

function downstreamOf(endpoint: Endpoint, ssrc: number): Downstream | undefined {
  for (const downstream of endpoint.downstreams.values()) if (downstream.ssrc === ssrc) return downstream;
  return undefined;
}

/** The SSRCs for which a receiver wants a key frame: by PLI (RFC 4585) or FIR (RFC 5104), which names several. */
function keyFrameWishes({ feedback }: RtcpPayloadSpecificFeedback): number[] {
  if (feedback instanceof PictureLossIndication) return [feedback.mediaSsrc];
  return 'fir' in feedback ? feedback.fir.map(({ ssrc }) => ssrc) : [];
}

/** A height of 0 means "never send it", as with Jitsi Videobridge; there is only one quality to choose from. */
function wants(
  { lastN, defaultConstraints, constraints }: ReceiverConstraints,
  { kind, source }: Downstream,
): boolean {
  if (kind === 'audio') return true;
  return lastN !== 0 && (constraints?.[source] ?? defaultConstraints)?.maxHeight !== 0;
}
