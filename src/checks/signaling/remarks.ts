/** What there is to say of one part of the path into a call, as data; the words are in `words/`. */
import { z } from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import { CERTIFICATE_FAULTS } from '../../net/certificate-faults.ts';
import { flag, ms, text, whole } from '../schema.ts';
import { refusedTypeAnswer } from '../web/causes.ts';
import { reason } from './reasons.ts';

/** Why a part was not looked at. */
const SKIPPED = [
  'front-unanswered',
  'not-https',
  'no-tls-connection',
  'config-unusable',
  'not-in-config',
  'no-signaling',
  'nobody-logged-in',
  'none-offered',
  'dtls',
  'not-wanted',
  'no-conference',
  'no-second-occupant',
  'no-udp',
  'private-only',
  'no-own-address',
] as const;
export type Skipped = (typeof SKIPPED)[number];

/** With what somebody logged in; absent for a guest. */
export const loginAs = z.enum(['user', 'jwt']);

export const remark = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('skipped'), because: z.enum(SKIPPED) }),
  z.strictObject({ kind: z.literal('finding'), cause: z.looseObject({ id: text }) }),
  z.strictObject({ kind: z.literal('failed'), why: reason }),
  z.strictObject({ kind: z.literal('status'), status: whole }),
  z.strictObject({ kind: z.literal('page-instead') }),
  z.strictObject({
    kind: z.literal('certificate'),
    daysLeft: whole.nullable(),
    fault: z.strictObject({ kind: z.enum(CERTIFICATE_FAULTS), code: text }).nullable(),
    accepted: flag,
  }),
  refusedTypeAnswer,
  z.strictObject({ kind: z.literal('too-small'), bytes: whole }),
  z.strictObject({ kind: z.literal('library'), bytes: whole.nullable(), type: text }),
  z.strictObject({ kind: z.literal('config'), domain: text }),
  z.strictObject({ kind: z.literal('stream') }),
  z.strictObject({
    kind: z.literal('login'),
    transport: z.enum(['websocket', 'bosh']),
    as: loginAs.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('conference'),
    answer: z.enum(['ready', 'not-authorized', 'visitors-only', 'not-live']),
    over: z.enum(['XMPP', 'HTTP']),
  }),
  z.strictObject({ kind: z.literal('credentials'), usable: whole, of: whole }),
  z.strictObject({ kind: z.literal('allocation'), grantedMs: ms }),
  z.strictObject({
    kind: z.literal('offer'),
    candidates: z.array(
      z.strictObject({
        address: text,
        port: whole,
        protocol: z.enum(['udp', 'tcp', 'ssltcp']),
        type: z.enum(['host', 'srflx', 'prflx', 'relay']),
      }),
    ),
  }),
  z.strictObject({ kind: z.literal('bridge'), roundTripMs: ms }),
  z.strictObject({ kind: z.literal('round-trip'), questions: whole }),
  z.strictObject({ kind: z.literal('stun'), by: z.enum(['config.js', 'XMPP']), address: flag }),
]);
export type Remark = Immutable<z.output<typeof remark>>;
