/** The causes of findings about how mail gets in, each by its id. */
import { z } from 'zod';
import type { CauseOf, CauseSchemas } from '../../causes.ts';
import { text, whole } from '../../schema.ts';
import { domainInbound, exchanger } from './result.ts';

const furtherDomains = z.object({ domains: z.array(text) });
const ofDomain = z.union([domainInbound.omit({ testedAt: true }), furtherDomains]);
const server = exchanger.pick({ host: true, address: true });
/** Why a mail exchanger cannot be reached; what is about us is none of these. */
const UNREACHABLE = ['refused', 'silent', 'no-host', 'reset', 'network', 'no-address', 'no-smtp'] as const;
export type UnreachableProblem = (typeof UNREACHABLE)[number];

/** How many domains have this exchanger. */
const domainCount = whole;

export const inboundCauses = {
  /** The mail exchanger serves the domain and refuses its postmaster. */
  'zone-postmaster-refused': ofDomain,
  /** The mail exchanger does not serve the domain, which is in the list of domains. */
  'zone-mx-domain-unknown': ofDomain,
  /** It accepts a recipient that nobody can have made. */
  'zone-mx-accepts-all': ofDomain,
  /** It serves a domain that is configured here and that the directory does not list. */
  'zone-mx-not-listed': z.union([z.object({ domain: text, host: text }), furtherDomains]),
  'zone-mx-unreachable': server.extend({ problem: z.enum(UNREACHABLE), domainCount }),
  /** It takes no mail from us, or not now. */
  'zone-mx-unasked': z.object({ host: text, response: text.nullable(), domainCount }),
  'zone-mx-starttls': server.extend({ starttls: z.enum(['absent', 'failed']) }),
  'zone-mx-certificate': server.extend({
    certificate: exchanger.shape.certificate.unwrap(),
    reason: z.enum(['invalid', 'expiring']),
  }),
} satisfies CauseSchemas;

export type InboundCause = CauseOf<typeof inboundCauses>;
