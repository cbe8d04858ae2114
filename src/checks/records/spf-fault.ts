/** Why an SPF record cannot be evaluated: mailauth's texts as data, and in words. */
import { z } from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import type { Language } from '../../base/language.ts';
import { text } from '../schema.ts';

/** The name that mailauth puts before what it says of SPF. */
export const VERIFIER_NAME = 'vigie.invalid';

/** Faults of an SPF record that need no more data than their name. */
export const SPF_RECORD_FAULTS = [
  'too-many-lookups',
  'too-many-void-lookups',
  'invalid-characters',
  'unexpected-value',
] as const;
/** Faults of an SPF record that are about one name or term in it. */
export const SPF_TERM_FAULTS = [
  'several-records',
  'no-record',
  'invalid-name',
  'unknown-mechanism',
  'invalid-include',
  'invalid-redirect',
  'repeated-modifier',
  'invalid-modifier',
  'invalid-term',
  'invalid-prefix-length',
  'missing-domain',
  'invalid-domain',
  'invalid-macro',
] as const;

export const spfFault = z.discriminatedUnion('code', [
  z.strictObject({ code: z.enum(SPF_RECORD_FAULTS) }),
  z.strictObject({ code: z.enum(SPF_TERM_FAULTS), of: text.describe('the name or term that is at fault') }),
  z
    .strictObject({ code: z.literal('unrecognised'), raw: text })
    .describe('mailauth reported something that the table does not know'),
]);
export type SpfFault = Immutable<z.output<typeof spfFault>>;

type Reading = readonly [pattern: RegExp, fault: (of: string) => SpfFault];

const SPF_ERRORS: readonly Reading[] = [
  [/^Too many DNS requests$/, () => ({ code: 'too-many-lookups' })],
  [/^Too many void DNS results$/, () => ({ code: 'too-many-void-lookups' })],
  [/^DNS response includes invalid characters$/, () => ({ code: 'invalid-characters' })],
  [/^Unexpected value for "all"$/, () => ({ code: 'unexpected-value' })],
  [/^multiple SPF records found for (.+)$/, (of) => ({ code: 'several-records', of })],
  [/^no SPF records found for (.+)$/, (of) => ({ code: 'no-record', of })],
  [/^Invalid domain (.+)$/, (of) => ({ code: 'invalid-name', of })],
  [/^Unknown mechanism "?(.+?)"?$/, (of) => ({ code: 'unknown-mechanism', of })],
  [/^Invalid include target (.*)$/, (of) => ({ code: 'invalid-include', of })],
  [/^Invalid redirect target (.*)$/, (of) => ({ code: 'invalid-redirect', of })],
  [/^more than 1 (\S+) found$/, (of) => ({ code: 'repeated-modifier', of })],
  [/^Invalid modifier name "(.*)"$/, (of) => ({ code: 'invalid-modifier', of })],
  [/^Invalid "(.+)" term$/, (of) => ({ code: 'invalid-term', of })],
  [/^Invalid CIDR length "(.*)"$/, (of) => ({ code: 'invalid-prefix-length', of })],
  [/^Missing domain-spec for "(.+)"$/, (of) => ({ code: 'missing-domain', of })],
  [/^Invalid domain-spec "(.*)"$/, (of) => ({ code: 'invalid-domain', of })],
  [/^Empty domain-spec$/, () => ({ code: 'invalid-domain', of: '' })],
  [
    /^((?:Invalid|Unknown|Unexpected|Unterminated)\b.*\bmacro\b.*)$/i,
    (of) => ({ code: 'invalid-macro', of }),
  ],
  [/^(Macro letter .+)$/, (of) => ({ code: 'invalid-macro', of })],
];

/**
 * What mailauth's comment on an evaluation that failed stands for.
 * @param sender whom it was asked about, which it repeats in the comment
 */
