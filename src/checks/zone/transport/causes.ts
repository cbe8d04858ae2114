/** The causes of findings about the encryption of mail to the domains, each by its id. */
import { z } from 'zod';
import type { CauseOf, CauseSchemas } from '../../causes.ts';
import { text } from '../../schema.ts';
import { MODES, policyFault, RPT_RECORD_FAULTS, STS_RECORD_FAULTS } from './result.ts';

const furtherDomains = z.object({ domains: z.array(text) });

export const transportCauses = {
  'zone-mta-sts-record': z.union([
    z.object({ domain: text, fault: z.enum(STS_RECORD_FAULTS), record: z.array(text) }),
    furtherDomains,
  ]),
  /** There is a record, and no policy that senders can use. */
  'zone-mta-sts-policy': z.union([z.object({ domain: text, ...policyFault.shape }), furtherDomains]),
  /** The policy leaves out a host that the MX records name. */
  'zone-mta-sts-mx': z.union([
    z.object({ domain: text, mode: z.enum(MODES), mx: z.array(text), unmatched: z.array(text) }),
    furtherDomains,
  ]),
  'zone-mta-sts-unknown': furtherDomains,
  'zone-tls-rpt-record': z.union([
    z.object({ domain: text, fault: z.enum(RPT_RECORD_FAULTS), record: z.array(text) }),
    furtherDomains,
  ]),
  /** Advice, where that is asked for. */
  'zone-transport-missing': z.object({ mtaSts: z.array(text), tlsRpt: z.array(text) }),
} satisfies CauseSchemas;

export type TransportCause = CauseOf<typeof transportCauses>;
