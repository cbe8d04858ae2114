import { list } from '../../../base/words.ts';
import { lookupFailureIn } from '../../lookup-failure.ts';
import type { SpfFlaw } from '../../records/spf.ts';
import { spfFaultIn } from '../../records/spf-fault.ts';
import type { DroppedTerm, Note } from '../notes.ts';
import type { ZoneRecordKind } from '../result.ts';
import { droppedTerms, named, type RecordWords } from './record.ts';
import { publishedBy } from './zone.ts';

const TITLES: Readonly<Record<ZoneRecordKind, string>> = {
  mx: 'MX',
  spf: 'SPF',
  dkim: 'DKIM',
  dmarc: 'DMARC',
  'dmarc-report': 'DMARC report',
};
const SET_THE_KEY = 'Set the variable "key" to the key that the relay signs with.';
const MARKS = { 'quotation-mark': 'quotation marks', backslash: 'backslashes' };
const FLAWS: Readonly<Record<SpfFlaw, string>> = {
  'byte-order-mark': 'an invisible character (byte order mark) before it',
  'leading-space': 'a space before it',
  'odd-space': 'a space that is not the plain one (a no-break space)',
  tab: 'a tab instead of a space',
  'quotation-mark': 'quotation marks in the text',
  backslash: 'backslashes in the text',
  'text-before': 'other text before it',
  version: 'a version that is not "v=spf1" followed by a space',
};
const MX_FAULTS: Readonly<Record<Extract<Note, { id: 'mx-no-host' }>['why'], string>> = {
  address: 'is an address; an MX record must name a host (RFC 1035 3.3.9).',
  priority: 'begins with the priority, which has a field of its own.',
  local: 'is each sending machine itself: nothing is delivered.',
  characters: 'contains characters that no host name can have.',
};
const fault = ({ fault }: Pick<DroppedTerm, 'fault'>) => (fault ? spfFaultIn('en', fault) : 'permerror');
const failure = ({ lookup }: Pick<DroppedTerm, 'lookup'>) =>
  lookup ? lookupFailureIn('en', lookup) : 'a lookup failed';
