/** What the header of a message in a mailbox says about it: whether it is ours, and whether it is about one of ours. */
import { decodedWords, reportForm } from './bounce.ts';
import type { HeaderField } from './header.ts';
import { TOKEN_HEADER, tokensIn } from './token.ts';

/** The header fields that are read of each message. */
export const SORTED_BY = [
  TOKEN_HEADER.toLowerCase(),
  'content-type',
  'from',
  'to',
  'delivered-to',
  'x-original-to',
  'envelope-to',
  'return-path',
  'subject',
  'auto-submitted',
  'x-ms-exchange-inbox-rules-loop',
  'in-reply-to',
  'x-failed-recipients',
];
const RECIPIENTS = ['to', 'delivered-to', 'x-original-to', 'envelope-to'];

export type Sorted =
  /** A test message. */
  | { readonly kind: 'message'; readonly token: string }
  /** A report whose body, or recipient, says which message it is about. */
  | { readonly kind: 'report' }
  | { readonly kind: 'other' };

/** Sorts a message by its header. The token is looked for in its own field, the recipients, and the subject. */
export function sortMessage(header: readonly HeaderField[]): Sorted {
  const valuesOf = (name: string) => header.filter((field) => field.name === name).map(({ value }) => value);
  const [own] = tokensIn(valuesOf(TOKEN_HEADER.toLowerCase()).join(' '));
  if (own !== undefined) return { kind: 'message', token: own };
  if (reportForm(header) !== null) return { kind: 'report' };
  const [token] = tokensIn([...RECIPIENTS, 'subject'].flatMap(valuesOf).join(' '));
  if (token === undefined) return { kind: 'other' };
  return answers(valuesOf) ? { kind: 'other' } : { kind: 'message', token };
}

/** What a filter writes before a subject, with a colon behind it. */
const MARK = /spam|junk|extern|caution|warning|suspect|virus/i;

/** An answer to a test message, or a receipt for it (RFC 8098), has its subject and its recipient, but is none. */
function answers(valuesOf: (name: string) => readonly string[]): boolean {
  if (valuesOf('in-reply-to').some((value) => tokensIn(value).length > 0)) return true;
  if (valuesOf('auto-submitted').some((value) => /auto-replied/i.test(value))) return true;
  if (valuesOf('content-type').some((value) => /^multipart\/report\b/i.test(value))) return true;
  // "Re:", "Réponse automatique :", "Abwesend:", "Read:", … in whatever language.
  return valuesOf('subject').some((value) => {
    const prefix = /^[^:[\]*{}]{1,40}(?=:)/.exec(decodedWords(value.slice(0, 500)).trimStart())?.[0];
    return prefix !== undefined && !MARK.test(prefix);
  });
}
