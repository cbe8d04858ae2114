/** What the MX hosts publish about their certificates (DANE, RFC 7672), as data. */
import { z } from 'zod';
import type { Immutable } from '../../../base/immutable.ts';
import { text } from '../../schema.ts';

/**
 * `unsigned`: there are records, without DNSSEC, so that senders ignore them; `unvalidated`: our resolver does not validate, so that
 * this cannot be said; `unchecked`: the records are in order, the certificate was not seen.
 */
export const DANE_STATES = [
  'none',
  'ok',
  'mismatch',
  'unusable',
  'unsigned',
  'unvalidated',
  'unchecked',
  'unknown',
] as const;

export const daneHost = z.strictObject({
  host: text,
  state: z.enum(DANE_STATES),
  records: z.array(text).describe('as in a zone file: usage, selector, matching type, data'),
});
export type DaneHost = Immutable<z.output<typeof daneHost>>;
