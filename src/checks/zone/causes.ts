/** The causes of the findings of a `zone` check, each by its id. */
import { z } from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import type { CauseOf, CauseSchemas } from '../causes.ts';
import { lookupFailure } from '../lookup-failure.ts';
import { text, whole } from '../schema.ts';
import { daneCauses } from './dane/causes.ts';
import { directoryProblem } from './directory-problem.ts';
import { expiryCauses } from './expiry/causes.ts';
import { inboundCauses } from './inbound/causes.ts';
import { note } from './notes.ts';
import { delegation, deviation, nameServer, unknownReason, ZONE_RECORDS, zoneRecord } from './result.ts';
import { rotationCauses } from './rotation/causes.ts';
import { transportCauses } from './transport/causes.ts';
import { usersCauses } from './users/causes.ts';

/** One record that a finding is about: what was found, what the template expects, what to publish. */
const ofRecord = z.object({
  domain: text,
  ...zoneRecord.pick({ record: true, name: true, level: true, expected: true, found: true, publish: true })
    .shape,
  zone: text,
  differences: z.array(deviation),
  notesData: z.array(note),
  keeps: z.array(text),
  differs: z.enum(['resolver', 'nameServers']).exactOptional(),
  views: zoneRecord.shape.views.exactOptional(),
});

/** Many findings of one id are reported in full for the first domains; one more names the others. */
const furtherDomains = z.object({ domains: z.array(text) });

const perRecord = z.union([ofRecord, furtherDomains]);
const ofServers = z.union([z.object({ domain: text, nameServers: z.array(nameServer) }), furtherDomains]);

/** What was to be found out about the hosts that the template names. */
const hostQuestion = z.discriminatedUnion('id', [
  z.object({ id: z.literal('mx-host'), host: text }),
  z.object({ id: z.literal('relay'), host: text }),
  z.object({ id: z.literal('spf') }),
]);
export type HostQuestion = Immutable<z.output<typeof hostQuestion>>;

export const zoneCauses = {
  'zone-mx-missing': perRecord,
  'zone-mx-different': perRecord,
  'zone-mx-multiple': perRecord,
  'zone-spf-missing': perRecord,
  'zone-spf-different': perRecord,
  'zone-spf-multiple': perRecord,
  'zone-dkim-missing': perRecord,
  'zone-dkim-different': perRecord,
  'zone-dkim-multiple': perRecord,
  'zone-dmarc-missing': perRecord,
  'zone-dmarc-different': perRecord,
  'zone-dmarc-multiple': perRecord,
  'zone-dmarc-report-missing': perRecord,
  'zone-dmarc-report-different': perRecord,
  'zone-dmarc-report-multiple': perRecord,
  /** NXDOMAIN for the domain itself. */
  'zone-domain-missing': z.union([z.object({ domain: text }), furtherDomains]),
  /** The name servers agree, the resolver has something else. */
  'zone-propagating': perRecord,
  /** The name servers contradict each other. */
  'zone-servers-differ': perRecord,
  'zone-server-lame': ofServers,
  'zone-server-unresolved': ofServers,
  'zone-server-silent': ofServers,
  /** Name servers must answer over TCP as well (RFC 7766 5). */
  'zone-server-no-tcp': ofServers,
  /** NS records must name hosts themselves. */
  'zone-server-alias': ofServers,
  /** The parent zone lists other name servers than the zone itself. */
  'zone-delegation-differs': z.union([z.object({ domain: text, ...delegation.shape }), furtherDomains]),
  /** A name server denies a name that has others below it: strict resolvers never see those (RFC 8020). */
  'zone-name-denied': z.union([z.object({ domain: text, name: text }), furtherDomains]),
  /** A resolver answers in the place of the name servers of these domains. */
  'zone-servers-intercepted': furtherDomains,
  /** No name server of these domains answered us. */
  'zone-servers-unasked': furtherDomains,
  /** Some records of a domain are unknown. */
  'zone-unknown': z.union([
    z.object({
      domain: text,
      records: z.array(z.object({ record: z.enum(ZONE_RECORDS), text, reason: unknownReason })),
    }),
    furtherDomains,
  ]),
  /** Every record of every domain is unknown; `record` and `reason` are those of the first. */
  'zone-resolver-failed': z.object({
    domains: z.array(text),
    record: z.enum(ZONE_RECORDS),
    reason: unknownReason,
  }),
  'zone-hosts-unknown': z.object({
    code: lookupFailure.shape.code,
    question: hostQuestion,
    lookup: lookupFailure,
  }),
  /** The template's MX host has no address, or is an alias. */
  'zone-mx-host': z.object({ host: text, alias: text.nullable() }),
  'zone-relay-unresolved': z.object({ relay: text }),
  /** The template's SPF record does not let the relay's addresses pass. */
  'zone-spf-relay': z.object({
    record: text,
    verdicts: z.array(z.object({ ip: text, result: text, comment: text })),
    mx: z
      .object({ host: text, exchanges: z.array(text), addresses: z.array(text) })
      .nullable()
      .describe(
        'what the first `mx:` of the record that could be looked up leads to; `exchanges` is empty without MX',
      ),
  }),
  /** The template's SPF record lets everybody pass. */
  'zone-spf-open': z.object({
    record: text,
    addresses: z.array(text).describe('that pass and send nothing'),
  }),
  ...inboundCauses,
  ...transportCauses,
  ...daneCauses,
  ...rotationCauses,
  ...expiryCauses,
  ...usersCauses,
  'zone-template': z.object({ problem: text.describe('with file, line and key') }),
  'zone-no-domains': z.object({}),
  'zone-domains-unreadable': z.object({ file: text, code: text }),
  'zone-domain-invalid': z.object({ file: text, line: whole, text }),
  'zone-directory-down': z.object({
    url: text,
    base: text,
    lastKnown: text.nullable().describe('when the list that is used instead was read'),
    domains: whole.describe('how many that list has'),
    problem: directoryProblem,
  }),
  /** Advice: the template asks for tags that RFC 9989 made historic. */
  'zone-template-historic': z.object({ tags: z.array(text) }),
  'zone-template-report-size': z.object({}),
} satisfies CauseSchemas;

export type ZoneCause = CauseOf<typeof zoneCauses>;
export type RecordCause = Immutable<z.output<typeof ofRecord>>;
export type FurtherDomains = Immutable<z.output<typeof furtherDomains>>;
