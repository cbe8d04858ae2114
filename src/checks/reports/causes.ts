/** The causes of the findings of a `reports` check, each by its id. */
import { z } from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import type { CauseOf, CauseSchemas } from '../causes.ts';
import { MAILBOX_FAULTS } from '../hosts/mailbox-faults.ts';
import { lookupFailure } from '../lookup-failure.ts';
import { at, text, whole } from '../schema.ts';
import { REPORT_PROBLEMS } from './report.ts';
import { source } from './result.ts';

export const mailboxProblem = z.discriminatedUnion('id', [
  z.object({ id: z.literal('resolver'), lookup: lookupFailure }),
  z.object({ id: z.literal('unreachable'), reason: z.enum(MAILBOX_FAULTS), detail: text }),
  z.object({ id: z.literal('login-refused'), response: text.nullable() }),
  z.object({ id: z.literal('no-folder'), folder: text }),
  z.object({ id: z.literal('lost'), detail: text }),
]);
export type MailboxProblem = Immutable<z.output<typeof mailboxProblem>>;

/** Many findings of one id are reported in full for the first domains; one more names the others. */
const furtherDomains = z.object({ domains: z.array(text) });

const sources = z.array(source).describe('those with the most messages that matter, at most 5');
const ofDomain = { domain: text, sources, messages: whole };

export const reportsCauses = {
  /** Messages from our own servers fail DMARC at receivers. */
  'reports-own-fails': z.union([
    z.object({ ...ofDomain, failing: whole, policy: text.nullable() }),
    furtherDomains,
  ]),
  /** They pass DMARC by one mechanism alone: when that fails as well, mail is refused. */
  'reports-own-mechanism': z.union([
    z.object({ ...ofDomain, failing: whole, mechanism: z.enum(['dkim', 'spf']) }),
    furtherDomains,
  ]),
  /** Somebody who is neither ours nor known passes as the domain. */
  'reports-other-sender': z.union([z.object(ofDomain), furtherDomains]),
  /** Messages of strangers were delivered although they fail. */
  'reports-strangers-delivered': z.union([
    z.object({ ...ofDomain, delivered: whole, policy: text.nullable() }),
    furtherDomains,
  ]),
  /** Advice: strangers tried, and receivers stopped them. */
  'reports-strangers-stopped': z.object({
    messages: whole,
    domains: z.array(z.object({ domain: text, messages: whole })).describe('at most 5'),
    moreDomains: whole,
  }),
  /** Reports came regularly, and then none. */
  'reports-stopped': z.object({
    domains: z.array(text),
    all: z.boolean().describe('about every domain that had reports regularly'),
    latest: at.describe('when the latest report about one of them came'),
    days: whole,
  }),
  'reports-none': z.object({ days: whole, messages: whole }),
  /** Attachments that are reports and could not be read. */
  'reports-unreadable': z.object({
    count: whole,
    examples: z
      .array(z.object({ sender: text, file: text, problem: z.enum(REPORT_PROBLEMS) }))
      .describe('the newest, at most 5'),
  }),
  /** Advice: the next run reads on. */
  'reports-waiting': z.object({ messages: whole }),
  'reports-mailbox': z.object({ host: text, port: whole, user: text, problem: mailboxProblem }),
  /** A host of `own` or `known` has no address, or could not be looked up; no source was judged. */
  'reports-host-unresolved': z.object({
    host: text,
    lookup: lookupFailure.nullable().describe('null: it has no address'),
  }),
  'reports-store': z.object({ file: text, problem: text.describe('in the words of the system') }),
  'reports-file': z.object({ path: text, code: text }),
} satisfies CauseSchemas;

export type ReportsCause = CauseOf<typeof reportsCauses>;
