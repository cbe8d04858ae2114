/**
 * How registrars' forms want a record entered. Facts from their documentation, each with its source; a form that is not
 * known gets the fields that all have.
 */
import type { Publish } from '../../checks/zone/result.ts';

export const REGISTRARS = ['gandi', 'ovh', 'cloudflare', 'other'] as const;
export type Registrar = (typeof REGISTRARS)[number];

export const REGISTRAR_NAMES: Readonly<Record<Registrar, string>> = {
  gandi: 'Gandi',
  ovh: 'OVHcloud',
  cloudflare: 'Cloudflare',
  other: '',
};

/** What the fields of a form are called; the page of words has them in each language. */
export type Field = 'type' | 'name' | 'priority' | 'host' | 'text';

/** One record as it is entered. */
export interface Entry {
  readonly fields: readonly (readonly [field: Field, value: string])[];
  /** The form cannot take it: this line belongs into the form for whole zones. */
  readonly line: string | null;
}

/** A character-string holds this many bytes (RFC 1035 3.3). */
const MAX_STRING = 255;

/** Whose name servers these are; `other` where no form of them is known. */
export function registrarOf(nameServers: readonly string[]): Registrar {
  const all = (pattern: RegExp) =>
    nameServers.length > 0 &&
    nameServers.every((name) => pattern.test(name.toLowerCase().replace(/\.$/, '')));
  if (all(/\.gandi\.net$/)) return 'gandi';
  if (all(/(\.ovh\.(net|ca)|\.anycast\.me)$/)) return 'ovh';
  if (all(/\.ns\.cloudflare\.com$/)) return 'cloudflare';
  return 'other';
}

/** A record in the form of a registrar. */
export function entryOf(record: Publish, registrar: Registrar): Entry {
  const { type, name, value, priority } = record;
  const apex = name === '@';
  const form = FORMS[registrar];
  if (type === 'MX') {
    return {
      fields: [
        ['type', type],
        ['name', apex ? form.apex : name],
        ['priority', String(priority ?? 0)],
        ['host', hostOf(value, form.host)],
      ],
      line: null,
    };
  }
  const long = Buffer.byteLength(value) > MAX_STRING;
  if (long && form.long === 'zone') return { fields: [], line: lineOf(record) };
  return {
    fields: [
      ['type', type],
      ['name', apex ? form.apex : name],
      ['text', long && form.long === 'strings' ? stringsOf(value) : value],
    ],
    line: null,
  };
}

interface Form {
  /** What stands for the domain itself. */
  readonly apex: '@' | '';
  /** How a host is written: without a dot at its end, some forms append the name of the zone. */
  readonly host: 'dot' | 'no dot' | 'as advised';
  /** A text of more than 255 characters: as it is, in strings, or not in this form but in that for the whole zone. */
  readonly long: 'whole' | 'strings' | 'zone';
}

const FORMS: Readonly<Record<Registrar, Form>> = {
  // docs.gandi.net: MX and TXT records: "@", hosts end with a dot, long texts in several quoted strings.
  gandi: { apex: '@', host: 'dot', long: 'strings' },
  // ovh/docs, pages/web_cloud/domains/dns_zone_mx and dns_zone_edit: the sub-domain stays blank, targets end with a dot, TXT has
  // at most 255 characters, which the text mode does not limit.
  ovh: { apex: '', host: 'dot', long: 'zone' },
  // cloudflare/cloudflare-docs, dns/manage-dns-records/reference/dns-record-types: "@", quotes are added, long texts are split.
  cloudflare: { apex: '@', host: 'no dot', long: 'whole' },
  other: { apex: '@', host: 'as advised', long: 'whole' },
};

function hostOf(host: string, how: Form['host']): string {
  if (how === 'as advised') return host;
  const bare = host.replace(/\.$/, '');
  return how === 'dot' ? `${bare}.` : bare;
}

function stringsOf(value: string): string {
  const pieces = value.match(new RegExp(`.{1,${MAX_STRING}}`, 'gs')) ?? [];
  return pieces.map((piece) => `"${piece.replace(/["\\]/g, '\\$&')}"`).join(' ');
}

/** The line for a zone, its name relative as those around it. */
function lineOf({ name, value }: Publish): string {
  return `${name} IN TXT ( ${stringsOf(value)} )`;
}
