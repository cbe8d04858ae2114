/** What a signaling run found (the `signaling` key of a run): plain data, times in milliseconds. */
import { z } from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import { certificate } from '../certificate.ts';
import { flag, ms, text } from '../schema.ts';
import { remark } from './remarks.ts';

/** What is looked at; also the values of the label `part`. In the order of a participant's way into a call. */
export const PARTS = [
  'page',
  'certificate',
  'config',
  'library',
  'external-api',
  'websocket',
  'bosh',
  'login',
  'round-trip',
  'conference-request',
  'turn-credentials',
  'turn-udp',
  'turn-tcp',
  'turn-tls',
  'stun',
  'bridge',
  'bridge-ipv4',
  'bridge-ipv6',
] as const;
export type PartName = (typeof PARTS)[number];

/** What people call them. */
export const PART_TITLES: Readonly<Record<PartName, string>> = {
  page: 'page',
  certificate: 'certificate',
  config: 'config.js',
  library: 'lib-jitsi-meet',
  'external-api': 'external API',
  websocket: 'XMPP over WebSocket',
  bosh: 'XMPP over BOSH',
  login: 'login',
  'round-trip': 'XMPP round trip',
  'conference-request': 'conference request',
  'turn-credentials': 'TURN credentials',
  'turn-udp': 'TURN over UDP',
  'turn-tcp': 'TURN over TCP',
  'turn-tls': 'TURN over TLS',
  stun: 'STUN',
  bridge: 'bridge offered',
  'bridge-ipv4': 'bridge over IPv4',
  'bridge-ipv6': 'bridge over IPv6',
};

const part = z.strictObject({
  name: z.enum(PARTS),
  target: text
    .nullable()
    .describe('an address, `host:port` or URL; null where there is none. Several servers are several parts'),
  ok: flag
    .nullable()
    .describe('null: not there to be asked, not reached, or Vigie could not tell; `detail` says which'),
  // With connection and TLS for `page`, `websocket`, `turn-tls` and all that has a connection of its own.
  ms: ms.nullable().describe('from the first packet to the answer that decides; null without one'),
  detail: text.describe('a few words for a person; never holds a credential'),
  remark: remark.exactOptional().describe('the same as data; absent in runs of earlier versions'),
});

const offeredCertificate = certificate.extend({ host: text.describe('who offered it, as `host:port`') });

export const signalingResult = z.strictObject({
  url: text,
  config: z
    .strictObject({
      domain: text.nullable(),
      muc: text.nullable(),
      websocket: text.nullable(),
      bosh: text.nullable(),
      conferenceRequestUrl: text.nullable(),
    })
    .nullable()
    .describe('what config.js says of the way into a call; null until it was read'),
  certificates: z.array(offeredCertificate),
  parts: z.array(part),
});

export type SignalingResult = Immutable<z.output<typeof signalingResult>>;
export type SignalingPart = Immutable<z.output<typeof part>>;
export type OfferedCertificate = Immutable<z.output<typeof offeredCertificate>>;
/** What `config.js` says of the way into a call; null where it says nothing. */
export type DeploymentConfig = NonNullable<SignalingResult['config']>;
