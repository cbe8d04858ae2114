/** What a zone run found (the `zone` key of a run). */
import { z } from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import { lookupFailure } from '../lookup-failure.ts';
import { at, flag, text, whole } from '../schema.ts';
import { daneHost } from './dane/result.ts';
import { expiryCounts, registration } from './expiry/result.ts';
import { inboundResult } from './inbound/result.ts';
import { note } from './notes.ts';
import { selectorState } from './rotation/result.ts';
import { transport } from './transport/result.ts';

/** The records that the template asks for; also the values of the label `record`. */
export const ZONE_RECORDS = ['mx', 'spf', 'dkim', 'dmarc', 'dmarc-report'] as const;
export type ZoneRecordKind = (typeof ZONE_RECORDS)[number];

/**
 * `exact` as the template has it; `equivalent` means the same (order, spaces, case, split strings, default
 * tags); `extra` does all that the template asks, and more; `different` does not; `multiple` more than the standard
 * allows, so that none counts; `unknown` the resolver failed, nothing is known.
 */
export const LEVELS = [
  'exact',
  'equivalent',
  'extra',
  'different',
  'multiple',
  'missing',
  'unknown',
] as const;
export type Level = (typeof LEVELS)[number];

const how = z.enum(['changed', 'missing', 'added', 'key', 'repeated', 'misplaced', 'syntax']);

/** A tag, mechanism or host that is not as the template has it. Null: there is none. */
const difference = z.strictObject({
  tag: text,
  expected: text.nullable(),
  found: text.nullable(),
  how: how
    .exactOptional()
    .describe('`key`: another key, whatever the texts; absent in runs of earlier versions'),
});
export const deviation = difference.extend({ how });

/** Why there is no key to compare with, where the template does not give one. */
const keyProblem = z.discriminatedUnion('id', [
  z.strictObject({ id: z.literal('key-not-given') }),
  z.strictObject({ id: z.literal('key-not-published'), name: text }),
  z.strictObject({ id: z.literal('keys-published'), name: text, count: whole }),
  z.strictObject({ id: z.literal('key-lookup'), lookup: lookupFailure }),
]);

export const unknownReason = z.discriminatedUnion('id', [
  ...keyProblem.options,
  z.strictObject({
    id: z.literal('lookup'),
    lookup: lookupFailure,
    nameServers: z.array(z.enum(LEVELS)).describe('what the domain’s own name servers publish instead'),
  }),
  z
    .strictObject({ id: z.literal('spf-lookup'), lookup: lookupFailure })
    .describe('whom the SPF record lets pass depends on a name that could not be looked up'),
]);

/** A record to publish: one line for a BIND zone, and the fields of a registrar's form. */
const publish = z.strictObject({
  zone: text.describe('the zone that it belongs into'),
  name: text.describe('relative to the zone, as forms want it: `@`, `_dmarc`'),
  type: z.enum(['MX', 'TXT']),
  value: text.describe('without quotes, in one piece'),
  priority: whole.exactOptional().describe('for an MX record alone: forms have a field of its own for it'),
  bind: text.describe('the line for a zone file, its name absolute; long texts in strings of 255'),
});

/** What one of the domain's own name servers publishes that the judged answer does not. */
const serverView = z.strictObject({ server: text, level: z.enum(LEVELS), found: z.array(text) });

export const zoneRecord = z.strictObject({
  record: z.enum(ZONE_RECORDS),
  name: text.describe('that was asked for'),
  level: z.enum(LEVELS),
  expected: z.array(text).describe('what the template asks for; several for several MX hosts'),
  found: z.array(text).describe('only records of this kind (of the TXT records at the apex, SPF alone)'),
  text: text.describe('one sentence for a person, in English'),
  differences: z.array(difference),
  notes: z.array(text).describe('what is true of the record but changes no level, in English'),
  zone: text.exactOptional().describe('the zone that the record belongs into'),
  notesData: z.array(note).exactOptional().describe('`notes` as data'),
  reason: unknownReason.exactOptional().describe('why nothing is known, where the level is `unknown`'),
  keeps: z
    .array(text)
    .exactOptional()
    .describe('terms of the record found that the one to publish keeps beside the template’s'),
  publish: z.array(publish).describe('empty where nothing has to be changed, or nothing is known'),
  source: z
    .enum(['nameServers', 'resolver'])
    .describe(
      'who was judged: the domain’s own name servers, which agree with the resolver unless `differs` states otherwise; the resolver where they were not asked or did not answer',
    ),
  differs: z
    .enum(['resolver', 'nameServers'])
    .nullable()
    .describe(
      '`resolver`: caches still hold something else; `nameServers`: the domain’s servers contradict each other',
    ),
  views: z
    .array(serverView)
    .describe('with `differs`: who publishes what. The resolver is called `resolver`'),
});

