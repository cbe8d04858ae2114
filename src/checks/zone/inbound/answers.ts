/** What a refusal of a recipient says: about the recipient, the domain, or us. */
import type { SmtpReply } from '../../hosts/smtp-client.ts';
import type { RecipientAnswer } from './result.ts';

/** About who connects: lists of addresses, names, greetings, senders. Says nothing about the recipient. */
const ABOUT_US =
  /client host|blocked|block ?list|black ?list|spamhaus|spamcop|barracuda|\bhelo\b|\behlo\b|reverse|rdns|\bptr\b|your (?:ip|host|server)|sender address|sender verif|reputation|\b5\.7\.(?:2[0-9]|[05-9])\b/i;
/** The server does not serve the domain: postfix, Exim, sendmail, OpenSMTPD, Exchange, Stalwart. */
const NOT_SERVED =
  /relay|\b5\.1\.2\b|(?:unknown|no such|invalid) domain|domain (?:is )?(?:not|unknown)|not (?:a )?local domain|unrouteable|invalid recipient: (?:no such )?domain/i;
/** The server serves the domain, and has no such recipient. */
const NO_RECIPIENT =
  /\b5\.1\.[016]\b|\b5\.2\.[12]\b|(?:unknown|no such|invalid|non-?existent) (?:user|recipient|mailbox|address|local)|(?:user|recipient|mailbox|address|account)[^.]{0,60}(?:unknown|rejected|unavailable|not (?:found|exist|known)|does not exist|disabled)|no mailbox/i;

/**
 * @param others whether the server has accepted another recipient of ours in the same session: then a refusal is not about us
 */
export function recipientAnswer({ code, text }: SmtpReply, others: boolean): RecipientAnswer {
  if (code >= 200 && code < 300) return 'accepted';
  // Greylisting, an overload, a limit: another time.
  if (code < 500) return 'unknown';
  if (ABOUT_US.test(text) && !others) return 'unknown';
  if (NOT_SERVED.test(text)) return 'domain-unknown';
  if (NO_RECIPIENT.test(text)) return 'refused';
  return others ? 'refused' : 'unknown';
}
