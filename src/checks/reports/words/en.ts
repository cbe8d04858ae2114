import { mailboxFaultIn } from '../../hosts/mailbox-faults.ts';
import { lookupFailureIn } from '../../lookup-failure.ts';
import type { MailboxProblem } from '../causes.ts';
import type { ReportProblem } from '../report.ts';
import type { ReportedSource } from '../result.ts';
import { firstOf, nameOf, type ReportsWords, totals } from './type.ts';

const PROBLEMS: Readonly<Record<ReportProblem, string>> = {
  'too-large': 'it is larger than what is read',
  damaged: 'it is damaged',
  encrypted: 'it is encrypted',
  'empty-archive': 'the archive holds no XML file',
  'not-xml': 'it is not XML',
  'no-report': 'its XML is not an aggregate report',
  doctype: 'it has a document type, which reports do not have',
  'too-deep': 'its elements are nested too deeply',
  'too-many-records': 'it has too many records',
  incomplete: 'reporter, id, domain or dates are missing',
  'implausible-dates': 'its dates are impossible',
};

const MECHANISMS = { dkim: 'DKIM', spf: 'SPF' } as const;

const more = (rest: number) => ` and ${rest} more`;
const messages = (n: number) => `${n} ${n === 1 ? 'message' : 'messages'}`;
const further = (domains: readonly string[]) =>
  `The same for ${domains.length} further ${domains.length === 1 ? 'domain' : 'domains'}: ${firstOf(domains, more)}.`;
const share = (part: number, of: number) => `${part} of ${messages(of)}`;
const listed = (sources: readonly ReportedSource[]) => firstOf(sources.map(nameOf), more);
const reported = ([first]: readonly ReportedSource[]) =>
  first === undefined || first.detail === ''
    ? ''
    : ` ${firstOf(first.reporters, more)} found: ${first.detail}.`;

function mailboxProblem(problem: MailboxProblem): string {
  switch (problem.id) {
    case 'resolver':
      return lookupFailureIn('en', problem.lookup);
    case 'unreachable':
      return mailboxFaultIn('en', problem);
    case 'login-refused':
      return `the login was refused${problem.response === null ? '' : ` ("${problem.response}")`}. It was tried once; check the user and the password, or the access token`;
    case 'no-folder':
      return `it has no folder "${problem.folder}", or this user may not open it`;
    case 'lost':
      return `the connection was lost: ${problem.detail}`;
  }
}

