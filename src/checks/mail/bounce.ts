/** Reads reports that a message could not be delivered (RFC 3464), and whose message they are about. */
import { type HeaderField, headerOf } from './header.ts';
import { partsOf } from './mime.ts';
import type { Bounce } from './result.ts';
import { tokensIn } from './token.ts';

/** Larger reports are not about our messages, which are small. */
const MAX_BYTES = 1_000_000;
/** Of one report; ours have one recipient. */
const MAX_GROUPS = 50;

/** A delivery status notification with the tokens of the messages that it is about. */
export interface BounceReport {
  readonly tokens: readonly string[];
  readonly bounce: Bounce;
}

/** Whom mail servers write as, and what they call a message that was not delivered, or not yet. */
const DAEMON = /mailer[- ]daemon|post_?master@|mail delivery|^\s*<>\s*$/i;
const FAILURE =
  /fail|undeliver|returned|not delivered|could not be|error sending|delivery (?:status|report|problem|error)/i;
const DELAY = /delay|warning|not yet/i;
/** Amazon's relay reports by a notification of its own, in JSON. */
const NOTIFIER = /@sns\.amazonaws\.com\b/i;
/** Some write as nobody who could be answered, and return the message (KDDI). */
const NO_REPLY = /\b(?:no|do-?not)-?reply@/i;
const NOTIFIED = /"notificationType\\?"\s*:\s*\\?"(\w+)/;
/** What a text says that reports a failure, or quotes one. */
const FAILED =
  /undeliver|not (?:be )?deliver|could not|fail|error|unknown user|user unknown|no such user|did not reach|unknown recipient|(?:^|[\s:(#])[45]\d\d[ -]|\b[45]\.\d{1,3}\.\d{1,3}\b/i;
/** Where prose says why: further down there is the message that is returned. */
const MAX_PROSE_LINES = 100;
const MAX_VALUE = 1_000;

/** How a message reports on another: by RFC 3464, in prose of its own, perhaps in such (its text has to show it); null: not at all. */
export function reportForm(header: readonly HeaderField[]): 'rfc3464' | 'prose' | 'perhaps' | null {
  const fieldOf = (name: string) =>
    header.find((field) => field.name === name)?.value.slice(0, MAX_VALUE) ?? '';
  const contentType = fieldOf('content-type');
  if (/^multipart\/report\b/i.test(contentType)) {
    // Read receipts (RFC 8098) and reports on abuse and DMARC (RFC 5965) have the same type.
    const type = /;\s*report-type\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1]?.toLowerCase();
    return type === undefined || type === 'delivery-status' ? 'rfc3464' : null;
  }
  if (fieldOf('x-failed-recipients') !== '') return 'prose';
  const from = fieldOf('from');
  const subject = decodedWords(fieldOf('subject'));
  if (NOTIFIER.test(from)) return 'perhaps';
  // A test message of such a sender has its token in the subject.
  const returns = /^multipart\/mixed\b/i.test(contentType) && tokensIn(subject).length === 0;
  if (NO_REPLY.test(from) && returns) return 'perhaps';
  if (DAEMON.test(from)) return FAILURE.test(subject) || DELAY.test(subject) ? 'prose' : 'perhaps';
  const answer =
    /auto-replied/i.test(fieldOf('auto-submitted')) || fieldOf('x-ms-exchange-inbox-rules-loop') !== '';
  return nobody(header) && !answer ? 'perhaps' : null;
}

/** It came from nobody: those who answer by machine do so as well, but who sends a message does not (RFC 5321 4.5.5). */
function nobody(header: readonly HeaderField[]): boolean {
  const returnPath = header.find(({ name }) => name === 'return-path')?.value;
  return returnPath !== undefined && /^<?\s*>?$/.test(returnPath);
}

/** The encoded words of a header field (RFC 2047), as far as their character set is known here. */
export function decodedWords(value: string): string {
  return value.replace(
    /=\?([\w-]{1,40})\?([bq])\?([^?\s]{0,300})\?=/gi,
    (word, charset: string, how: string, text: string) => {
      const bytes =
        how.toLowerCase() === 'b'
          ? Buffer.from(text, 'base64')
          : Buffer.from(
              text
                .replace(/_/g, ' ')
                .replace(/=([0-9A-F]{2})/gi, (_, hex: string) =>
                  String.fromCharCode(Number.parseInt(hex, 16)),
                ),
              'latin1',
            );
      try {
        return new TextDecoder(charset).decode(bytes);
      } catch {
        return word;
      }
    },
  );
}

/** A bounce that is recognised by the address that it was sent to alone; null for receipts, answers and reports of other kinds. */
export function unreadableBounce(raw: Buffer, token: string, receivedAt: Date): BounceReport | null {
  const header = headerOf(raw);
  const fieldOf = (name: string) =>
    header.find((field) => field.name === name)?.value.slice(0, MAX_VALUE) ?? '';
  const other = /^multipart\/report\b/i.test(fieldOf('content-type')) && reportForm(header) === null;
  if (other || /auto-replied/i.test(fieldOf('auto-submitted'))) return null;
  return { tokens: [token], bounce: proseBounce(raw, fieldOf('subject'), receivedAt) };
}

/** The lines of prose that may say why. */
function proseOf(raw: Buffer): string[] {
  const parts = partsOf(raw);
  const prose = parts.find(({ type }) => type === 'text/plain' || type === 'text/html') ?? parts[0];
  const text = prose?.text ?? '';
  return text.slice(0, 50_000).split('\n').slice(0, MAX_PROSE_LINES);
}

function showsFailure(raw: Buffer): boolean {
  const lines = proseOf(raw).map((line) => line.slice(0, MAX_VALUE));
  const notified = NOTIFIED.exec(lines.join('\n'))?.[1];
  return notified === undefined ? lines.some((line) => FAILED.test(line)) : notified === 'Bounce';
}

/** What prose says: the first answer with a code of a permanent failure, and a status where there is one. */
function proseBounce(raw: Buffer, subject: string, receivedAt: Date): Bounce {
  const lines = proseOf(raw);
  const line = lines.find((one) => /(?:^|[\s:>])[45]\d\d[ -]/.test(one.slice(0, MAX_VALUE)));
  const diagnostic = line?.slice(0, MAX_VALUE).replace(/\s+/g, ' ').trim() ?? null;
  const status =
    /(?:^|[\s#(:-])([45]\.\d{1,3}\.\d{1,3})\b/.exec(lines.join('\n').slice(0, 20_000))?.[1] ?? null;
  const delayed = DELAY.test(subject) && !FAILURE.test(subject);
  return {
    action: delayed ? 'delayed' : 'failed',
    status,
    diagnostic,
    remoteMta: null,
    reportingMta: null,
    receivedAt: receivedAt.toISOString(),
  };
}

/** Reads a report that a message was not delivered; null when it is none, or about no message of anybody's here. */
export function readBounce(raw: Buffer, receivedAt: Date): BounceReport | null {
  if (raw.length > MAX_BYTES) return null;
  const header = headerOf(raw);
  const form = reportForm(header);
  if (form === null) return null;
  const plain = tokensIn(raw.toString('latin1'));
  // Some encode what they return.
  const tokens =
    plain.length > 0
      ? plain
      : tokensIn(
          partsOf(raw)
            .map(({ text }) => text)
            .join('\n'),
        );
  if (tokens.length === 0) return null;
  if (form !== 'rfc3464') {
    if (form === 'perhaps' && !showsFailure(raw)) return null;
    const subject = decodedWords(header.find(({ name }) => name === 'subject')?.value ?? '');
    return { tokens, bounce: proseBounce(raw, subject, receivedAt) };
  }
  const [message, ...recipients] = statusGroups(raw);
  const recipient =
    recipients.find((group) => tokensIn([...group.values()].join(' ')).length > 0) ?? recipients[0];
  return {
    tokens,
    bounce: {
      action: recipient?.get('action')?.toLowerCase() ?? 'failed',
      status: recipient?.get('status')?.split(/\s/)[0] ?? null,
      diagnostic: withoutType(recipient?.get('diagnostic-code')),
      remoteMta: withoutType(recipient?.get('remote-mta')),
      reportingMta: withoutType(message?.get('reporting-mta')),
      receivedAt: receivedAt.toISOString(),
    },
  };
}

/** The groups of fields of the machine-readable part: the first about the message, then one per recipient. */
function statusGroups(raw: Buffer): Map<string, string>[] {
  const part = partsOf(raw).find(({ type }) => /^message\/(?:global-)?delivery-status$/.test(type));
  const groups = (part?.text ?? '')
    .split(/\r?\n[ \t]*\r?\n/, MAX_GROUPS * 20)
    .filter((group) => group.trim() !== '')
    .slice(0, MAX_GROUPS);
  return groups.map((group) => fieldsOf(headerOf(Buffer.from(group.trimStart()))));
}

function fieldsOf(header: readonly HeaderField[]): Map<string, string> {
  return new Map(header.map(({ name, value }) => [name, value.slice(0, MAX_VALUE).replace(/\s+/g, ' ')]));
}

/** `smtp; 554 5.7.1 No` → `554 5.7.1 No`; `dns; mx.example` → `mx.example`. */
function withoutType(value: string | undefined): string | null {
  return value?.replace(/^[A-Za-z0-9-]+;\s*/, '').trim() || null;
}
