/** Why a part of the path into a call does not work, as data; the words are in `words/`. */
import { z } from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import { connectionFailure } from '../../net/failure.ts';
import { flag, ms, text, whole } from '../schema.ts';

/** What was expected where something else came. */
const EXPECTED = ['stream', 'features', 'bosh', 'login'] as const;
export type Expected = (typeof EXPECTED)[number];

/** What an XML document of a stranger's may be refused for. */
const XML_FAULTS = [
  'malformed',
  'empty',
  'too-large',
  'too-deep',
  'comment',
  'processing-instruction',
  'document-type',
] as const;
export type XmlFault = (typeof XML_FAULTS)[number];

/** What needs no figures to be said. */
const PROTOCOL_FAULTS = [
  'no-subprotocol',
  'closed-while-opening',
  'binary-message',
  'sent-elsewhere',
  'stream-closed',
  'no-bosh-session',
  'empty-answers',
  'no-binding',
  'endless-stanzas',
  'no-login',
  'plain-unencrypted',
  'sasl-exchange',
  'not-jicofo',
  'no-address',
  'unsigned',
  'sent-on-again',
  'foreign-bridge',
] as const;
export type ProtocolFault = (typeof PROTOCOL_FAULTS)[number];

const STUN_FAULTS = ['short-message', 'short-attribute', 'foreign'] as const;
export type StunFault = (typeof STUN_FAULTS)[number];

/** A condition of XMPP with the server's own text, where it gave one. */
const condition = { condition: text, text: text.nullable() };

export const reason = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('connection'), failure: connectionFailure }),
  z.strictObject({ kind: z.literal('mixed-content'), url: text }),
  z.strictObject({
    kind: z.literal('cross-origin'),
    origin: text.describe('of the page'),
    allowed: text.nullable().describe('who may read the answer; null: nobody of another origin'),
  }),
  z.strictObject({
    kind: z.literal('status'),
    status: whole,
    expected: z.enum(['websocket', 'bosh']),
    unknownHost: text
      .exactOptional()
      .describe('the host that the XMPP server was asked for, and does not know'),
  }),
  z.strictObject({ kind: z.literal('element'), name: text, expected: z.enum(EXPECTED) }),
  z.strictObject({ kind: z.literal('xml'), fault: z.enum(XML_FAULTS), kilobytes: whole, bosh: z.boolean() }),
  z.strictObject({ kind: z.literal('too-much'), kilobytes: whole }),
  z.strictObject({ kind: z.literal('protocol'), fault: z.enum(PROTOCOL_FAULTS) }),
  z.strictObject({ kind: z.literal('websocket-closed'), code: whole.nullable() }),
  z.strictObject({ kind: z.literal('handshake'), message: text }),
  z.strictObject({ kind: z.literal('bosh-ended'), condition: text.nullable() }),
  z.strictObject({ kind: z.literal('stream-error'), ...condition }),
  z.strictObject({ kind: z.literal('stanza-error'), from: text.nullable(), ...condition }),
  z.strictObject({ kind: z.literal('login-unavailable'), ...condition }),
  z.strictObject({
    kind: z.literal('login-refused'),
    ...condition,
    account: flag.exactOptional().describe('it was no guest'),
  }),
  z.strictObject({ kind: z.literal('accounts-only'), mechanisms: z.array(text) }),
  z.strictObject({ kind: z.literal('http-status'), status: whole }),
  z.strictObject({ kind: z.literal('not-ready'), waitedMs: ms }),
  z.strictObject({ kind: z.literal('turn-error'), code: whole, text }),
  z.strictObject({ kind: z.literal('stun-error'), code: whole, text }),
  z.strictObject({ kind: z.literal('not-stun'), fault: z.enum(STUN_FAULTS) }),
]);
export type Reason = Immutable<z.output<typeof reason>>;

/** The other side does not do what its protocol asks for. */
export class ProtocolError extends Error {
  readonly reason: Reason;
  constructor(reason: Reason) {
    super(JSON.stringify(reason));
    this.name = new.target.name;
    this.reason = reason;
  }
}

/** One that needs no figures. */
export function protocolFault(fault: ProtocolFault): Reason {
  return { kind: 'protocol', fault };
}

/** Whether nobody answered at all. */
export function isSilence(why: Reason): boolean {
  return why.kind === 'connection' && why.failure.failure === 'silent';
}
