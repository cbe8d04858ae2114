/** How mail gets in, in English. */

import { instantInUtc } from '../../../base/instants.ts';
import { counted } from '../../../base/words.ts';
import type { Sentences } from '../../wording.ts';
import type { FurtherDomains } from '../causes.ts';
import type { DirectoryProblem } from '../directory-problem.ts';
import type { InboundCause, UnreachableProblem } from '../inbound/causes.ts';
import type { UsersCause } from '../users/causes.ts';

const REASONS: Readonly<Record<UnreachableProblem, string>> = {
  refused: 'refuses connections to port 25',
  silent: 'does not answer at port 25',
  'no-host': 'cannot be reached (no such host)',
  reset: 'resets connections to port 25',
  network: 'cannot be reached from this machine',
  'no-address': 'has no address in the DNS',
  'no-smtp': 'does not answer as a mail server at port 25',
};
const OURS: ReadonlySet<UnreachableProblem> = new Set(['silent', 'no-host', 'network']);

const flat = (text: string) => text.replace(/\s+/g, ' ').trim();

export function inboundEn(
  further: (cause: FurtherDomains) => string,
  directory: (url: string, base: string, problem: DirectoryProblem) => string,
): Sentences<InboundCause | UsersCause> {
  return {
    'zone-users-refused': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.host} refuses ${cause.refused} of ${cause.tested === 1 ? '1 address' : `${cause.tested} addresses`} that the directory has of users at ${cause.domain} (${cause.codes.join(', ')}): these users get no mail. Create the mailboxes or aliases, or correct the directory. ${cause.file === null ? 'The list of them could not be written; see the log.' : `They are listed in ${cause.file}, and nowhere else.`}`,
    'zone-users-unread': ({ url, base, problem }) =>
      `The users' addresses could not be read: ${problem.id === 'empty' ? `${url} has none below ${base} with ${problem.filter}.` : directory(url, base, problem)}`,
    'zone-postmaster-refused': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.host} refuses mail to postmaster@${cause.domain}, an address that every domain with mail must have (RFC 5321 4.5.1). It answered: "${flat(cause.response)}".`,
    'zone-mx-domain-unknown': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.host} is the mail server of ${cause.domain} and does not serve it: all its mail is refused. Add the domain there, or remove it from the list. It answered: "${flat(cause.response)}".`,
    'zone-mx-accepts-all': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.host} accepts a made-up recipient of ${cause.domain}: mail to misspelt addresses gets lost or bounces later to forged senders. Let it refuse recipients that it does not have.`,
    'zone-mx-not-listed': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.host} serves ${cause.domain}, which is configured here and which the directory does not list. Add it to the directory, or remove it from the mail server and from here.`,
    'zone-mx-unreachable': ({ host, address, problem, domainCount }) =>
      `The mail server ${host}${address === null ? '' : ` (${address})`} of ${counted(domainCount, 'domain')} ${REASONS[problem]}.${OURS.has(problem) ? ' Where outgoing port 25 is blocked, as many networks do, run Vigie elsewhere or leave out "inbound".' : ''}`,
    'zone-mx-unasked': ({ host, response, domainCount }) =>
      `The mail server ${host} of ${counted(domainCount, 'domain')} does not talk to us, so nothing is known of its recipients.${response === null ? '' : ` It answered: "${flat(response)}".`}`,
    'zone-mx-starttls': ({ host, starttls }) =>
      starttls === 'absent'
        ? `The mail server ${host} does not offer STARTTLS: mail reaches it unencrypted.`
        : `The mail server ${host} offers STARTTLS, but the handshake fails: some servers deliver unencrypted, others not at all.`,
    'zone-mx-certificate': ({ host, certificate, reason }) =>
      reason === 'expiring'
        ? `The certificate of the mail server ${host} expires in ${certificate.daysLeft} days (${certificate.validTo && instantInUtc(certificate.validTo)}).`
        : `The mail server ${host} has a certificate that strict senders (MTA-STS) reject: ${certificate.problem} (for ${certificate.names.join(', ') || certificate.name}).`,
  };
}
