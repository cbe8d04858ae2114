/** The causes of findings about users' addresses, each by its id. */
import { z } from 'zod';
import type { CauseOf, CauseSchemas } from '../../causes.ts';
import { text } from '../../schema.ts';
import { directoryProblem } from '../directory-problem.ts';
import { domainUsers } from './result.ts';

export const usersCauses = {
  /** A mail exchanger refuses addresses that the directory has. */
  'zone-users-refused': z.union([
    domainUsers.extend({
      file: text.nullable().describe('the file that lists them; null: it could not be written'),
    }),
    z.object({ domains: z.array(text) }),
  ]),
  'zone-users-unread': z.object({ url: text, base: text, problem: directoryProblem }),
} satisfies CauseSchemas;

export type UsersCause = CauseOf<typeof usersCauses>;
