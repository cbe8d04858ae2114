/** Why a directory gave no list. */
import { z } from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import { text } from '../schema.ts';

export const directoryProblem = z.discriminatedUnion('id', [
  z.object({ id: z.literal('ca-unreadable'), file: text, code: text }),
  z.object({ id: z.literal('empty'), filter: text }),
  z.object({ id: z.literal('password-refused'), bindDn: text }),
  z.object({ id: z.literal('no-entry'), anonymous: z.boolean() }),
  z.object({ id: z.literal('timeout'), seconds: z.number() }),
  z.object({ id: z.literal('too-much'), megabytes: z.number() }),
  z.object({ id: z.literal('unreadable') }),
  z.object({ id: z.literal('other'), message: text.describe('in the words of the library') }),
]);
export type DirectoryProblem = Immutable<z.output<typeof directoryProblem>>;
