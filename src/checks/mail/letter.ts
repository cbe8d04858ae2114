/** The test letter: small, plain, and different each time, so that nothing takes it for another. */
import type { Sender } from './options.ts';
import type { Letter } from './submission.ts';
import { TOKEN_HEADER } from './token.ts';

/**
 * Writes a letter. It holds what is easily damaged on the way (a leading dot, a line that begins with
 * `From `) and asks that nobody answers it by machine (RFC 3834).
 */
export function writeLetter(sender: Sender, to: string, token: string, date = new Date()): Letter {
  const domain = domainOf(sender.address);
  const lines = [
    `From: Vigie <${sender.address}>`,
    `To: <${to}>`,
    `Subject: Vigie test letter ${token}`,
    `Date: ${date.toUTCString().replace(/GMT$/, '+0000')}`,
    `Message-ID: <${token}@${domain}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=us-ascii',
    'Content-Transfer-Encoding: 7bit',
    'Auto-Submitted: auto-generated',
    'X-Auto-Response-Suppress: All',
    `${TOKEN_HEADER}: ${token}`,
    '',
    `This letter was sent by a monitor to see whether mail from ${domain} arrives and is believed.`,
    'It is deleted when it has been read. If you find it in a mailbox, it was late, and you may delete it.',
    '',
    '.A line that begins with a dot,',
    'From a line that looks like the start of another letter,',
    `and the token of this one: ${token}`,
    '',
  ];
  const returnPath = sender.returnPath?.replace('{token}', token) ?? sender.address;
  return { token, from: sender.address, to, returnPath, raw: Buffer.from(lines.join('\r\n'), 'ascii') };
}

/** The domain of a mail address, in lower case. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** A letter's header fields in order, names in lower case, values unfolded; and where its body begins. */
export function parseHeader(raw: Buffer): { fields: { name: string; value: string }[]; body: string } {
  const text = raw.toString('latin1');
  const end = /\r?\n\r?\n/.exec(text);
  const head = end ? text.slice(0, end.index) : text;
  const fields = head
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .map((line) => /^([!-9;-~]+)[ \t]*:[ \t]*(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map((match) => ({ name: match[1]!.toLowerCase(), value: match[2]!.trim() }));
  return { fields, body: end ? text.slice(end.index + end[0].length) : '' };
}