export function spfFaultOf(comment: string, sender: string): SpfFault {
  const raw = withoutPrefix(comment, sender);
  for (const [pattern, fault] of SPF_ERRORS) {
    const match = pattern.exec(raw);
    if (match) return fault(match[1] ?? '');
  }
  return { code: 'unrecognised', raw };
}

/** mailauth's text without what it puts before each: its own name and whom it was asked about. */
function withoutPrefix(comment: string, sender: string): string {
  for (const kind of ['permanent error', 'error']) {
    const prefix = `${VERIFIER_NAME}: ${kind} in processing during lookup of ${sender}: `;
    if (comment.startsWith(prefix)) return comment.slice(prefix.length);
  }
  return comment;
}

type OfRecord = Readonly<Record<(typeof SPF_RECORD_FAULTS)[number], string>>;
type OfTerm = Readonly<Record<(typeof SPF_TERM_FAULTS)[number], (of: string) => string>>;
interface Words {
  readonly record: OfRecord;
  readonly term: OfTerm;
  readonly unrecognised: (raw: string) => string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    record: {
      'too-many-lookups': 'it needs more than 10 DNS lookups',
      'too-many-void-lookups': 'more than 2 of its DNS lookups find nothing',
      'invalid-characters': 'the record contains invalid characters',
      'unexpected-value': '"all" takes no value',
    },
    term: {
      'several-records': (of) => `multiple SPF records found for ${of}`,
      'no-record': (of) => `no SPF record found for ${of}`,
      'invalid-name': (of) => `invalid domain name ${of}`,
      'unknown-mechanism': (of) => `unknown mechanism "${of}"`,
      'invalid-include': (of) => `invalid target of include: "${of}"`,
      'invalid-redirect': (of) => `invalid target of redirect: "${of}"`,
      'repeated-modifier': (of) => `more than one "${of}"`,
      'invalid-modifier': (of) => `invalid modifier "${of}"`,
      'invalid-term': (of) => `invalid "${of}" term`,
      'invalid-prefix-length': (of) => `invalid prefix length "${of}"`,
      'missing-domain': (of) => `"${of}" needs a domain`,
      'invalid-domain': (of) => `invalid domain "${of}"`,
      'invalid-macro': (of) => `invalid macro (${of})`,
    },
    unrecognised: (raw) => raw || 'no reason given',
  },
  fr: {
    record: {
      'too-many-lookups': 'il demande plus de 10 requêtes DNS',
      'too-many-void-lookups': 'plus de 2 de ses requêtes DNS ne trouvent rien',
      'invalid-characters': 'l’enregistrement contient des caractères invalides',
      'unexpected-value': '« all » ne prend pas de valeur',
    },
    term: {
      'several-records': (of) => `plusieurs enregistrements SPF pour ${of}`,
      'no-record': (of) => `aucun enregistrement SPF pour ${of}`,
      'invalid-name': (of) => `nom de domaine invalide ${of}`,
      'unknown-mechanism': (of) => `mécanisme inconnu « ${of} »`,
      'invalid-include': (of) => `cible d’include invalide : « ${of} »`,
      'invalid-redirect': (of) => `cible de redirect invalide : « ${of} »`,
      'repeated-modifier': (of) => `plus d’un « ${of} »`,
      'invalid-modifier': (of) => `modificateur invalide « ${of} »`,
      'invalid-term': (of) => `terme « ${of} » invalide`,
      'invalid-prefix-length': (of) => `longueur de préfixe invalide « ${of} »`,
      'missing-domain': (of) => `« ${of} » demande un domaine`,
      'invalid-domain': (of) => `domaine invalide « ${of} »`,
      'invalid-macro': (of) => `macro invalide (${of})`,
    },
    unrecognised: (raw) => (raw ? `« ${raw} »` : 'aucune raison donnée'),
  },
};

/** A fault as part of a sentence. */
export function spfFaultIn(language: Language, fault: SpfFault): string {
  const words = WORDS[language];
  if (fault.code === 'unrecognised') return words.unrecognised(fault.raw);
  return 'of' in fault ? words.term[fault.code](fault.of) : words.record[fault.code];
}
