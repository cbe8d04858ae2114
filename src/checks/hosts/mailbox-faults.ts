/** What may be wrong with a mailbox that is read by IMAP, and the words for it. */
import type { Language } from '../../base/language.ts';
import { CERTIFICATE_FAULTS, certificateFault, certificateWords } from '../../net/certificate-faults.ts';

export const MAILBOX_FAULTS = [
  'no-address',
  'refused',
  'silent',
  'no-greeting',
  'tls-silent',
  'tls',
  'no-answer',
  'too-much',
  ...CERTIFICATE_FAULTS.map((fault) => `certificate-${fault}` as const),
  'other',
] as const;
export type MailboxFault = (typeof MAILBOX_FAULTS)[number];

type Said = Readonly<Record<Exclude<MailboxFault, `certificate-${string}`>, (detail: string) => string>>;

const WORDS: Readonly<Record<Language, Said & { readonly certificate: (fault: string) => string }>> = {
  en: {
    'no-address': () => 'its name has no address in the DNS',
    refused: () => 'it refuses the connection',
    silent: () => 'it does not accept the connection in time',
    'no-greeting': () => 'it accepts the connection but sends no greeting',
    'tls-silent': () => 'the TLS handshake did not end in time',
    tls: (detail) => `the TLS handshake failed: ${detail}`,
    'no-answer': () => 'it does not answer in time',
    'too-much': () => 'it sends more than is read',
    other: (detail) => detail,
    certificate: (fault) => `its certificate is not accepted: ${fault}`,
  },
  fr: {
    'no-address': () => 'son nom n’a pas d’adresse dans le DNS',
    refused: () => 'il refuse la connexion',
    silent: () => 'il n’accepte pas la connexion à temps',
    'no-greeting': () => 'il accepte la connexion mais n’envoie pas de message d’accueil',
    'tls-silent': () => 'la négociation TLS ne s’est pas terminée à temps',
    tls: (detail) => `la négociation TLS a échoué : ${detail}`,
    'no-answer': () => 'il ne répond pas à temps',
    'too-much': () => 'il envoie plus que ce qui est lu',
    other: (detail) => detail,
    certificate: (fault) => `son certificat n’est pas accepté : ${fault}`,
  },
};

/** `it refuses the connection`, as part of a sentence. */
export function mailboxFaultIn(
  language: Language,
  { reason, detail }: { readonly reason: MailboxFault; readonly detail: string },
): string {
  const words = WORDS[language];
  const fault = CERTIFICATE_FAULTS.find((one) => reason === `certificate-${one}`);
  if (fault) return words.certificate(certificateWords[language][fault](detail));
  return words[reason as keyof Said](detail);
}

/** What a server says is shown up to here. */
const MAX_DETAIL = 500;

/** What an error of imapflow or Node says is wrong with a mailbox that cannot be opened. */
export function mailboxFaultOf(error: Error & { readonly code?: string | undefined }): {
  reason: MailboxFault;
  detail: string;
} {
  const code = error.code ?? '';
  const certificate = certificateFault(code);
  // Its code says more than OpenSSL's sentence.
  if (certificate) return { reason: `certificate-${certificate}`, detail: code };
  const reason = FAULTS[code] ?? (TLS_CODE.test(code) ? 'tls' : 'other');
  return { reason, detail: error.message.slice(0, MAX_DETAIL) };
}

/** The codes of imapflow and Node. */
const FAULTS: Readonly<Record<string, MailboxFault>> = {
  ECONNREFUSED: 'refused',
  CONNECT_TIMEOUT: 'silent',
  GREETING_TIMEOUT: 'no-greeting',
  UPGRADE_TIMEOUT: 'tls-silent',
  ETIMEDOUT: 'no-answer',
  ETIMEOUT: 'no-answer',
  LineTooLarge: 'too-much',
  LiteralTooLarge: 'too-much',
  ResponseTooLarge: 'too-much',
  TooManyResponses: 'too-much',
  TooManyTokens: 'too-much',
  MAX_IMAP_NESTING_REACHED: 'too-much',
};

/** Codes of OpenSSL and Node for what went wrong in a handshake. */
const TLS_CODE = /SSL|TLS|^EPROTO$/;
