/** What a mail run found (the `mail` key of a run): plain data, times in milliseconds. */
import { z } from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import { certificate } from '../certificate.ts';
import { at, flag, ms, text, whole } from '../schema.ts';
import { dkimReason, dmarcReason, spfReason } from './reasons.ts';
import { SHAPES } from './shape-names.ts';

/** The keywords of RFC 8601 2.7; `temperror` always means that it is undecided. */
export const AUTH_RESULTS = [
  'pass',
  'fail',
  'softfail',
  'neutral',
  'none',
  'policy',
  'temperror',
  'permerror',
] as const;
export type AuthResult = (typeof AUTH_RESULTS)[number];

/**
 * How far the submission got: `accepted` the relay took the message; `refused` it rejected it for good (5xx); `deferred` it
 * rejected it for now (4xx); `uncertain` the connection ended after DATA without an answer; `failed` there was no
 * session to send it in; `unknown` it could not be tried (our resolver, our network, our configuration).
 */
export const SUBMISSION_STATES = [
  'accepted',
  'refused',
  'deferred',
  'uncertain',
  'failed',
  'unknown',
] as const;
export type SubmissionState = (typeof SUBMISSION_STATES)[number];

const submission = z.strictObject({
  state: z.enum(SUBMISSION_STATES),
  host: text,
  port: whole,
  address: text.nullable().describe('the address that was connected to; null before that'),
  response: text.nullable().describe('the last answer of the relay that mattered'),
  queueId: text.nullable(),
  tls: z.strictObject({ protocol: text, cipher: text }).nullable(),
  certificate: certificate.nullable(),
  startedAt: at,
  ms: z
    .strictObject({
      dns: ms.nullable(),
      connect: ms.nullable(),
      tls: ms.nullable().describe('the TLS handshake with its STARTTLS command'),
      auth: ms.nullable(),
      accept: ms.nullable().describe('MAIL, RCPT and DATA up to the answer after the message'),
    })
    .describe('milliseconds of each step; null for a step that was not finished'),
});

/** How a message arrived. */
const delivery = z.strictObject({
  ms: ms.describe('from the relay’s acceptance (or the end of the submission) to the arrival'),
  wholeMs: ms.describe('from the start of the submission to the arrival'),
  receivedAt: at,
  clientIp: text
    .nullable()
    .describe('who handed it to the receiving server; null where that could not be seen'),
  helo: text.nullable(),
  encrypted: flag.nullable().describe('whether that last hop was; null where that could not be seen'),
  tls: text
    .nullable()
    .exactOptional()
    .describe('the version of TLS of that hop; null where that could not be seen'),
  size: whole,
  junkFolder: text.exactOptional().describe('the folder for spam, where it was sorted into it'),
});

/** A report that the message could not be delivered (RFC 3464). */
export const bounce = z.strictObject({
  action: text.describe('`failed`, `delayed`, …'),
  status: text.nullable().describe('RFC 3463, such as 5.7.1; null where the report has none'),
  diagnostic: text.nullable().describe('what the refusing server said'),
  remoteMta: text.nullable(),
  reportingMta: text.nullable(),
  receivedAt: at,
});

const verdict = {
  result: z.enum(AUTH_RESULTS),
  reason: text.describe('why it is not `pass`, in English; empty where there is no more to say'),
};
const cause = 'the reason as data; null without one, absent in runs of earlier versions';

export const dkim = z.strictObject({
  ...verdict,
  cause: dkimReason.nullable().exactOptional().describe(cause),
  domain: text.nullable(),
  selector: text.nullable(),
  algorithm: text.nullable(),
  bits: whole.nullable(),
  aligned: flag.describe('the signing domain is exactly the From domain'),
  keyMatchesZone: flag
    .nullable()
    .describe('the key that signed is the one that the zone publishes; null when that is not known'),
  fromOversigned: flag
    .nullable()
    .describe('From is signed once more than it occurs, so that none can be added (RFC 6376 8.15)'),
  bodyLimit: whole.nullable().describe('body bytes covered by an `l=` tag; null without one'),
  signatures: whole.describe('how many the message had'),
});

export const spf = z.strictObject({
  ...verdict,
  cause: spfReason.nullable().exactOptional().describe(cause),
  domain: text.nullable().describe('that was asked: of MAIL FROM, or of HELO for a null sender'),
  clientIp: text.nullable(),
  aligned: flag.describe('that domain is exactly the From domain'),
  record: text.nullable(),
});

export const dmarc = z.strictObject({
  ...verdict,
  cause: dmarcReason.nullable().exactOptional().describe(cause),
  policy: text.nullable().describe('that applies to the From domain'),
  alignedBy: z
    .array(z.enum(['dkim', 'spf']))
    .describe('by which mechanisms the From domain is authenticated strictly (exact domain)'),
  record: text.nullable(),
});

/** What the receiving server found out, in the words of its Authentication-Results; null for what it does not mention. */
const receiverVerdict = z.strictObject({
  authservId: text.nullable().describe('the name under which it wrote them; null where it left that out'),
  dkim: text.nullable(),
  spf: text.nullable(),
  dmarc: text.nullable(),
  arc: text.nullable(),
});

