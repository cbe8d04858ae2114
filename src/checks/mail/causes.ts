/** The causes of the findings of a `mail` check, each by its id. */
import { z } from 'zod';
import type { CauseOf, CauseSchemas, CommonCause } from '../causes.ts';
import { certificate } from '../certificate.ts';
import { MAILBOX_FAULTS } from '../hosts/mailbox-faults.ts';
import { lookupFailure } from '../lookup-failure.ts';
import { ms, text, whole } from '../schema.ts';
import { dkimReason } from './reasons.ts';
import {
  AUTH_RESULTS,
  BLOCKLIST_STATES,
  bounce,
  dkim,
  dmarc,
  lateMessage,
  message,
  repeatedMessage,
  spf,
} from './result.ts';
import { SHAPES } from './shape-names.ts';

/** Where in a submission something failed. */
export const STAGES = ['connection', 'login', 'letter'] as const;
export type Stage = (typeof STAGES)[number];

/** What of a message may be larger than is read. */
const EXCESSES = ['header-bytes', 'header-lines', 'signatures', 'message-bytes'] as const;

const MX_FAULTS = ['in-use', 'not-permitted', 'not-local', 'other-settings', 'other'] as const;

/** What several test messages met in the same way is one finding, with their number. */
function of<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.object({ ...shape, letters: z.int().exactOptional().describe('how many test messages met it') });
}

/** What was under way when a submission failed. */
const submission = {
  from: text,
  host: text,
  port: whole,
  stage: z.enum(STAGES),
  response: text.nullable().describe('the last answer of the relay that mattered'),
  certificate: certificate.exactOptional(),
};
/** An address that was resolved and could not be connected to. */
const addresses = z.array(text).describe('the addresses of the relay');
const timeoutMs = ms.describe('how long it had');

const delivered = { from: text, to: text };
const queueId = text.nullable();

const signed = { domain: text, dkim };
const permitted = { domain: text, spf };
const policed = { domain: text, dmarc };

const mailbox = {
  host: text,
  port: whole,
  user: text,
  reads: z.enum(['messages', 'bounces']).describe('what is read from it'),
};

const reply = z.object({ command: text, code: whole, response: text });

/** What went wrong between us and the relay; the same for every message. */
const relayCauses = {
  'resolver-failed': of({
    host: text,
    port: whole,
    lookup: lookupFailure,
    /** Of a mailbox; absent for the relay. */
    user: text.exactOptional(),
    reads: mailbox.reads.exactOptional(),
    from: text.exactOptional(),
    stage: z.enum(STAGES).exactOptional(),
    response: text.nullable().exactOptional(),
  }),
  'relay-no-address': of(submission),
  'relay-unreachable': of({
    ...submission,
    addresses,
    reason: z.enum(['refused', 'silent', 'no-host', 'reset']),
    timeoutMs,
  }),
  network: of({ ...submission, addresses, reason: text.describe('codes or the text of the system') }),
  'relay-silent': of({ ...submission, timeoutMs }),
  'relay-closed': of({ ...submission, detail: text.nullable().describe('null where it just ended') }),
  'relay-no-starttls': of(submission),
  'relay-tls': of({ ...submission, reason: z.enum(['silent', 'closed', 'other']), detail: text }),
  'relay-certificate': of(submission),
  'relay-login-refused': of(submission),
  'relay-deferred': of(submission),
  'relay-refused': of(submission),
} satisfies CauseSchemas;

