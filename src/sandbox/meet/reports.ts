/** Receiver reports (RFC 3550 section 6.4) on what the bridge gets from one sender's source. */
import { RtcpReceiverInfo, type RtcpSrPacket, type RtpHeader } from 'werift';
import { sequenceAhead } from './rewriter.ts';

/** What the sender of one source is told of its reception, so that it knows its round trip and its losses. */
export class Reception {
  readonly #ssrc: number;
  readonly #clockRate: number;
  #firstExtended = 0;
  #highestExtended = -1;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #jitter = 0;
  #transit: number | null = null;
  #senderReport: { readonly middle: number; readonly atMs: number } | null = null;

  constructor(ssrc: number, clockRate: number) {
    this.#ssrc = ssrc;
    this.#clockRate = clockRate;
  }

  onRtp({ sequenceNumber, timestamp }: RtpHeader, nowMs: number): void {
    if (this.#highestExtended < 0) {
      this.#firstExtended = this.#highestExtended = sequenceNumber;
    } else {
      const ahead = sequenceAhead(sequenceNumber, this.#highestExtended & 0xffff);
      if (ahead > 0) this.#highestExtended += ahead;
    }
    this.#received++;
    const transit = (Math.round((nowMs * this.#clockRate) / 1000) - timestamp) | 0;
    if (this.#transit !== null) {
      const difference = Math.abs((transit - this.#transit) | 0);
      this.#jitter += (difference - this.#jitter) / 16;
    }
    this.#transit = transit;
  }

  onSenderReport({ senderInfo }: RtcpSrPacket, nowMs: number): void {
    this.#senderReport = { middle: Number((senderInfo.ntpTimestamp >> 16n) & 0xffffffffn), atMs: nowMs };
  }

  /** The report block since the last call; null when nothing new came, as RFC 3550 wants. */
  report(nowMs: number): RtcpReceiverInfo | null {
    if (this.#received === this.#receivedBefore) return null;
    const expected = this.#highestExtended - this.#firstExtended + 1;
    const expectedNow = expected - this.#expectedBefore;
    const lostNow = expectedNow - (this.#received - this.#receivedBefore);
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    const report = this.#senderReport;
    return new RtcpReceiverInfo({
      ssrc: this.#ssrc,
      fractionLost: lostNow > 0 ? Math.min(255, Math.floor((lostNow * 256) / expectedNow)) : 0,
      packetsLost: Math.max(0, expected - this.#received),
      highestSequence: this.#highestExtended >>> 0,
      jitter: Math.round(this.#jitter),
      lsr: report?.middle ?? 0,
      dlsr: report ? Math.round(((nowMs - report.atMs) * 65536) / 1000) : 0,
    });
  }
}
