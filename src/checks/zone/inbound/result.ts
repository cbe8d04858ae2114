/** What a run found out about how mail gets in: plain data. */
import { z } from 'zod';
import type { Immutable } from '../../../base/immutable.ts';
import { certificate } from '../../certificate.ts';
import { at, text, whole } from '../../schema.ts';
import { usersResult } from '../users/result.ts';

/** What a mail exchanger said to a recipient. */
export const ANSWERS = ['accepted', 'refused', 'domain-unknown', 'unknown'] as const;
export type RecipientAnswer = (typeof ANSWERS)[number];

/** A mail exchanger, as it was at its latest session. */
export const exchanger = z.strictObject({
  host: text,
  testedAt: at,
  address: text.nullable().describe('that was connected to; null where none could be'),
  starttls: z
    .enum(['ok', 'absent', 'failed', 'unknown'])
    .describe('`failed`: it is offered and the handshake fails'),
  tls: text.nullable().describe('the version of TLS'),
  certificate: certificate.nullable(),
  problem: z
    .enum([
      'resolver',
      'no-address',
      'refused',
      'silent',
      'no-host',
      'reset',
      'network',
      'closed',
      'no-smtp',
      'us-refused',
    ])
    .nullable()
    .describe(
      'why it could not be asked; `us-refused`: it takes no mail from us, which says nothing about others',
    ),
  response: text.nullable().describe('its answer to that'),
});

/** A domain for which a mail exchanger does not do what is expected. */
export const domainInbound = z.strictObject({
  domain: text,
  host: text,
  testedAt: at,
  postmaster: z.enum(ANSWERS),
  madeUp: z.enum(ANSWERS).describe('`refused` is expected'),
  response: text.describe('its answer to the recipient that is not as expected'),
});

export const inboundResult = z.strictObject({
  exchangers: z.array(exchanger).describe('the first 50'),
  domains: z.array(domainInbound).describe('those that are not as expected'),
  counts: z
    .strictObject({ asExpected: whole, refused: whole, acceptsAll: whole, unknown: whole, untested: whole })
    .describe('domains; `untested`: their turn has not come yet'),
  users: usersResult.exactOptional().describe('of users’ addresses, where they are asked about'),
});

export type InboundResult = Immutable<z.output<typeof inboundResult>>;
export type Exchanger = Immutable<z.output<typeof exchanger>>;
export type DomainInbound = Immutable<z.output<typeof domainInbound>>;
