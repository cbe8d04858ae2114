/** What explains a record beside its differences: why it does not work, and what most likely happened. */
import { z } from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import { lookupFailure } from '../lookup-failure.ts';
import { SPF_FLAWS } from '../records/spf.ts';
import { spfFault } from '../records/spf-fault.ts';
import { flag, text, whole } from '../schema.ts';

const of = <Id extends string, Shape extends z.ZodRawShape>(id: Id, shape: Shape) =>
  z.strictObject({ id: z.literal(id), ...shape });

/** What would happen if the term, or the record, were published. */
const harm = {
  fault: spfFault.exactOptional().describe('with `permerror`'),
  lookup: lookupFailure.exactOptional().describe('with `lookup`'),
};

export const WHY_DROPPED = [
  'everybody-passes',
  'permerror',
  'lookup',
  'relay-refused',
  'invalid',
  'ptr',
  'no-pass',
  'void',
  'untried',
] as const;
/** Why what an MX record names is no host. */
export const MX_FAULTS = ['address', 'priority', 'local', 'characters'] as const;
const droppedTerm = z.strictObject({ term: text, why: z.enum(WHY_DROPPED), ...harm });
export type DroppedTerm = Immutable<z.output<typeof droppedTerm>>;

export const note = z.discriminatedUnion('id', [
  // MX
  of('null-mx', {}),
  of('others-first', { hosts: z.array(text) }),
  of('backup-hosts', { hosts: z.array(text) }),
  of('other-priority', {}),
  of('null-mx-beside', {}),
  of('repeated-host', { hosts: z.array(text) }),
  of('missing-dot', { found: text, host: text }),
  of('mx-alias', { host: text, target: text }),
  of('mx-no-host', { host: text, why: z.enum(MX_FAULTS) }),
  // SPF
  of('several-spf', { count: whole, same: flag.describe('all of them are equal') }),
  of('split-strings', {}),
  of('after-all', { terms: z.array(text).describe('never evaluated') }),
  of('invalid-term', {}),
  of('glued-terms', { term: text, parts: z.array(text) }),
  of('misspelt-term', { term: text, instead: text.describe('what was most likely meant') }),
  of('idle-modifier', { term: text.describe('valid, and ignored by receivers'), instead: text }),
  of('joined-strings', { term: text, parts: z.array(text) }),
  of('prefix-too-long', { term: text, most: whole }),
  of('no-address', {
    term: text,
    instead: text.nullable().describe('the term with the mechanism of what it holds'),
  }),
  of('not-spf', { flaws: z.array(z.enum(SPF_FLAWS)) }),
  of('type-spf', { record: text.describe('published as type SPF (99), which receivers do not ask for') }),
  of('everybody-passes', { terms: z.array(text).describe('by which'), addresses: z.array(text) }),
  of('terms-dropped', { terms: z.array(droppedTerm).describe('not in the record to publish') }),
  of('advice-withheld', {
    why: z.enum(['everybody-passes', 'permerror', 'lookup', 'relay-refused']),
    ...harm,
  }),
  of('too-many-lookups', { count: whole, most: whole }),
  of('permerror', { fault: spfFault }),
  // DKIM
  of('several-keys', { count: whole }),
  of('key-in-pieces', { count: whole.describe('records, which together are one') }),
  of('version-ignored', {}),
  of('key-absent', {}),
  of('key-revoked', {}),
  of('key-cut-off', { length: whole, expected: whole }),
  of('key-characters', { characters: text }),
  of('key-of-other-size', { bits: whole, expected: whole }),
  of('key-other', {}),
  of('key-unreadable', {}),
  of('key-pkcs1', {}),
  of('tag-case', { tags: z.array(text).describe('as written') }),
  of('missing-semicolon', { tag: text, value: text.describe('with what belongs to the next tag') }),
  // DMARC
  of('inherited-policy', { name: text.describe('where that record is'), policy: text }),
  of('several-dmarc', { count: whole }),
  of('not-dmarc', {}),
  of('leading-space', {}),
  // TXT records in general
  of('literal-marks', { marks: z.array(z.enum(['quotation-mark', 'backslash'])) }),
  of('one-level-too-deep', { name: text }),
  of('wrong-name', { name: text, right: text, record: text }),
  of('wildcard', { name: text, record: text }),
  of('alias', { name: text, target: text.describe('where the CNAME leads in the end') }),
]);

export type Note = Immutable<z.output<typeof note>>;
