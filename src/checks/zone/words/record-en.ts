import { list } from '../../../base/words.ts';
import { lookupFailureIn } from '../../lookup-failure.ts';
import { spfFaultIn } from '../../records/spf-fault.ts';
import type { ZoneRecordKind } from '../result.ts';
import { named, type RecordWords } from './record.ts';

const TITLES: Readonly<Record<ZoneRecordKind, string>> = {
  mx: 'MX',
  spf: 'SPF',
  dkim: 'DKIM',
  dmarc: 'DMARC',
  'dmarc-report': 'DMARC report',
};
const SET_THE_KEY = 'Set the variable "key" to the key that the relay signs with.';
const MARKS = { 'quotation-mark': 'quotation marks', backslash: 'backslashes' };

export const recordEn: RecordWords = {
  titles: TITLES,
  subjects: TITLES,
  levels: {
    exact: 'exact',
    equivalent: 'equivalent',
    extra: 'extra',
    different: 'different',
    multiple: 'multiple',
    missing: 'missing',
    unknown: 'unknown',
  },
  list,
  notes: {
    'null-mx': () => 'The null MX states that the domain accepts no mail at all (RFC 7505).',
    'others-first': ({ hosts }) => `Mail is delivered to ${list(hosts)} first, or as often.`,
    'backup-hosts': ({ hosts }) => `Senders try ${list(hosts)} when the expected host does not answer.`,
    'other-priority': () => 'The priority is another number, which has no effect.',
    'several-spf': ({ count, same }) =>
      same
        ? `The same record is published ${count} times; receivers then use none (RFC 7208 4.5).`
        : `There are ${count} SPF records; receivers then use none (RFC 7208 4.5). Merge them into one.`,
    'split-strings': () => 'It is split into strings.',
    'after-all': ({ terms }) => `${list(terms)} after "all" is never evaluated.`,
    'invalid-term': () => 'One term that is not SPF makes the whole record invalid (RFC 7208 4.6).',
    'too-many-lookups': ({ count, most }) =>
      `It needs ${count} lookups; receivers give up after ${most} (RFC 7208 4.6.4).`,
    permerror: ({ fault }) => `Receivers cannot evaluate it (permerror): ${spfFaultIn('en', fault)}.`,
    'several-keys': ({ count }) =>
      `There are ${count} TXT records at this name; which one a receiver uses is not defined (RFC 6376 3.6.2.2).`,
    'version-ignored': () =>
      'The key is ignored unless "v=DKIM1" comes first, written exactly so (RFC 6376 3.6.1).',
    'key-absent': () => 'It has no "p=": there is no key in it.',
    'key-revoked': () => 'An empty "p=" states that the key is revoked (RFC 6376 3.6.1).',
    'key-cut-off': ({ length, expected }) => `The key is cut off after ${length} of ${expected} characters.`,
    'key-characters': ({ characters }) => `The key contains characters that no key can have (${characters}).`,
    'key-of-other-size': ({ bits, expected }) => `It is another key, of ${bits} bits instead of ${expected}.`,
    'key-other': () => 'It is another key.',
    'key-unreadable': () => 'The value of "p=" is not a public key of the type that the record states.',
    'several-dmarc': ({ count }) =>
      `There are ${count} DMARC records; receivers then use none (RFC 9989 4.10).`,
    'not-dmarc': () => 'Receivers use a record only if it begins with "v=DMARC1", written exactly so.',
    'literal-marks': ({ marks }) =>
      `It contains ${list(marks.map((mark) => MARKS[mark]))}: the form took them as part of the text. Enter the value without them.`,
    'one-level-too-deep': ({ name }) =>
      `The record is at ${name} instead: the form appends the domain automatically, so enter the short name.`,
  },
  differences: {
    changed: (tag, expected, found) => `${tag} is "${found}", expected "${expected}"`,
    missing: (tag, expected) => `${named(tag, expected)} is missing`,
    added: (tag, _, found) => `${named(tag, found)} is not in the template`,
    key: (tag) => `${tag}= does not hold the expected key`,
    repeated: (tag) => `${tag}= is written more than once`,
    misplaced: (tag) => `${tag}= is not the first tag`,
    syntax: (_tag, _expected, found) => `"${found}" is not valid here`,
  },
  furtherDifferences: (count) => `${count} more`,
  exact: (subject) => `${subject} matches the template.`,
  equivalent: (subject) => `${subject} means the same as the template, written differently.`,
  extra: (subject, differences) =>
    differences === ''
      ? `${subject} does what the template asks, and more.`
      : `${subject} does what the template asks, and more: ${differences}.`,
  different: (domain, record, differences) =>
    differences === ''
      ? `${domain}: ${TITLES[record]} does not match the template.`
      : `${domain}: ${TITLES[record]} does not match the template: ${differences}.`,
  multiple: (domain, record) => `${domain} has too many ${TITLES[record]} records.`,
  missing: {
    mx: (domain) => `${domain} has no MX record: its mail is not delivered here.`,
    spf: (domain) => `${domain} has no SPF record.`,
    dkim: (domain, name) => `${domain} has no DKIM key at ${name}: its signatures cannot be verified.`,
    dmarc: (domain, name) => `${domain} has no DMARC record at ${name}.`,
    'dmarc-report': (domain, name, zone) =>
      `${zone} does not permit DMARC reports about ${domain}: there is no record at ${name}, so receivers send none.`,
  },
  replaceMx: 'Replace the existing MX records.',
  replace: 'Replace the existing record.',
  keeps: (terms) => `The record to publish keeps ${terms}.`,
  unknown: {
    'key-not-given': (subject) =>
      `${subject} could not be compared: the template has no key (variable "key"). ${SET_THE_KEY}`,
    'key-not-published': (subject, { name }) =>
      `${subject} could not be compared: ${name} publishes no key to compare with. ${SET_THE_KEY}`,
    'keys-published': (subject, { name, count }) =>
      `${subject} could not be compared: ${name} publishes ${count} keys. ${SET_THE_KEY}`,
    'key-lookup': (subject, { lookup }) =>
      `${subject} could not be compared: ${lookupFailureIn('en', lookup)}, so there is no key to compare with. ${SET_THE_KEY}`,
    lookup: (subject, { lookup, nameServers }) => {
      const failed = `${subject} is unknown: ${lookupFailureIn('en', lookup)}.`;
      if (nameServers.length === 0) return failed;
      return `${failed} The domain's own name servers do answer (${list(nameServers)}): the fault is in our resolver or in the zone's DNSSEC.`;
    },
  },
};