const deliveryCauses = {
  'relay-certificate-expiring': of({ host: text, certificate }),
  'submission-uncertain': of({ ...delivered, host: text }),
  'submission-unanswered': of({ ...delivered, host: text }),
  'not-delivered': of({
    ...delivered,
    queueId,
    response: text.nullable(),
    notes: z.array(text).describe('what the receiving side logged meanwhile'),
    withinMs: ms,
    via: z.enum(['mx', 'imap']),
  }),
  /** Whether the relay delivered cannot be said: others kept our mail server occupied. */
  'mx-at-capacity': of({ ...delivered, queueId }),
  bounced: of({ ...delivered, bounce, queueId }),
  'sorted-as-spam': of({ ...delivered, folder: text.describe('for spam, as the server calls it') }),
  'slow-delivery': of({ ...delivered, ms, queueId, expectedMs: ms }),
  /** It was not authenticated: it is not what we sent, and a verifier might take minutes for it. */
  'message-too-large': of({ ...delivered, what: z.enum(EXCESSES), found: whole, limit: whole }),
  'delivery-not-encrypted': of({ from: text, clientIp: text.nullable() }),
  'late-letters': of({
    late: z.array(lateMessage).describe('the first 20'),
    count: whole,
    latestMs: ms.describe('of the one that took longest'),
    latestSentAt: text,
  }),
  /** `copies`, `apartMs` and `identical` are those of the message of which most copies came. */
  'delivered-twice': of({ ...repeatedMessage.omit({ token: true }).shape, count: whole }),
} satisfies CauseSchemas;

/** How receivers see the server that sends: names of its addresses, the name that it gives, its TLS. */
const identityCauses = {
  /** `seen`: a test message came from there; otherwise only the DNS says that the relay has the address. */
  'relay-name-missing': z.object({ address: text, seen: z.boolean() }),
  'relay-name-unconfirmed': z.object({ address: text, seen: z.boolean(), names: z.array(text) }),
  'relay-helo': z.object({
    address: text,
    helo: text,
    problem: z.enum(['no-name', 'no-address', 'elsewhere']),
    addresses: z.array(text).describe('where the name leads'),
  }),
  'relay-tls-old': z.object({ address: text, tls: text }),
  'relay-identity-unknown': z.object({ address: text, lookup: lookupFailure }),
  'blocklist-listed': z.object({
    list: text,
    subject: text.describe('an address of the relay, or a domain'),
    codes: z.array(text),
    text: text.nullable().describe('the explanation of the list'),
  }),
  'blocklist-unusable': z.object({
    list: text,
    reason: z.enum(BLOCKLIST_STATES).exclude(['ok']),
    lookup: lookupFailure.exactOptional(),
  }),
} satisfies CauseSchemas;

const authenticationCauses = {
  'from-rewritten': of({ domain: text, from: text, now: text.nullable() }),
  'dkim-unsigned': of(signed),
  'dkim-unknown': of(signed),
  'dkim-body-altered': of({
    ...signed,
    alteredLine: text.nullable().describe('the first line that differs from what was sent'),
  }),
  'dkim-header-altered': of(signed),
  'dkim-wrong-key': of(signed),
  'dkim-no-key': of(signed),
  'dkim-invalid-key': of(signed),
  'dkim-expired': of(signed),
  'dkim-invalid': of(signed),
  'dkim-not-aligned': of(signed),
  'dkim-selector': of({ ...signed, expected: text }),
  'dkim-weak-key': of({ ...signed, minBits: whole }),
  'dkim-key-multiple': of({ ...signed, records: whole }),
  'dkim-testing': of(signed),
  'dkim-body-limit': of(signed),
  'dkim-from-not-oversigned': of(signed),
  'dkim-other-broken': of({
    ...signed,
    other: z
      .object({
        domain: text.nullable(),
        selector: text.nullable(),
        algorithm: text.nullable(),
        result: z.enum(AUTH_RESULTS),
        cause: dkimReason.nullable(),
      })
      .describe('a signature beside the one that counts'),
  }),
  'dkim-clock-ahead': of({ ...signed, aheadMs: ms.describe('the time of the signature, after ours') }),
  'spf-failed': of(permitted),
  'spf-missing': of(permitted),
  'spf-invalid': of(permitted),
  'spf-not-aligned': of(permitted),
  'spf-address-hidden': of(permitted),
  'spf-unknown': of(permitted),
  'dmarc-failed': of(policed),
  'dmarc-missing': of(policed),
  'dmarc-multiple': of({ ...policed, records: whole }),
  'dmarc-not-strict': of(policed),
  'dmarc-policy': of({ ...policed, expected: text }),
  'dmarc-unknown': of(policed),
  'receiver-disagrees': of({
    ...delivered,
    domain: text,
    mechanism: z.enum(['dkim', 'spf', 'dmarc']).describe('that passes for Vigie'),
    result: text.describe('in the words of the receiver'),
    authservId: text.nullable().describe('the name under which it wrote them; null where it left that out'),
    receivedBy: text.describe('the domain of the mailbox'),
  }),
} satisfies CauseSchemas;

