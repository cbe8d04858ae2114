/** Messages of the shapes that people and programs send: what a relay and its signer do to a short plain one proves little. */
import { compose, domainOf, introduction, type TestMessage } from './message.ts';
import type { Sender } from './options.ts';
import type { Shape } from './shape-names.ts';

/** Longer than any line of SMTP may be (RFC 5321 4.5.3.1.6); HTML from editors and shops has such. */
const LONG = 3_000;
/** Of an attachment, in bytes: several lines of base64. */
const ATTACHED = 4_096;
const REFERENCES = 60;
const WORDS =
  'Une très longue conversation sur les élèves, le château, la fête de Noël et les réponses à tout';

type Writer = (sender: Sender, to: string, token: string, date: Date) => TestMessage;

const PLAIN = ['Content-Type: text/plain; charset=us-ascii', 'Content-Transfer-Encoding: 7bit'];

/** A plain message with another From field. */
function withFrom(write: (address: string) => string): Writer {
  return (sender, to, token, date) =>
    compose(sender, to, token, date, {
      from: write(sender.address),
      header: PLAIN,
      body: introduction(domainOf(sender.address)),
    });
}

const WRITERS: Readonly<Record<Shape, Writer>> = {
  'eight-bit': (sender, to, token, date) =>
    compose(sender, to, token, date, {
      header: ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit'],
      body: [...introduction(domainOf(sender.address)), `${WORDS} – à bientôt.`],
    }),
  'long-line': (sender, to, token, date) =>
    compose(sender, to, token, date, {
      header: ['Content-Type: text/html; charset=us-ascii', 'Content-Transfer-Encoding: 7bit'],
      body: [`<p>${introduction(domainOf(sender.address)).join(' ')}</p><p>${filled('word ', LONG)}</p>`],
    }),
  'long-header': (sender, to, token, date) => {
    const domain = domainOf(sender.address);
    const ids = Array.from(
      { length: REFERENCES },
      (_, index) => `<${index}.earlier.message.of.a.long.thread@${domain}>`,
    );
    return compose(sender, to, token, date, {
      // As programs write it that do not fold: one line each.
      subject: `: ${filled('a long subject of a long thread, ', 1_200)}`,
      header: [`References: ${ids.join(' ')}`, ...PLAIN],
      body: introduction(domain),
    });
  },
  attachment: (sender, to, token, date) => {
    const boundary = `=_${token}`;
    const data = Buffer.alloc(ATTACHED, 'An attachment of a test message. ').toString('base64');
    return compose(sender, to, token, date, {
      header: [`Content-Type: multipart/mixed; boundary="${boundary}"`],
      body: [
        `--${boundary}`,
        ...PLAIN,
        '',
        ...introduction(domainOf(sender.address)),
        `--${boundary}`,
        'Content-Type: application/octet-stream; name="test.bin"',
        'Content-Transfer-Encoding: base64',
        'Content-Disposition: attachment; filename="test.bin"',
        '',
        ...(data.match(/.{1,76}/g) ?? []),
        `--${boundary}--`,
      ],
    });
  },
  html: (sender, to, token, date) => {
    const boundary = `=_${token}`;
    const text = introduction(domainOf(sender.address));
    return compose(sender, to, token, date, {
      header: [`Content-Type: multipart/alternative; boundary="${boundary}"`],
      body: [
        `--${boundary}`,
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        ...text,
        'Caf=C3=A9 =E2=80=93 a line that is=',
        ' folded',
        '',
        `--${boundary}`,
        'Content-Type: text/html; charset=utf-8',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        '<html><body><p style=3D"color: black">',
        ...text,
        'Caf=C3=A9</p></body></html>',
        `--${boundary}--`,
      ],
    });
  },
  'from-quoted': withFrom((address) => `"Vigie, the \\"monitor\\"" <${address}>`),
  'from-encoded': withFrom((address) => `=?utf-8?Q?Vigie_=E2=80=93_v=C3=A9rification?= <${address}>`),
  'from-bare': withFrom((address) => address),
  'from-comment': withFrom((address) => `${address} (Vigie)`),
  'from-folded': withFrom(
    (address) => `"Vigie, which tests whether mail is delivered and authenticated"\r\n <${address}>`,
  ),
};

/** Writes a message of this shape. */
export function writeShape(
  shape: Shape,
  sender: Sender,
  to: string,
  token: string,
  date = new Date(),
): TestMessage {
  return WRITERS[shape](sender, to, token, date);
}

function filled(words: string, length: number): string {
  return words
    .repeat(Math.ceil(length / words.length))
    .slice(0, length)
    .trimEnd();
}
