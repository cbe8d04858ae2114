/** What a signaling run found (the `signaling` key of a run): plain data, times in milliseconds. */
import type { Certificate } from '../certificate.ts';

/** What is looked at; also the values of the label `part`. In the order of a participant's way into a call. */
export const PARTS = [
  'page',
  'certificate',
  'config',
  'library',
  'websocket',
  'bosh',
  'login',
  'conference-request',
  'turn-credentials',
  'turn-udp',
  'turn-tcp',
  'turn-tls',
  'stun',
] as const;
export type PartName = (typeof PARTS)[number];

/** What people call them. */
export const PART_TITLES: Readonly<Record<PartName, string>> = {
  page: 'page',
  certificate: 'certificate',
  config: 'config.js',
  library: 'lib-jitsi-meet',
  websocket: 'XMPP over WebSocket',
  bosh: 'XMPP over BOSH',
  login: 'anonymous login',
  'conference-request': 'conference request',
  'turn-credentials': 'TURN credentials',
  'turn-udp': 'TURN over UDP',
  'turn-tcp': 'TURN over TCP',
  'turn-tls': 'TURN over TLS',
  stun: 'STUN',
};

export interface SignalingPart {
  readonly name: PartName;
  /** An address, `host:port` or URL; null where there is none. Several servers of one kind are several parts. */
  readonly target: string | null;
  /** Null: not there to be asked, not reached, or we could not tell; `detail` says which. */
  readonly ok: boolean | null;
  /**
   * From the first packet to the answer that decides: with connection and TLS for `page`, `websocket`, `turn-tls`
   * and all that has a connection of its own. Null without such an answer.
   */
  readonly ms: number | null;
  /** A few words for a person. Never holds a credential. */
  readonly detail: string;
}

/** A certificate that was offered, and by whom (`host:port`). */
export interface OfferedCertificate extends Certificate {
  readonly host: string;
}

/** What `config.js` says of the way into a call; null where it says nothing. */
export interface DeploymentConfig {
  readonly domain: string | null;
  readonly muc: string | null;
  readonly websocket: string | null;
  readonly bosh: string | null;
  readonly conferenceRequestUrl: string | null;
}

export interface SignalingResult {
  readonly url: string;
  /** Null until `config.js` was read. */
  readonly config: DeploymentConfig | null;
  readonly certificates: readonly OfferedCertificate[];
  readonly parts: readonly SignalingPart[];
}