/** One test message of a run. What was not reached is null. */
export const message = z.strictObject({
  from: text,
  to: text,
  token: text.describe('what the message is known by'),
  submission,
  delivery: delivery.nullable(),
  bounce: bounce.nullable(),
  dkim: dkim.nullable(),
  spf: spf.nullable(),
  dmarc: dmarc.nullable(),
  receiver: receiverVerdict
    .exactOptional()
    .describe('what the server of the mailbox found out; absent where it wrote nothing that is trusted'),
});

/** A message of an earlier run that arrived after that run had given up on it. */
/** A test message that arrived more than once. */
export const repeatedMessage = z.strictObject({
  token: text,
  sentAt: at,
  copies: whole,
  apartMs: ms.describe('between the first and the last'),
  identical: flag
    .nullable()
    .describe(
      'whether the copies are the same to the byte; null where they were not compared (in a mailbox)',
    ),
});

export const lateMessage = z.strictObject({ token: text, sentAt: at, receivedAt: at, lateMs: ms });

/** What came of an attempt that a correctly configured relay refuses. */
const probe = z.strictObject({
  name: z.enum(['stranger', 'foreign-envelope', 'foreign-from']),
  result: z
    .enum(['refused', 'unsigned', 'accepted', 'signed', 'unknown'])
    .describe('`refused` and `unsigned` are expected'),
  response: text.nullable(),
});

/** What became of a message of one shape, at the latest test of it. */
const shapeResult = z.strictObject({
  shape: z.enum(SHAPES),
  testedAt: at,
  became: z
    .enum(['signed', 'unsigned', 'lost', 'unknown'])
    .describe('`signed`: it arrived, with a signature of its domain that verifies'),
});

/** An address that the relay sends from, as receivers see it. */
const relayAddress = z.strictObject({
  address: text,
  seen: flag.describe('a test message came from it; false: only the DNS says that the relay has it'),
  names: z.array(text).describe('of its PTR records, at most 5'),
  confirmed: flag
    .nullable()
    .describe('one of these names leads back to the address; null where it could not be looked up'),
  helo: text.nullable().describe('the name that the relay gave from there; null where it was not seen'),
  heloAddresses: z
    .array(text)
    .nullable()
    .describe('where that name leads, in the family of the address; null where it could not be looked up'),
  tls: text.nullable().describe('the version of TLS that it used'),
});

/** Why the answers of a block list are of no use; `ok` where they are. */
export const BLOCKLIST_STATES = [
  'ok',
  'refused',
  'test-point-missing',
  'lists-everything',
  'unreachable',
] as const;

/** What a DNS block list says of the relay's addresses, or of the senders' domains. */
const blocklist = z.strictObject({
  list: text,
  about: z.enum(['addresses', 'domains']),
  state: z.enum(BLOCKLIST_STATES).describe('`refused`: the list does not answer our resolver'),
  listed: z.array(
    z.strictObject({
      subject: text,
      codes: z.array(text).describe('addresses of 127.0.0.0/8; the list says what each means'),
      text: text.nullable().describe('the explanation of the list'),
    }),
  ),
});

export const mailResult = z.strictObject({
  via: z.enum(['mx', 'imap']).describe('how messages were received'),
  letters: z.array(message).describe('the test messages'),
  late: z.array(lateMessage),
  repeated: z
    .array(repeatedMessage)
    .exactOptional()
    .describe('that arrived more than once, in this run or since the one before; absent where none did'),
  probes: z.array(probe),
  shapes: z
    .array(shapeResult)
    .exactOptional()
    .describe('messages of real shape; those of an earlier run until the next test'),
  blocklists: z.array(blocklist).exactOptional().describe('absent where none is configured'),
  identity: z
    .array(relayAddress)
    .exactOptional()
    .describe('the public addresses of the relay; absent where none is known'),
});

export type MailResult = Immutable<z.output<typeof mailResult>>;
export type BlocklistResult = Immutable<z.output<typeof blocklist>>;
export type RelayAddress = Immutable<z.output<typeof relayAddress>>;
export type ShapeResult = Immutable<z.output<typeof shapeResult>>;
export type Submission = Immutable<z.output<typeof submission>>;
/** Milliseconds of each step; null for a step that was not finished. */
export type SubmissionTimes = Submission['ms'];
export type Delivery = Immutable<z.output<typeof delivery>>;
export type Bounce = Immutable<z.output<typeof bounce>>;
export type DkimVerdict = Immutable<z.output<typeof dkim>>;
export type SpfVerdict = Immutable<z.output<typeof spf>>;
export type DmarcVerdict = Immutable<z.output<typeof dmarc>>;
export type MessageResult = Immutable<z.output<typeof message>>;
export type ReceiverVerdict = Immutable<z.output<typeof receiverVerdict>>;
export type RepeatedMessage = Immutable<z.output<typeof repeatedMessage>>;
export type LateMessage = Immutable<z.output<typeof lateMessage>>;
export type ProbeResult = Immutable<z.output<typeof probe>>;