/** How one of the domain's own name servers answered. */
export const nameServer = z.strictObject({
  name: text,
  address: text.nullable(),
  state: z
    .enum(['ok', 'lame', 'silent', 'unresolved'])
    .describe(
      '`lame`: it answers without authority, or refuses; `silent`: no answer; `unresolved`: it has no address',
    ),
  tcp: z
    .enum(['refused', 'silent'])
    .exactOptional()
    .describe('how it treats questions over TCP, where it does not answer them'),
  alias: text.exactOptional().describe('where its name leads, which must be none (RFC 2181 10.3)'),
});

export const delegation = z.strictObject({ parentOnly: z.array(text), zoneOnly: z.array(text) });

const domain = z.strictObject({
  domain: text,
  exists: flag.nullable().describe('false: NXDOMAIN, no such domain; null: not known'),
  records: z.array(zoneRecord),
  nameServers: z.array(nameServer),
  delegation: delegation
    .exactOptional()
    .describe('where the parent zone lists other name servers than the zone itself'),
  deniedName: text
    .exactOptional()
    .describe('a name with names below it that a name server calls absent (NXDOMAIN), against RFC 8020'),
  transport: transport
    .exactOptional()
    .describe('MTA-STS and TLS-RPT; absent where neither is published, or not looked at'),
  registration: registration
    .exactOptional()
    .describe('when the registration ends, where that is looked at and known'),
  intercepted: flag
    .exactOptional()
    .describe('a resolver answered in the place of every name server: outgoing port 53 is intercepted'),
});

export const zoneResult = z.strictObject({
  domains: z.array(domain),
  source: z
    .strictObject({
      kind: z.enum(['configuration', 'file', 'ldap']),
      cached: at.nullable().describe('since when the list is kept, when its source was down'),
    })
    .describe('where the list of domains came from'),
  dane: z
    .array(daneHost)
    .exactOptional()
    .describe('DANE of the MX hosts that the template names; absent where it is not looked at'),
  selectors: z
    .array(selectorState)
    .exactOptional()
    .describe(
      'DKIM selectors over all domains; absent where the template has none, and in runs of earlier versions',
    ),
  registrations: expiryCounts
    .exactOptional()
    .describe('domains by what is known of the end of their registration, where that is looked at'),
  inbound: inboundResult
    .exactOptional()
    .describe('how mail gets in, where that is tested; kept from earlier runs until the next test'),
  queries: z.strictObject({ sent: whole, retries: whole, maxInFlight: whole }).describe('what it cost'),
});

export type ZoneResult = Immutable<z.output<typeof zoneResult>>;
export type ZoneDomain = Immutable<z.output<typeof domain>>;
export type ZoneRecord = Immutable<z.output<typeof zoneRecord>>;
export type Difference = Immutable<z.output<typeof difference>>;
export type KeyProblem = Immutable<z.output<typeof keyProblem>>;
export type UnknownReason = Immutable<z.output<typeof unknownReason>>;
export type Publish = Immutable<z.output<typeof publish>>;
export type ServerView = Immutable<z.output<typeof serverView>>;
export type NameServer = Immutable<z.output<typeof nameServer>>;

/** Whether a record does what the template asks for; null when it is not known. */
export function recordOk(level: Level): boolean | null {
  if (level === 'unknown') return null;
  return level === 'exact' || level === 'equivalent' || level === 'extra';
}
