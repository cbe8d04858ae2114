/** A question to the DNS that could not be answered, as data that a finding carries, and in words. */
import { z } from 'zod';
import type { Immutable } from '../base/immutable.ts';
import type { Language } from '../base/language.ts';
import type { DnsError, DnsErrorCode } from '../dns/resolver.ts';
import { DNS_CAUSE_WORDS, DNS_ERROR_WORDS, type DnsCause } from '../dns/types.ts';
import { text } from './schema.ts';

const WORDS: Readonly<Record<Language, Readonly<Record<DnsErrorCode, string>>>> = {
  en: DNS_ERROR_WORDS,
  fr: {
    ENOTFOUND: 'n’existe pas',
    ENODATA: 'n’a pas d’enregistrement de ce type',
    ESERVFAIL: 'n’a pas pu être résolu : le serveur a échoué (SERVFAIL)',
    EREFUSED: 'n’a pas pu être résolu : le serveur refuse de répondre (REFUSED)',
    ETIMEOUT: 'n’a pas pu être résolu : pas de réponse à temps',
    ECONNREFUSED: 'n’a pas pu être résolu : aucun serveur n’écoute à cette adresse (connexion refusée)',
    EBADRESP: 'n’a pas pu être résolu : la réponse était endommagée',
    EFORMERR: 'n’a pas pu être résolu : le serveur n’a pas compris la question (FORMERR)',
    ENOTIMP: 'n’a pas pu être résolu : le serveur ne sait pas répondre à cette question (NOTIMP)',
    EBADNAME: 'n’est pas un nom de domaine que l’on peut demander',
    ECANCELLED: 'n’a pas été résolu : la question a été annulée',
  },
};

const CAUSES: Readonly<Record<Language, Readonly<Record<DnsCause, string>>>> = {
  en: DNS_CAUSE_WORDS,
  fr: {
    dnssec: 'sa signature DNSSEC n’est pas valable',
    'dnssec-expired': 'sa signature DNSSEC a expiré',
    'dnssec-early': 'sa signature DNSSEC n’est pas encore valable',
    blocked: 'il y est bloqué',
    unreachable: 'aucun de ses propres serveurs de noms n’a pu être joint',
  },
};

/** What was asked, of whom, and why there is no answer (codes of `node:dns`). */
export const lookupFailure = z.strictObject({
  code: z.enum(Object.keys(WORDS.en) as [DnsErrorCode, ...DnsErrorCode[]]),
  name: text,
  type: text,
  server: text.nullable().describe('the last server asked, `host:port`; null where none was'),
  because: z
    .enum(Object.keys(CAUSES.en) as [DnsCause, ...DnsCause[]])
    .optional()
    .describe('why the server failed, where it says so (RFC 8914)'),
});
export type LookupFailure = Immutable<z.output<typeof lookupFailure>>;

/** The data of a resolver's error. */
export function failureOf({ code, hostname, rrtype, server, because }: DnsError): LookupFailure {
  return { code, name: hostname, type: rrtype, server, ...(because && { because }) };
}

/** `example.org MX could not be resolved: no answer in time (192.0.2.53:53)`, as part of a sentence. */
export function lookupFailureIn(language: Language, failure: LookupFailure): string {
  const { code, name, type, server, because } = failure;
  const why = because ? `${language === 'fr' ? ' : ' : ': '}${CAUSES[language][because]}` : '';
  return `${name} ${type} ${WORDS[language][code]}${why}${server ? ` (${server})` : ''}`;
}
