/** The causes of findings about the registrations of the domains, each by its id. */
import { z } from 'zod';
import type { CauseOf, CauseSchemas } from '../../causes.ts';
import { at, text, whole } from '../../schema.ts';

const furtherDomains = z.object({ domains: z.array(text) });

export const expiryCauses = {
  /** `days`: until it ends; negative where it has ended. `hosted`: the domains of the list that are in it. */
  'zone-registration-ends': z.union([
    z.object({ domain: text, expires: at, days: whole, ending: z.array(text), hosted: z.array(text) }),
    furtherDomains,
  ]),
  /** Registries whose answers could not be had. */
  'zone-registration-unknown': furtherDomains,
} satisfies CauseSchemas;

export type ExpiryCause = CauseOf<typeof expiryCauses>;