export const en: ReportsWords = {
  kind: 'reports',
  service: {
    name: 'Mail as others receive it',
    works: 'Other providers accept mail from the domains as authentic.',
    slow: 'Other providers accept mail from the domains; some reports should be looked at.',
    broken: 'Other providers refuse mail from some domains as not authentic.',
  },
  sources: {
    own: 'ours',
    known: 'known',
    forwarder: 'forwarded',
    sender: 'other sender',
    stranger: 'stranger',
  },
  progress: (doing) =>
    doing.id === 'opening'
      ? 'opening the reports'
      : `${doing.done} of ${doing.of} messages or files, ${doing.reports} new reports`,
  summary: (result) => {
    const { ours, messages: all, pass, others } = totals(result);
    if (result.reports === 0) return 'no reports';
    const count = result.domains.length + result.moreDomains;
    return `${result.reports} ${result.reports === 1 ? 'report' : 'reports'} on ${count} ${count === 1 ? 'domain' : 'domains'}: ${pass} of ${messages(all)}${ours ? ' of our own and known servers' : ''} pass DMARC${others > 0 ? `; ${others} from others` : ''}`;
  },
  findings: {
    'reports-own-fails': (cause) =>
      'domains' in cause
        ? further(cause.domains)
        : `${cause.domain}: ${share(cause.failing, cause.messages)} from our own servers ${cause.failing === 1 ? 'fails' : 'fail'} DMARC at receivers in the latest two days that were reported${cause.policy === 'reject' ? '; receivers may reject such messages' : ''}. Sent by ${listed(cause.sources)}.${reported(cause.sources)} Check the domain's records and how the relay signs.`,
    'reports-own-mechanism': (cause) =>
      'domains' in cause
        ? further(cause.domains)
        : `${cause.domain}: ${share(cause.failing, cause.messages)} from our own servers ${cause.failing === 1 ? 'fails' : 'fail'} ${MECHANISMS[cause.mechanism]} at receivers and ${cause.failing === 1 ? 'passes' : 'pass'} DMARC by ${MECHANISMS[cause.mechanism === 'dkim' ? 'spf' : 'dkim']} alone. Sent by ${listed(cause.sources)}.${reported(cause.sources)}`,
    'reports-other-sender': (cause) =>
      'domains' in cause
        ? further(cause.domains)
        : `${cause.domain}: ${messages(cause.messages)} passed DMARC from servers that are neither ours nor known: ${listed(cause.sources)}.${reported(cause.sources)} If they may send as the domain, add them to known; if not, correct the SPF record or withdraw the key.`,
    'reports-strangers-delivered': (cause) =>
      'domains' in cause
        ? further(cause.domains)
        : `${cause.domain}: somebody else sends as the domain, and receivers delivered ${share(cause.delivered, cause.messages)} that fail DMARC${cause.policy === null ? '' : ` (policy: ${cause.policy})`}. Sent by ${listed(cause.sources)}.${reported(cause.sources)}${cause.policy === 'reject' ? '' : ' With the policy "reject" receivers would refuse them.'}`,
    'reports-strangers-stopped': ({ messages: all, domains, moreDomains }) =>
      `Receivers stopped ${messages(all)} that strangers sent as ${firstOf(
        domains.map(({ domain, messages: its }) => `${domain} (${its})`),
        () => '',
        domains.length,
      )}${moreDomains > 0 ? more(moreDomains) : ''}. Nothing is to be done.`,
    'reports-stopped': ({ domains, all, days }) =>
      all
        ? `No report has arrived for ${days} days, on any of the ${domains.length} domains that had reports regularly (${firstOf(domains, more)}). Check the mailbox, rua in the domains' DMARC records, and the record that authorizes reports to this address.`
        : `No report has arrived for ${days} days on ${firstOf(domains, more)}, which had reports regularly. Check rua in the DMARC record, and whether the domain still sends mail.`,
    'reports-none': ({ days, messages: seen }) =>
      `There is no report of the last ${days} days; ${seen === 0 ? 'nothing new is in the mailbox' : `${messages(seen)} in the mailbox held none`}. Receivers send the first one to two days after the domains publish rua. Check folder, rua and the record that authorizes reports to this address.`,
    'reports-unreadable': ({ count, examples }) =>
      `${count} ${count === 1 ? 'report' : 'reports'} could not be read: ${examples
        .slice(0, 3)
        .map(
          ({ sender, file, problem }) =>
            `${file || 'an attachment'}${sender === '' ? '' : ` from ${sender}`} (${PROBLEMS[problem]})`,
        )
        .join(', ')}${count > 3 ? more(count - 3) : ''}.`,
    'reports-waiting': ({ messages: waiting }) =>
      `${messages(waiting)} in the mailbox ${waiting === 1 ? 'is' : 'are'} left for the next run (atOnce).`,
    'reports-mailbox': ({ host, port, user, problem }) =>
      `Cannot read the mailbox of ${user} at ${host}:${port}: ${mailboxProblem(problem)}.`,
    'reports-host-unresolved': ({ host, lookup }) =>
      `The addresses of ${host} (own or known) are not known: ${lookup === null ? 'it has no address in the DNS' : lookupFailureIn('en', lookup)}. No source was judged.`,
    'reports-store': ({ file, problem }) =>
      `The file that keeps reports cannot be used: ${file} (${problem}). Set store to a file that Vigie may write.`,
    'reports-file': ({ path, code }) => `${path} cannot be read (${code}).`,
  },
};
