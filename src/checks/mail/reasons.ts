/** Why a message is not authenticated: DKIM, SPF and DMARC each have their reasons, as data. */
import { z } from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import { lookupFailure } from '../lookup-failure.ts';
import { KEY_DAMAGES } from '../records/dkim.ts';
import { spfFault } from '../records/spf-fault.ts';
import { text, whole } from '../schema.ts';

/** A verifier's complaints about a signature or its key that need no more data than their name. */
export const DKIM_COMPLAINTS = [
  'body-altered',
  'bad-signature',
  'expired',
  'no-key',
  'invalid-key',
  'unknown-key-version',
  'unknown-key-type',
  'key-too-short',
  'key-not-for-mail',
  'key-forbids-hash',
  'key-of-other-algorithm',
  'weak-algorithm',
  'unknown-algorithm',
  'unknown-canonicalization',
  'unknown-version',
  'unsupported-query-method',
  'missing-tag',
  'syntax-error',
  'invalid-expiration',
  'identity-mismatch',
  'from-not-signed',
] as const;
export type DkimComplaint = (typeof DKIM_COMPLAINTS)[number];

const lookupFailed = z.strictObject({ code: z.literal('lookup-failed'), lookup: lookupFailure });
/** The verifier said something that `mailauth.ts` does not know. */
const unrecognised = z.strictObject({ code: z.literal('unrecognised'), raw: text });

export const dkimReason = z.discriminatedUnion('code', [
  z.strictObject({ code: z.enum(DKIM_COMPLAINTS) }),
  z.strictObject({ code: z.literal('unsigned') }),
  z.strictObject({ code: z.literal('several-from-fields'), fields: whole }),
  z
    .strictObject({
      code: z.literal('damaged-key'),
      damage: z.enum(KEY_DAMAGES),
      bytes: whole.exactOptional().describe('with `cut-off`: those that are there'),
      announced: whole.exactOptional().describe('with `cut-off`: those that the key has'),
    })
    .describe('the record at the selector contains no usable key, and shows why'),
  lookupFailed,
  z.strictObject({ code: z.literal('dns-error'), error: text.describe('a code of `node:dns`') }),
  unrecognised,
]);
export type DkimReason = Immutable<z.output<typeof dkimReason>>;

export const spfReason = z.discriminatedUnion('code', [
  z
    .strictObject({ code: z.enum(['fail', 'softfail', 'neutral']), sender: text, clientIp: text })
    .describe('the record does not permit the address'),
  z.strictObject({ code: z.literal('none'), domain: text }).describe('there is no record'),
  ...spfFault.options,
  z
    .strictObject({
      code: z.literal('no-hop'),
      hosts: z.array(text).exactOptional().describe('that the Received lines were written by'),
    })
    .describe('who handed the message over cannot be seen'),
  z.strictObject({ code: z.literal('no-client-address') }),
  lookupFailed,
]);
export type SpfReason = Immutable<z.output<typeof spfReason>>;

/** Why no domain could be judged: From has to name exactly one (RFC 9989 5.3.1). */
export const AUTHOR_FAULTS = [
  'several-from-fields',
  'several-author-domains',
  'invalid-author-domain',
  'no-author-domain',
] as const;

export const dmarcReason = z.discriminatedUnion('code', [
  z.strictObject({ code: z.enum(AUTHOR_FAULTS) }),
  z.strictObject({ code: z.literal('not-aligned'), policies: text.describe('such as `p=REJECT sp=NONE`') }),
  z.strictObject({ code: z.literal('dkim-undecided'), dkim: dkimReason }),
  z.strictObject({ code: z.literal('spf-undecided'), spf: spfReason }),
  z.strictObject({ code: z.literal('too-many-domains'), domain: text.describe('the first not compared') }),
  lookupFailed,
  unrecognised,
]);
export type DmarcReason = Immutable<z.output<typeof dmarcReason>>;
