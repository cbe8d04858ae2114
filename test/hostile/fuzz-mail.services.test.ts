/**
 * Parsers of strangers' bytes, on changed samples: none throws, none takes long. Seeded, so that a failure can be repeated;
 * VIGIE_FUZZ_SECONDS is how long each has (an hour by command, half a second in the suite).
 */
import { describe, expect, test } from 'vitest';
import { readBounce, unreadableBounce } from '../../src/checks/mail/bounce.ts';
import { excessOf, headerOf } from '../../src/checks/mail/header.ts';
import { hopFromHeaders } from '../../src/checks/mail/hop.ts';
import { partsOf } from '../../src/checks/mail/mime.ts';
import { queueIdOf } from '../../src/checks/mail/submission.ts';
import { newToken, tokensIn } from '../../src/checks/mail/token.ts';
import { Transcript } from '../../src/checks/mail/transcript.ts';
import { decodeReply, encodeQuestion, extract, negativeTtl } from '../../src/dns/wire.ts';
import { answer, txt } from '../../src/sandbox/dns/answer.ts';
import { threadMs } from '../support/cpu-time.ts';
import { fuzz, MAX_MS, MS } from './fuzzing.ts';
import { HOSTILE_BODIES, HOSTILE_HEADERS } from './messages.ts';

const messages = [...Object.values(HOSTILE_HEADERS), ...Object.values(HOSTILE_BODIES)].map((make) =>
  Buffer.from(`${make(3_000)}X-Vigie-Token: ${newToken('fuzz', 0)}\r\n\r\nbody\r\n`, 'latin1'),
);
const question = { name: 'a.example', type: 'TXT', recursive: true, edns: true } as const;
const zone = {
  'a.example': [
    txt('v=spf1 -all'),
    txt('x'.repeat(2_000)),
    { type: 'MX', priority: 1, exchange: 'b.example' },
    { type: 'CNAME', domain: 'c.example' },
  ],
  'b.example': [{ type: 'A', address: '192.0.2.1' }],
} as const;
const dnsMessages = (['TXT', 'MX', 'CNAME', 'SOA', 'A'] as const).flatMap((type) => {
  const said = answer(encodeQuestion(7, { ...question, type }), 'tcp', { zone, apexes: ['example'] });
  return said ? [said] : [];
});

describe('changed samples', () => {
  test.each([
    [
      'of messages',
      messages,
      (bytes: Buffer) => {
        excessOf(bytes);
        headerOf(bytes);
        hopFromHeaders(bytes, ['mx.example', 'b']);
        partsOf(bytes);
        readBounce(bytes, new Date(0));
        unreadableBounce(bytes, 't', new Date(0));
        tokensIn(bytes.toString('latin1'));
      },
    ],
    [
      'of answers of a relay',
      [
        '250-x\r\n250-STARTTLS\r\n250 SIZE 1\r\n',
        '250 2.0.0 Ok: queued as 4ABC\r\n',
        '354 go\r\n',
        '334 VXNl\r\n',
      ].map((text) => Buffer.from(text)),
      (bytes: Buffer) => {
        const transcript = new Transcript();
        const text = bytes.toString('latin1').slice(0, 65_536);
        transcript.logger.debug!({ tnx: 'client' }, 'EHLO x');
        transcript.logger.debug!({ tnx: 'server' }, text);
        expect(typeof transcript.offered('STARTTLS')).toBe('boolean');
        expect(transcript.handshaking).toBe(false);
        queueIdOf(text);
      },
    ],
    [
      'of answers of a name server',
      dnsMessages,
      (bytes: Buffer) => {
        const reply = decodeReply(bytes.subarray(0, 65_535), 7, question);
        if (!reply) return;
        extract(reply, 'a.example', 'TXT');
        extract(reply, 'a.example', 'MX');
        negativeTtl(reply);
      },
    ],
  ])(
    '%s neither throw nor take long',
    (_name, samples, parse) => {
      expect(samples.length).toBeGreaterThan(0);
      const { inputs, longest } = fuzz(samples, parse);
      expect(inputs).toBeGreaterThan(3);
      expect(longest).toBeLessThan(MAX_MS);
    },
    MS * 2 + 20_000,
  );
});

describe('a name server that sends', () => {
  /** A header with a number of answers, and what follows the question. */
  function reply(answers: number, rest: Buffer): Buffer {
    const asked = encodeQuestion(7, { ...question, edns: false });
    asked.writeUInt16BE(0x8180, 2);
    asked.writeUInt16BE(answers, 6);
    return Buffer.concat([asked, rest]);
  }
  const record = (name: Buffer, data: Buffer) => {
    const fixed = Buffer.from([0, 16, 0, 1, 0, 0, 0, 0, 0, 0]);
    fixed.writeUInt16BE(data.length, 8);
    return Buffer.concat([name, fixed, data]);
  };

  test.each([
    ['a pointer to itself', reply(1, record(Buffer.from([0xc0, 27]), Buffer.from([1, 65])))],
    ['pointers to each other', reply(1, record(Buffer.from([0xc0, 29, 0xc0, 27]), Buffer.from([1, 65])))],
    ['a pointer behind the end', reply(1, record(Buffer.from([0xff, 0xff]), Buffer.from([1, 65])))],
    ['more answers than there are', reply(65_535, record(Buffer.from([0xc0, 12]), Buffer.from([1, 65])))],
    [
      'thousands of answers with long names',
      reply(
        4_500,
        Buffer.concat([
          record(
            Buffer.concat([
              ...Array.from({ length: 3 }, () => Buffer.concat([Buffer.from([63]), Buffer.alloc(63, 97)])),
              Buffer.from([0]),
            ]),
            Buffer.from([1, 65]),
          ),
          ...Array.from({ length: 4_499 }, () => record(Buffer.from([0xc0, 27]), Buffer.from([1, 65]))),
        ]),
      ),
    ],
    [
      'a string that is longer than its record',
      reply(1, record(Buffer.from([0xc0, 12]), Buffer.from([255, 65]))),
    ],
    [
      '60 kB of TXT',
      reply(
        1,
        record(
          Buffer.from([0xc0, 12]),
          Buffer.concat(
            Array.from({ length: 234 }, () => Buffer.concat([Buffer.from([255]), Buffer.alloc(255, 65)])),
          ),
        ),
      ),
    ],
  ])('%s is read soon', (_name, bytes) => {
    const begun = threadMs();
    const read = decodeReply(bytes, 7, question);
    if (read) extract(read, 'a.example', 'TXT');
    expect(threadMs() - begun).toBeLessThan(MAX_MS);
  });
});
