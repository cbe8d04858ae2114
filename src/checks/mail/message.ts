/** The test message: small, plain, and different each time, so that nothing takes it for another. */
import type { Sender } from './options.ts';
import { TOKEN_HEADER } from './token.ts';

export interface TestMessage {
  readonly token: string;
  /** The From address. */
  readonly from: string;
  readonly to: string;
  /** MAIL FROM; where bounces go. */
  readonly returnPath: string;
  readonly raw: Buffer;
}

/** What may differ between messages; the rest all have in common. */
export interface Content {
  /** The From field's value, folded where it is long. */
  readonly from?: string;
  /** Comes after the usual subject. */
  readonly subject?: string;
  /** Further header fields, those of the body's type among them. */
  readonly header: readonly string[];
  /** The lines of the body. */
  readonly body: readonly string[];
}

/**
 * Writes a test message. It holds what is easily damaged in transit (a leading dot, a line that begins with
 * `From `) and asks that no machine answers it (RFC 3834).
 */
export function writeMessage(sender: Sender, to: string, token: string, date = new Date()): TestMessage {
  const domain = domainOf(sender.address);
  return compose(sender, to, token, date, {
    header: ['Content-Type: text/plain; charset=us-ascii', 'Content-Transfer-Encoding: 7bit'],
    body: [
      ...introduction(domain),
      '.A line that begins with a dot,',
      'From a line that looks like the start of another message,',
      `and the token of this one: ${token}`,
    ],
  });
}

/** What whoever finds a test message has to know. */
export function introduction(domain: string): string[] {
  return [
    `A monitor sent this test message to check that mail from ${domain} is delivered and authenticated.`,
    'It is deleted once it has been read. If you find it in a mailbox, it was late, and you may delete it.',
    '',
  ];
}

/** A message with this content. */
export function compose(
  sender: Sender,
  to: string,
  token: string,
  date: Date,
  { from = `Vigie <${sender.address}>`, subject = '', header, body }: Content,
): TestMessage {
  const lines = [
    `From: ${from}`,
    `To: <${to}>`,
    `Subject: Vigie test message ${token}${subject}`,
    `Date: ${date.toUTCString().replace(/GMT$/, '+0000')}`,
    `Message-ID: <${token}@${domainOf(sender.address)}>`,
    'MIME-Version: 1.0',
    ...header,
    'Auto-Submitted: auto-generated',
    'X-Auto-Response-Suppress: All',
    `${TOKEN_HEADER}: ${token}`,
    '',
    ...body,
    '',
  ];
  const returnPath = sender.returnPath?.replace('{token}', token) ?? sender.address;
  return { token, from: sender.address, to, returnPath, raw: Buffer.from(lines.join('\r\n'), 'utf8') };
}

/** The domain of a mail address, in lower case. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
