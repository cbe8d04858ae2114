/** What explains a record beside its differences: why it does not work, and what most likely happened. */
import { z } from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import { spfFault } from '../records/spf-fault.ts';
import { flag, text, whole } from '../schema.ts';

const of = <Id extends string, Shape extends z.ZodRawShape>(id: Id, shape: Shape) =>
  z.strictObject({ id: z.literal(id), ...shape });

export const note = z.discriminatedUnion('id', [
  // MX
  of('null-mx', {}),
  of('others-first', { hosts: z.array(text) }),
  of('backup-hosts', { hosts: z.array(text) }),
  of('other-priority', {}),
  // SPF
  of('several-spf', { count: whole, same: flag.describe('all of them are equal') }),
  of('split-strings', {}),
  of('after-all', { terms: z.array(text).describe('never evaluated') }),
  of('invalid-term', {}),
  of('too-many-lookups', { count: whole, most: whole }),
  of('permerror', { fault: spfFault }),
  // DKIM
  of('several-keys', { count: whole }),
  of('version-ignored', {}),
  of('key-absent', {}),
  of('key-revoked', {}),
  of('key-cut-off', { length: whole, expected: whole }),
  of('key-characters', { characters: text }),
  of('key-of-other-size', { bits: whole, expected: whole }),
  of('key-other', {}),
  of('key-unreadable', {}),
  // DMARC
  of('several-dmarc', { count: whole }),
  of('not-dmarc', {}),
  // TXT records in general
  of('literal-marks', { marks: z.array(z.enum(['quotation-mark', 'backslash'])) }),
  of('one-level-too-deep', { name: text }),
]);

export type Note = Immutable<z.output<typeof note>>;
