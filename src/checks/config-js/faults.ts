/** Why a `config.js` cannot be evaluated, or is not evaluated to its end, as data. */
import { z } from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import { text, whole } from '../schema.ts';

/** What ended the script early: an error that a browser may not have had. */
export const stopped = z.strictObject({ name: text, message: text, line: whole.nullable() });
export type Stopped = Immutable<z.output<typeof stopped>>;

/** V8's own opinion of a script that it cannot compile. */
export const syntaxFault = z.strictObject({ message: text, line: whole.nullable() });
export type SyntaxFault = Immutable<z.output<typeof syntaxFault>>;

/** Why it could not be evaluated here. */
export const unreadable = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('too-large'), megabytes: z.number() }),
  z.strictObject({ kind: z.literal('cpu-time'), seconds: z.number() }),
  z.strictObject({ kind: z.literal('time'), seconds: z.number() }),
  z.strictObject({ kind: z.literal('not-a-configuration') }),
  z.strictObject({ kind: z.literal('stops'), stopped, missing: z.array(text) }),
  z.strictObject({ kind: z.literal('failed'), message: text }),
]);
export type Unreadable = Immutable<z.output<typeof unreadable>>;