const DROPPED: Readonly<Record<DroppedTerm['why'], (term: DroppedTerm) => string>> = {
  'everybody-passes': () => 'everybody would pass SPF by it',
  permerror: (term) => `with it receivers cannot evaluate the record: ${fault(term)}`,
  lookup: (term) => `it could not be evaluated: ${failure(term)}`,
  'relay-refused': () => 'with it the relay does not pass',
  invalid: () => 'it is not valid SPF',
  ptr: () => 'RFC 7208 5.5 advises against it',
  void: () => 'its lookup finds nothing',
  'no-pass': () => 'it lets nobody pass',
  untried: () => 'there are too many terms',
};
const WITHHELD: typeof DROPPED = {
  ...DROPPED,
  'everybody-passes': () => 'everybody would pass SPF by it',
  permerror: (term) => `receivers cannot evaluate it: ${fault(term)}`,
  'relay-refused': () => 'it does not let the relay pass',
};

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
    'null-mx-beside': () =>
      'The null MX ("0 .") must not stand beside other MX records (RFC 7505 3): it states that the domain accepts no mail. Remove it.',
    'repeated-host': ({ hosts }) => `${list(hosts)} is listed more than once, which has no effect.`,
    'missing-dot': ({ found, host }) =>
      `${found} is ${host} without its last dot: the name of the zone was appended to it. Enter "${host}.", with the dot at its end.`,
    'mx-alias': ({ host, target }) =>
      `${host} is an alias (CNAME) of ${target}; an MX record must name a host itself (RFC 2181 10.3).`,
    'mx-no-host': ({ host, why }) => `"${host}" ${MX_FAULTS[why]}`,
    'several-spf': ({ count, same }) =>
      same
        ? `The same record is published ${count} times; receivers then use none (RFC 7208 4.5).`
        : `There are ${count} SPF records; receivers then use none (RFC 7208 4.5). Merge them into one.`,
    'split-strings': () => 'It is split into strings.',
    'after-all': ({ terms }) => `${list(terms)} after "all" is never evaluated.`,
    'invalid-term': () => 'One term that is not SPF makes the whole record invalid (RFC 7208 4.6).',
    'glued-terms': ({ term, parts }) => `A space is missing in "${term}". Correct is "${parts.join(' ')}".`,
    'misspelt-term': ({ term, instead }) =>
      `"${term}" is no term of SPF, so the whole record is invalid (RFC 7208 4.6). Correct is "${instead}".`,
    'idle-modifier': ({ term, instead }) =>
      `"${term}" is valid and has no effect: receivers ignore it (RFC 7208 6). Probably "${instead}" was meant.`,
    'joined-strings': ({ term, parts }) =>
      `The record is published in several strings, which are joined without a space (RFC 7208 3.3): that makes "${term}" one term. Correct is "${parts.join(' ')}".`,
    'prefix-too-long': ({ term, most }) =>
      `The prefix length in "${term}" is not valid: at most /${most} (RFC 7208 5.6). The whole record is invalid by it.`,
    'no-address': ({ term, instead }) =>
      instead === null
        ? `"${term}" does not hold an IP address of its family. The whole record is invalid by it.`
        : `"${term}" does not hold an IP address of its family. Correct is "${instead}".`,
    'not-spf': ({ flaws }) =>
      `Receivers do not take it for SPF: there ${flaws.length === 1 && /^an? |^other /.test(FLAWS[flaws[0]!]) ? 'is' : 'are'} ${list(flaws.map((flaw) => FLAWS[flaw]))}. The text has to begin with "v=spf1 " (RFC 7208 4.5).`,
    'type-spf': ({ record }) =>
      `There is a record of type SPF (99), "${record}"; receivers ask for type TXT alone (RFC 7208 3.1). Publish it as TXT.`,
    'everybody-passes': ({ terms, addresses }) =>
      `Everybody passes SPF by ${list(terms)}: even ${list(addresses)}, from where nobody sends, would pass. Anybody can send as this domain.`,
    'terms-dropped': ({ terms }) => `The record to publish leaves out ${list(droppedTerms(terms, DROPPED))}.`,
    'advice-withheld': (note) =>
      `No record is advised, because of the template's own record: ${WITHHELD[note.why]({ term: '', ...note })}.`,
    'too-many-lookups': ({ count, most }) =>
      `It needs ${count} lookups; receivers give up after ${most} (RFC 7208 4.6.4).`,
    permerror: ({ fault }) => `Receivers cannot evaluate it (permerror): ${spfFaultIn('en', fault)}.`,
    'several-keys': ({ count }) =>
      `There are ${count} TXT records at this name; which one a receiver uses is not defined (RFC 6376 3.6.2.2).`,
    'key-in-pieces': ({ count }) =>
      `The ${count} TXT records at this name are the parts of one record. Publish one record, whose text is split into strings; where the form takes only 255 characters, see whether the zone can be edited as text.`,
    'version-ignored': () =>
      'The key is ignored unless "v=DKIM1" comes first, written exactly so (RFC 6376 3.6.1).',
    'key-absent': () => 'It has no "p=": there is no key in it.',
    'key-revoked': () => 'An empty "p=" states that the key is revoked (RFC 6376 3.6.1).',
    'key-cut-off': ({ length, expected }) => `The key is cut off after ${length} of ${expected} characters.`,
    'key-characters': ({ characters }) => `The key contains characters that no key can have (${characters}).`,
    'key-of-other-size': ({ bits, expected }) => `It is another key, of ${bits} bits instead of ${expected}.`,
    'key-other': () => 'It is another key.',
    'key-unreadable': () => 'The value of "p=" is not a public key of the type that the record states.',
    'key-pkcs1': () =>
      'It is the right key, in PKCS#1 form: some receivers (OpenDKIM) cannot read it. Publish the form that "openssl rsa -pubout" writes.',
    'tag-case': ({ tags }) =>
      `The names of tags are written in lower case (RFC 6376 3.2): receivers ignore ${list(tags.map((tag) => `"${tag}="`))}.`,
    'missing-semicolon': ({ tag, value }) =>
      `A semicolon is missing: "${tag}=" has the value "${value}", in which the next tag begins.`,
    'inherited-policy': ({ name, policy }) =>
      `Until it has one, receivers apply the record at ${name}: its policy for domains below it is "${policy}".`,
    'several-dmarc': ({ count }) =>
      `There are ${count} DMARC records; receivers then use none (RFC 9989 4.10).`,
    'not-dmarc': () => 'Receivers use a record only if it begins with "v=DMARC1", written exactly so.',
    'leading-space': () =>
      'Receivers ignore it because of the space before "v=DMARC1" (RFC 9989 4.7). Publish it without the space.',
    'literal-marks': ({ marks }) =>
      `It contains ${list(marks.map((mark) => MARKS[mark]))}: the form took them as part of the text. Enter the value without them.`,
    'one-level-too-deep': ({ name }) =>
      `The record is at ${name} instead: the form appends the domain automatically, so enter the short name.`,
    'wrong-name': ({ name, right }) =>
      `There is such a record at ${name}, where receivers do not look for it. It belongs at ${right}.`,
    wildcard: ({ name, record }) =>
      `The answer for ${name} comes from a wildcard record: every name there that does not exist has "${publishedBy([record])[0]}". A record of its own replaces it.`,
    alias: ({ name, target }) =>
      `${name} is an alias (CNAME) of ${target}, so what is published there is what counts; no other record can stand beside a CNAME (RFC 2181 10.1). Remove the CNAME before publishing the record.`,
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
  without: (tag, expected) => `it has no ${named(tag, expected)}`,
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
  dotMx: 'In a form that appends the name of the zone, write the host with a dot at its end.',
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
    'spf-lookup': (subject, { lookup }) =>
      `${subject} cannot be evaluated: ${lookupFailureIn('en', lookup)}. Whether it lets only its own senders pass is not known.`,
    lookup: (subject, { lookup, nameServers }) => {
      const failed = `${subject} is unknown: ${lookupFailureIn('en', lookup)}.`;
      if (nameServers.length === 0) return failed;
      return `${failed} The domain's own name servers do answer (${list(nameServers)}): the fault is in our resolver or in the zone's DNSSEC.`;
    },
  },
};
