/** The faults of the sandbox's relay and name server; `../faults.ts` reads them with the others. */
import { CUSTOMERS, HOSTED, labelOf } from '../domains.ts';

export const ZONE_RECORDS = ['mx', 'spf', 'dkim', 'dmarc', 'dmarc-report'] as const;
export type ZoneRecordName = (typeof ZONE_RECORDS)[number];

export const MAIL_WORDS = [
  'unsigned',
  'wrong-key',
  'body-changed',
  'relay-down',
  'mail-lost',
  'dns-silent',
] as const;
export type MailWord = (typeof MAIL_WORDS)[number];

/** `domain` null: of every customer's domain. The operator's own stays: the keys of the others are compared with its key. */
export interface RecordGone {
  readonly what: 'record-gone';
  readonly record: ZoneRecordName;
  readonly domain: string | null;
}

export const MAIL_FAULTS: readonly { readonly syntax: string; readonly sees: string }[] = [
  { syntax: 'unsigned', sees: 'the relay does not sign: mail passes by SPF alone' },
  { syntax: 'wrong-key', sees: 'the relay signs with a key that the zone does not publish' },
  { syntax: 'body-changed', sees: 'the relay adds a line to each message after signing it' },
  { syntax: 'relay-down', sees: 'the relay accepts no connections' },
  { syntax: 'mail-lost', sees: 'the relay accepts messages and delivers none' },
  {
    syntax: `record-gone spf ${labelOf(CUSTOMERS[0])}`,
    sees: `a record is not published: ${ZONE_RECORDS.join(', ')} of ${HOSTED.map(labelOf).join(', ')} (without a domain: of all customers)`,
  },
  { syntax: 'dns-silent', sees: 'the name server answers no queries' },
];

/** Reads what follows `record-gone`; null where it is not understood. Domains are named by their first label, or whole. */
export function readRecordGone(rest: readonly string[]): (RecordGone & { readonly text: string }) | null {
  const [name = '', written, ...more] = rest.map((word) => word.toLowerCase());
  const record = ZONE_RECORDS.find((known) => known === name);
  if (record === undefined || more.length > 0) return null;
  if (written === undefined)
    return { what: 'record-gone', record, domain: null, text: `record-gone ${name}` };
  const domain = HOSTED.find((known) => written === known || written === labelOf(known));
  if (domain === undefined) return null;
  return { what: 'record-gone', record, domain, text: `record-gone ${name} ${labelOf(domain)}` };
}

/** Whether a fault removes this domain's record. */
export function takesAway(gone: RecordGone, record: ZoneRecordName, domain: string): boolean {
  if (gone.record !== record) return false;
  return gone.domain === null ? CUSTOMERS.some((customer) => customer === domain) : gone.domain === domain;
}
