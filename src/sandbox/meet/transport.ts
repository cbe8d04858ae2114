/** One participant's way to the bridge: ICE, DTLS and SRTP (werift), on one UDP socket for this machine only. */
import { networkInterfaces } from 'node:os';
import {
  type IceOptions,
  RTCDtlsFingerprint,
  RTCDtlsParameters,
  RTCDtlsTransport,
  RTCIceGatherer,
  RTCIceParameters,
  RTCIceTransport,
  type RtcpPacket,
  type RtpHeader,
  type RtpPacket,
} from 'werift';
import type { SessionOffer, TransportParameters } from './messages.ts';

const LOOPBACK = '127.0.0.1';
/** AEAD_AES_128_GCM (RFC 7714): one pass, less work than AES_CM with HMAC-SHA1; both browsers have it. */
const SRTP_PROFILES = [7, 1] as const;
/** A handshake flight that werift would send again is not, once its context is past every flight. */
const PAST_EVERY_FLIGHT = 99;

export interface TransportEvents {
  onRtp(packet: RtpPacket): void;
  onRtcp(packet: RtcpPacket): void;
  /** False: whatever comes is ignored and nothing is sent, as if the way to the bridge were cut. */
  reachable(): boolean;
}

/**
 * Every IPv4 address of this machine, the one to listen on first: not a loopback address where there is another,
 * because Firefox pairs no loopback candidate with its own (nICEr, unless media.peerconnection.ice.loopback is set).
 */
function ownAddresses(): [string, ...string[]] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ family, address }) => family === 'IPv4' && !address.startsWith('169.254.'))
    .toSorted((a, b) => Number(a.internal) - Number(b.internal))
    .map(({ address }) => address);
  return [addresses[0] ?? LOOPBACK, ...addresses.slice(1), LOOPBACK];
}

/**
 * The bridge is an ICE lite agent (RFC 8445 section 2.5), as it has one known address: the browser checks and
 * nominates, the bridge answers. No STUN server is ever asked, and nobody beyond this machine is answered.
 */
export class MediaTransport {
  readonly #ice: RTCIceTransport;
  readonly #dtls: RTCDtlsTransport;
  readonly #events: TransportEvents;
  #closed = false;

  private constructor(ice: RTCIceTransport, dtls: RTCDtlsTransport, events: TransportEvents) {
    this.#ice = ice;
    this.#dtls = dtls;
    this.#events = events;
  }

  /** Binds a socket and returns a transport that waits for its participant. */
  static async open(events: TransportEvents): Promise<MediaTransport> {
    const certificate = await RTCDtlsTransport.SetupCertificate();
    const own = ownAddresses();
    const filterStunResponse: IceOptions['filterStunResponse'] = (message, [host, port]) => {
      if (!events.reachable() || !own.includes(host)) return false;
      // werift keeps to the first pair that was nominated; a browser that moves to another must be followed.
      const selected = ice.connection.nominated?.remoteAddr;
      const moved = selected !== undefined && (selected[0] !== host || selected[1] !== port);
      if (moved && message.attributesKeys.includes('USE-CANDIDATE')) ice.connection.resetNominatedPair();
      return true;
    };
    const gatherer = new RTCIceGatherer({
      iceLite: true,
      useIpv4: false,
      useIpv6: false,
      useTcp: false,
      additionalHostAddresses: [own[0]],
      interfaceAddresses: { udp4: own[0] },
      filterStunResponse,
    });
    const ice = new RTCIceTransport(gatherer);
    await gatherer.gather();
    const dtls = new RTCDtlsTransport({}, ice, certificate, [...SRTP_PROFILES]);
    dtls.role = 'server';
    dtls.onRtp.subscribe((packet) => {
      if (events.reachable()) events.onRtp(packet);
    });
    dtls.onRtcp.subscribe((packet) => {
      if (events.reachable()) events.onRtcp(packet);
    });
    return new MediaTransport(ice, dtls, events);
  }

  /** What the participant must know. */
  get parameters(): TransportParameters & Pick<SessionOffer, 'candidates'> {
    const { usernameFragment, password } = this.#ice.localParameters;
    const fingerprint = this.#dtls.localParameters.fingerprints.find(
      ({ algorithm }) => algorithm === 'sha-256',
    );
    return {
      ufrag: usernameFragment,
      password,
      fingerprint: fingerprint!.value,
      candidates: this.#ice.localCandidates.map(({ ip, port }) => ({ address: ip, port })),
    };
  }

  /** Waits for the participant's checks and handshake; resolves once media can flow, rejects when it cannot. */
  async connect(remote: TransportParameters): Promise<void> {
    this.#ice.setRemoteParams(
      new RTCIceParameters({ usernameFragment: remote.ufrag, password: remote.password, iceLite: false }),
    );
    const fingerprint = new RTCDtlsFingerprint('sha-256', remote.fingerprint);
    this.#dtls.setRemoteParams(new RTCDtlsParameters([fingerprint], 'client'));
    // Both at once: the browser's first handshake message follows its nomination without a pause.
    await Promise.all([this.#ice.start(), this.#dtls.start()]);
  }

  /** Whether media can be sent now. */
  get #open(): boolean {
    return !this.#closed && this.#dtls.state === 'connected' && this.#events.reachable();
  }

  sendRtp(payload: Buffer, header: RtpHeader): void {
    if (this.#open) void this.#dtls.sendRtp(payload, header);
  }

  sendRtcp(packets: RtcpPacket[]): void {
    if (!this.#open) return;
    this.#dtls.sendRtcp(packets).catch(() => {
      // A report that cannot be sent is followed by the next.
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const context = this.#dtls.dtls?.dtls;
    if (context) context.flight = PAST_EVERY_FLIGHT;
    await this.#dtls.stop();
  }
}
