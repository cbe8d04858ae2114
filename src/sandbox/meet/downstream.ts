/** One stream that the bridge sends to one receiver: announced as one participant's, of one kind. */
import { RtcpSenderInfo, RtcpSrPacket, RtpHeader, type RtpPacket, Vp8RtpPayload } from 'werift';
import { rtpKind } from './kinds.ts';
import type { MediaKind } from './messages.ts';
import { Rewriter } from './rewriter.ts';

/** Packets of a video stream kept for a receiver that asks again: over a second of it. */
const HISTORY = 256;

export const CLOCK_RATES: Readonly<Record<MediaKind, number>> = {
  audio: 48_000,
  video: 90_000,
  screen: 90_000,
};

export interface OutgoingPacket {
  readonly header: RtpHeader;
  readonly payload: Buffer;
}

export class Downstream {
  /** The endpoint that it is announced as. */
  readonly owner: string;
  readonly source: string;
  readonly kind: MediaKind;
  /** The receiver's SSRC for it, of the bridge's choice; stays for as long as it is announced. */
  readonly ssrc: number;
  /** The receiver has said that it is ready for it. */
  applied = false;
  readonly #rewriter: Rewriter;
  readonly #history = new Map<number, OutgoingPacket>();
  #packets = 0;
  #octets = 0;

  constructor(owner: string, source: string, kind: MediaKind, ssrc: number) {
    this.owner = owner;
    this.source = source;
    this.kind = kind;
    this.ssrc = ssrc;
    this.#rewriter = new Rewriter(CLOCK_RATES[kind]);
  }

  /** After a pause or a change of sender a picture cannot go on: it must begin with a key frame. */
  interrupt(): void {
    this.#rewriter.interrupt();
  }

  /** Whether the next packet of this sender must be the start of a key frame. */
  interrupted(origin: number): boolean {
    return rtpKind(this.kind) === 'video' && !this.#rewriter.continues(origin);
  }

  /** Whether this packet would have to be the start of a key frame, and is not. */
  awaitsKeyFrame(packet: RtpPacket): boolean {
    return this.interrupted(packet.header.ssrc) && !startsKeyFrame(packet.payload);
  }

  /** The packet as this receiver is to get it; null for one that came too late. */
  rewrite({ header, payload }: RtpPacket, nowMs: number): OutgoingPacket | null {
    const position = this.#rewriter.rewrite(header.ssrc, header, nowMs);
    if (position === null) return null;
    const outgoing = { header: Object.assign(new RtpHeader(header), position, { ssrc: this.ssrc }), payload };
    this.#packets++;
    this.#octets += payload.length;
    if (rtpKind(this.kind) === 'video') {
      this.#history.set(position.sequenceNumber, outgoing);
      if (this.#history.size > HISTORY) this.#history.delete(this.#history.keys().next().value!);
    }
    return outgoing;
  }

  /** A packet sent before, for a receiver that lacks it; else the sender's number of it, to ask there; or null. */
  again(sequenceNumber: number): OutgoingPacket | number | null {
    return this.#history.get(sequenceNumber) ?? this.#rewriter.sequenceOfOrigin(sequenceNumber);
  }

  /** The sender's report as this receiver is to get it; null while nothing of that sender is being sent. */
  senderReport({ ssrc, senderInfo }: RtcpSrPacket): RtcpSrPacket | null {
    if (!this.#rewriter.continues(ssrc)) return null;
    return new RtcpSrPacket({
      ssrc: this.ssrc,
      senderInfo: new RtcpSenderInfo({
        ntpTimestamp: senderInfo.ntpTimestamp,
        rtpTimestamp: this.#rewriter.timestamp(senderInfo.rtpTimestamp),
        packetCount: this.#packets,
        octetCount: this.#octets,
      }),
    });
  }
}

function startsKeyFrame(payload: Buffer): boolean {
  if (payload.length < 2) return false;
  const vp8 = Vp8RtpPayload.deSerialize(payload);
  return vp8.isPartitionHead && vp8.isKeyframe;
}
