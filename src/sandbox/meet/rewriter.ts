/**
 * Keeps a forwarded RTP stream continuous for its receiver: whatever is sent under the receiver's SSRC, from
 * whichever sender and with whatever pauses, its sequence numbers go on without a jump and its timestamps in
 * step with time (as a selective forwarding unit must, RFC 7667 section 3.7). Without this, a pause of more than
 * 2^15 packets would leave the receiver's SRTP index behind for good (RFC 3711 section 3.3.1).
 */

export interface RtpPosition {
  readonly sequenceNumber: number;
  readonly timestamp: number;
}

const uint16 = (value: number): number => value & 0xffff;
const uint32 = (value: number): number => value >>> 0;
/** How far `a` is ahead of `b`, modulo 2^16: negative when behind. */
export const sequenceAhead = (a: number, b: number): number => ((a - b) << 16) >> 16;

export class Rewriter {
  readonly #clockRate: number;
  #origin: number | null = null;
  /** First sequence number of the origin since the last splice: older packets belong to before it. */
  #first = 0;
  #sequenceOffset = 0;
  #timestampOffset = 0;
  /** The newest that was sent, and when. */
  #last: (RtpPosition & { readonly atMs: number }) | null = null;

  /** `clockRate` in Hz: 48000 for Opus, 90000 for video. */
  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  /** Whether packets of this SSRC go on from what was sent before; if not, video must start with a key frame. */
  continues(origin: number): boolean {
    return this.#origin === origin;
  }

  /** Starts anew with the next packet, from any origin. */
  interrupt(): void {
    this.#origin = null;
  }

  /** Where to send a packet of `origin` (the sender's SSRC); null for one that came too late. */
  rewrite(origin: number, packet: RtpPosition, nowMs: number): RtpPosition | null {
    if (this.#origin !== origin) this.#splice(origin, packet, nowMs);
    if (sequenceAhead(packet.sequenceNumber, this.#first) < 0) return null;
    const position = {
      sequenceNumber: uint16(packet.sequenceNumber + this.#sequenceOffset),
      timestamp: uint32(packet.timestamp + this.#timestampOffset),
    };
    if (this.#last === null || sequenceAhead(position.sequenceNumber, this.#last.sequenceNumber) > 0) {
      this.#last = { ...position, atMs: nowMs };
      // Follows at a distance, so that comparing modulo 2^16 stays meaningful in a long stream.
      if (sequenceAhead(packet.sequenceNumber, this.#first) > 0x4000) {
        this.#first = uint16(packet.sequenceNumber - 0x2000);
      }
    }
    return position;
  }

  #splice(origin: number, packet: RtpPosition, nowMs: number): void {
    this.#origin = origin;
    this.#first = packet.sequenceNumber;
    if (this.#last === null) return;
    const elapsed = Math.max(1, Math.round(((nowMs - this.#last.atMs) * this.#clockRate) / 1000));
    this.#sequenceOffset = uint16(this.#last.sequenceNumber + 1 - packet.sequenceNumber);
    this.#timestampOffset = uint32(this.#last.timestamp + elapsed - packet.timestamp);
  }

  /** The receiver's timestamp for one of the origin's, as in its sender reports. */
  timestamp(ofOrigin: number): number {
    return uint32(ofOrigin + this.#timestampOffset);
  }

  /** The origin's sequence number for one of the receiver's, as in its NACKs; null from before the last splice. */
  sequenceOfOrigin(sent: number): number | null {
    const sequenceNumber = uint16(sent - this.#sequenceOffset);
    return this.#origin === null || sequenceAhead(sequenceNumber, this.#first) < 0 ? null : sequenceNumber;
  }
}
