/** What a zone run found (the `zone` key of a run). */

/** The records that the template asks for; also the values of the label `record`. */
export const ZONE_RECORDS = ['mx', 'spf', 'dkim', 'dmarc', 'dmarc-report'] as const;
export type ZoneRecordKind = (typeof ZONE_RECORDS)[number];

/**
 * `exact` as the template has it; `equivalent` means the same (order, spaces, case, split strings, default
 * tags); `extra` does all that is asked, and more; `different` does not; `multiple` more than the standard
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

/** A tag, mechanism or host that is not as the template has it. Null: there is none. */
export interface Difference {
  readonly tag: string;
  readonly expected: string | null;
  readonly found: string | null;
}

/** A record to publish: one line for a BIND zone, and the fields of a registrar's form. */
export interface Publish {
  /** The zone that it belongs into. */
  readonly zone: string;
  /** Relative to the zone, as forms want it: `@`, `_dmarc`. */
  readonly name: string;
  readonly type: 'MX' | 'TXT';
  /** Without quotes, in one piece. */
  readonly value: string;
  /** For an MX record alone: forms have a field of its own for it. */
  readonly priority?: number;
  /** The whole line in BIND syntax, its name absolute; long texts are split into strings of 255. */
  readonly bind: string;
}

/** What one of the domain's own name servers says that the judged answer does not. */
export interface ServerView {
  readonly server: string;
  readonly level: Level;
  readonly found: readonly string[];
}

export interface ZoneRecord {
  readonly record: ZoneRecordKind;
  /** The name that was asked for. */
  readonly name: string;
  readonly level: Level;
  /** What the template asks for; several for several MX hosts. */
  readonly expected: readonly string[];
  /** What was found: only records of this kind (of the TXT records at the apex, SPF alone). */
  readonly found: readonly string[];
  /** One sentence for a person. */
  readonly text: string;
  readonly differences: readonly Difference[];
  /** What is true of the record but changes no level. */
  readonly notes: readonly string[];
  /** Empty where nothing has to be changed, or nothing is known. */
  readonly publish: readonly Publish[];
  /**
   * Who was judged: `nameServers` the domain's own, which agree with the resolver unless `differs` says
   * otherwise; `resolver` where they were not asked or did not tell.
   */
  readonly source: 'nameServers' | 'resolver';
  /** `resolver`: caches still hold something else; `nameServers`: the domain's servers contradict each other. */
  readonly differs: 'resolver' | 'nameServers' | null;
  /** With `differs`: who says what. The resolver is called `resolver`. */
  readonly views: readonly ServerView[];
}

/** How one of the domain's own name servers answered. */
export interface NameServer {
  readonly name: string;
  readonly address: string | null;
  /** `lame`: it answers without authority, or refuses. `silent`: no answer. `unresolved`: it has no address. */
  readonly state: 'ok' | 'lame' | 'silent' | 'unresolved';
}

export interface ZoneDomain {
  readonly domain: string;
  /** False: NXDOMAIN, no such domain. Null: could not be told. */
  readonly exists: boolean | null;
  readonly records: readonly ZoneRecord[];
  readonly nameServers: readonly NameServer[];
}

export interface ZoneResult {
  readonly domains: readonly ZoneDomain[];
  /** Where the list of domains came from; `cached` since the time given (ISO 8601) when its source was down. */
  readonly source: { readonly kind: 'configuration' | 'file' | 'ldap'; readonly cached: string | null };
  /** What it cost. */
  readonly queries: { readonly sent: number; readonly retries: number; readonly maxInFlight: number };
}

/** Whether a record does what the template asks for; null when it is not known. */
export function recordOk(level: Level): boolean | null {
  if (level === 'unknown') return null;
  return level === 'exact' || level === 'equivalent' || level === 'extra';
}