/** What becomes of messages that are not short and plain. */
const shape = { domain: text, shape: z.enum(SHAPES), testedAt: text };
const shapeCauses = {
  'shape-dkim-lost': of({
    ...shape,
    dkim,
    alteredLine: text.nullable().describe('the first line that differs from what was sent'),
  }),
  'shape-lost': of({ ...shape, how: z.enum(['refused', 'bounced', 'missing']), response: text.nullable() }),
} satisfies CauseSchemas;

/** What keeps us from seeing what arrives. */
const receivingCauses = {
  'mailbox-unreachable': of({ ...mailbox, reason: z.enum(MAILBOX_FAULTS), detail: text }),
  'mailbox-login-refused': of({ ...mailbox, response: text.nullable() }),
  'mailbox-lost': of({ ...mailbox, detail: text }),
  'mx-not-listening': of({ address: text, reason: z.enum(MX_FAULTS), detail: text }),
  configuration: of({
    key: text.describe('in the configuration'),
    path: text.exactOptional(),
    reason: z.enum(['pair-incomplete', 'no-file', 'not-permitted', 'unreadable', 'no-public-key']),
    detail: text.exactOptional(),
  }),
} satisfies CauseSchemas;

const probeCauses = {
  'relay-open': of({ host: text, port: whole, replies: z.array(reply) }),
  'foreign-from-believed': of({
    name: z.enum(['foreign-envelope', 'foreign-from']),
    letter: message,
    login: text.describe('the account'),
    by: z
      .array(z.object({ mechanism: z.enum(['dkim', 'spf']), domain: text.nullable() }))
      .describe('how the foreign domain was authenticated'),
  }),
  'probe-inconclusive': of({
    name: z.enum(['stranger', 'foreign-envelope', 'foreign-from']),
    host: text,
    port: whole,
    /** Of the attempt without a login. */
    replies: z.array(reply).exactOptional(),
    response: text.nullable().exactOptional(),
    /** Of an attempt in another's name. */
    letter: message.exactOptional(),
    login: text.exactOptional(),
  }),
} satisfies CauseSchemas;

export const mailCauses = {
  ...relayCauses,
  ...deliveryCauses,
  ...identityCauses,
  ...authenticationCauses,
  ...shapeCauses,
  ...receivingCauses,
  ...probeCauses,
} satisfies CauseSchemas;

export type MailCause = CauseOf<typeof mailCauses>;
/** The cause with this id. */
export type MailCauseOf<Id extends MailCause['id']> = Extract<MailCause, { readonly id: Id }>;

/** Causes that every message meets alike: whose it was does not make it another. */
const SHARED: ReadonlySet<string> = new Set(Object.keys(relayCauses));

/** What two findings have in common when they are about the same thing. */
export function identityOf(cause: MailCause | CommonCause): string {
  return JSON.stringify(SHARED.has(cause.id) ? { ...cause, from: undefined } : cause);
}

/** The same cause, met by this many test messages. */
export function withCount<Cause extends MailCause | CommonCause>(cause: Cause, letters: number): Cause {
  // What may happen to a run of any kind is not counted.
  return cause.id in mailCauses ? { ...cause, letters } : cause;
}
