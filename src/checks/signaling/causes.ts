/** The causes of the findings of a `signaling` check, each by its id. */
import { z } from 'zod';
import { accountCauses } from '../accounts/causes.ts';
import type { CauseOf, CauseSchemas } from '../causes.ts';
import { stopped, unreadable } from '../config-js/faults.ts';
import { at, flag, ms, text, whole } from '../schema.ts';
import { scriptAnswer, webCauses } from '../web/causes.ts';
import { reason } from './reasons.ts';
import { loginAs } from './remarks.ts';

/** Why, in English as it is published, and as data. */
const explained = { reason: text, why: reason };

const transportFailed = z.object({
  ...explained,
  used: flag.describe('browsers use this transport, and do not fall back from it'),
});
const notOffered = z.object({ expected: z.enum(['optional', 'required']) });
/** Addresses of a bridge. */
const addresses = z.array(z.object({ address: text, port: whole }));
const turnFailed = z.object({ server: text, transport: z.enum(['udp', 'tcp', 'tls']), ...explained });

export const signalingCauses = {
  ...webCauses,
  ...accountCauses,
  'certificate-expiring': z.object({ host: text, validTo: at, daysLeft: whole, threshold: whole }),
  'library-implausible': z.object({ path: text, type: text, bytes: whole }),
  /** The web front is there in one address family, and not in the other that DNS has of it. */
  'address-family-broken': z.object({
    host: text,
    family: z.union([z.literal(4), z.literal(6)]),
    address: text,
    ...explained,
  }),
  /** Sites that embed this Jitsi load it (`JitsiMeetExternalAPI`). */
  'external-api-missing': z.object({ path: text, answer: scriptAnswer }),
  'config-unreadable': z.object({ path: text, why: unreadable }),
  'config-stops': z.object({ path: text, stopped }),
  /** No transport that is offered leads to XMPP. */
  'signaling-failed': z.object({
    websocket: text.exactOptional(),
    bosh: text.exactOptional(),
    why: z.strictObject({ websocket: reason.exactOptional(), bosh: reason.exactOptional() }),
  }),
  'websocket-failed': transportFailed,
  'bosh-failed': transportFailed,
  'websocket-not-offered': notOffered,
  'bosh-not-offered': notOffered,
  /** Jicofo makes whoever asks a visitor, who sees and hears and takes no part. */
  'visitors-only': z.object({ account: flag }),
  /** Jicofo answers that visitors have to wait for the conference. */
  'conference-not-live': z.object({ account: flag }),
  /** Guests cannot log in to the domain; where it is null, they cannot open a room. */
  'password-required': z.object({ domain: text.nullable(), why: reason.nullable() }),
  'login-failed': z.object({
    domain: text,
    ...explained,
    as: loginAs.exactOptional().describe('absent for a guest'),
  }),
  /** The XMPP server answers, and takes long. */
  'signaling-slow': z.object({ roundTripMs: ms, threshold: ms }),
  /** The XMPP server ends the stream of somebody who is logged in, because of a limit. */
  'signaling-limited': z.object(explained),
  /** It does so, or its connection breaks off, for another reason or none that arrived. */
  'session-ended': z.object(explained),
  'conference-request-failed': z.object(explained),
  /** `config.js` sends rooms to a host that the XMPP server does not serve. */
  'muc-unknown': z.object({ muc: text, ...explained }),
  'turn-not-offered': z.object({}),
  'turn-credentials-failed': z.object(explained),
  'turn-credentials-missing': z.object({
    servers: z.array(text),
    needed: z
      .literal(true)
      .exactOptional()
      .describe('browsers make no connection to the bridge with such a list'),
  }),
  /** Browsers make no connection with such a server in its list. */
  'turn-server-invalid': z.object({
    servers: z.array(text).describe('as lib-jitsi-meet gives them to browsers'),
    needed: z.literal(true).exactOptional().describe('the connection to the bridge has it in its list'),
  }),
  /** Nobody is let into a room. */
  'room-refused': z.object({ muc: text, ...explained }),
  'turn-udp-failed': turnFailed,
  'turn-tcp-failed': turnFailed,
  'turn-tls-failed': turnFailed,
  'turn-open': z.object({ server: text }),
  'turn-relay-private': z.object({ server: text, relayed: text }),
  /** Two participants are in the room, and jicofo offers them no media session; `none`: it says that it has no bridge. */
  'bridge-unavailable': z.object({ how: z.enum(['none', 'no-session']), waitedMs: ms }),
  /** Two participants of one room do not meet there. */
  'room-split': z.object({}),
  /** A bridge that offers no UDP address at all, or private ones alone at a deployment that is public. */
  'bridge-address-missing': z.object({ relayed: flag.describe('a TURN server works') }),
  'bridge-address-private': z.object({ addresses, relayed: flag }),
  /** No UDP address of that family answers. */
  'bridge-unreachable': z.object({
    family: z.union([z.literal(4), z.literal(6)]),
    addresses,
    relayed: flag,
    otherFamily: flag.describe('the bridge answers over the other family'),
    ...explained,
  }),
  'stun-failed': z.object({ server: text, by: z.enum(['config.js', 'XMPP']), ...explained }),
  /** Browsers make no direct connection with such a list. */
  'stun-servers-invalid': z.object({ servers: z.array(text) }),
} satisfies CauseSchemas;

export type SignalingCause = CauseOf<typeof signalingCauses>;
