/** Why a mailbox could not be opened, as data. */
import type { ImapFlowError } from 'imapflow';
import { HostError } from '../hosts/host.ts';
import { mailboxFaultOf } from '../hosts/mailbox-faults.ts';
import type { MailCauseOf } from './causes.ts';
import { InboxError, type InboxFailure } from './inbox.ts';

/** What a server says is shown up to here. */
export const MAX_DETAIL = 500;

/** Whose mailbox it is. */
export type MailboxName = Pick<MailCauseOf<'mailbox-lost'>, 'host' | 'port' | 'user' | 'reads'>;

/** The finding for what connecting or logging in rejected with. */
export function inboxError(mailbox: MailboxName, error: ImapFlowError | HostError): InboxError {
  return new InboxError(openingFailure(mailbox, error));
}

function openingFailure(mailbox: MailboxName, error: ImapFlowError | HostError): InboxFailure {
  if (error instanceof HostError) {
    const { failure } = error;
    if (failure.problem === 'resolver') {
      return { id: 'resolver-failed', ...mailbox, lookup: failure.lookup };
    }
    const reason = failure.problem === 'no-address' ? 'no-address' : 'other';
    return { id: 'mailbox-unreachable', ...mailbox, reason, detail: error.message };
  }
  if (error.authenticationFailed) {
    return {
      id: 'mailbox-login-refused',
      ...mailbox,
      response: error.responseText?.slice(0, MAX_DETAIL) ?? null,
    };
  }
  return { id: 'mailbox-unreachable', ...mailbox, ...mailboxFaultOf(error) };
}
