/**
 * What a mailbox answers, and what is verified of a message, on changed samples: nothing but the errors that are meant, nobody
 * waits long, and nothing else waits for it. Seeded, so that a failure can be repeated; VIGIE_FUZZ_SECONDS is how long each has.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Secret } from '../../src/base/units.ts';
import { authenticateMessage } from '../../src/checks/mail/authentication.ts';
import { excessOf } from '../../src/checks/mail/header.ts';
import { openMailbox } from '../../src/checks/mail/imap.ts';
import { InboxError } from '../../src/checks/mail/inbox.ts';
import { newToken, TOKEN_HEADER } from '../../src/checks/mail/token.ts';
import { createResolver } from '../../src/dns/resolver.ts';
import { startNameServer } from '../support/mail/name-server.ts';
import { writeSelfSigned } from '../support/self-signed.ts';
import { fuzzAsync, MAX_MS, MS } from './fuzzing.ts';
import { type HostileServer, startHostile } from './mail.ts';
import { HOSTILE_BODIES, HOSTILE_HEADERS } from './messages.ts';

/** Answers to the commands of a session, one after the other; TAG stands for the command's own. */
const NEXT = '\x1e';
const header = `${TOKEN_HEADER}: ${newToken('fuzz', 0)}\r\nSubject: x\r\n\r\n`;
const fetched = `* 1 FETCH (UID 1 RFC822.SIZE 100 INTERNALDATE "01-Jan-2026 00:00:00 +0000" BODY[HEADER.FIELDS (SUBJECT)] {${header.length}}\r\n${header})\r\n`;
const sessions = ['* SEARCH 1\r\n', '* SEARCH 1 2 3\r\n', '* ESEARCH (TAG "TAG") UID ALL 1:3\r\n'].map(
  (found) =>
    Buffer.from(
      [
        '* OK [CAPABILITY IMAP4rev1 UIDPLUS IDLE SPECIAL-USE] ready\r\n',
        'TAG OK [CAPABILITY IMAP4rev1 UIDPLUS IDLE] in\r\n',
        '* CAPABILITY IMAP4rev1 UIDPLUS IDLE\r\nTAG OK done\r\n',
        '* NAMESPACE (("" "/")) NIL NIL\r\nTAG OK done\r\n',
        '* LIST (\\HasNoChildren \\Junk) "/" "Spam"\r\n* LIST () "/" INBOX\r\nTAG OK done\r\n',
        '* FLAGS (\\Seen)\r\n* 2 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 3] x\r\nTAG OK [READ-WRITE] done\r\n',
        `${found}TAG OK done\r\n`,
        `${found}TAG OK done\r\n`,
        `${fetched}TAG OK done\r\n`,
        '* FLAGS ()\r\n* 2 EXISTS\r\n* OK [UIDNEXT 3] x\r\nTAG OK done\r\n',
        `${found}TAG OK done\r\n`,
        `${fetched}TAG OK done\r\n`,
        'TAG BAD no\r\n',
      ].join(NEXT),
      'latin1',
    ),
);

let directory = '';
let answers: readonly string[] = [];
let server: HostileServer;
let ca = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vigie-fuzz-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  writeSelfSigned(key, cert);
  ca = readFileSync(cert, 'utf8');
  server = await startHostile(
    (socket) => {
      const left = [...answers];
      const say = (tag: string) => {
        const said = left.shift();
        if (said === undefined) socket.destroy();
        else if (!socket.destroyed) socket.write(Buffer.from(said.replaceAll('TAG', tag), 'latin1'));
      };
      say('*');
      socket.on('data', (data: Buffer) => {
        for (const line of data.toString('latin1').split('\r\n')) {
          const tag = /^([0-9A-Za-z]+) /.exec(line)?.[1];
          if (tag) say(tag);
        }
      });
    },
    { key: readFileSync(key), cert: Buffer.from(ca) },
  );
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

test(
  'changed answers of a mailbox end in its findings, and hold up nothing',
  async () => {
    const options = {
      ...{ host: 'localhost', port: server.port, tls: 'implicit', folder: 'INBOX', timeout: 500 },
      ...{ user: 'u', password: new Secret('p') },
    } as unknown as Parameters<typeof openMailbox>[0];
    const resolver = createResolver();
    let opened = 0;
    const { inputs, longest } = await fuzzAsync(sessions, async (bytes) => {
      answers = bytes.toString('latin1').split(NEXT);
      const signal = AbortSignal.timeout(5_000);
      try {
        const inbox = await openMailbox(options, {
          ...{ check: 'fuzz', resolver, ca, signal, reads: 'messages' },
          ...{ recipient: (token: string) => token, receivedBy: [], forgottenAfterMs: 0 },
        });
        opened += 1;
        inbox.notes(0);
        inbox.late();
        await inbox.close();
      } catch (cause) {
        if (!(cause instanceof InboxError)) throw cause;
      }
    });
    expect(inputs).toBeGreaterThan(0);
    expect(opened).toBeLessThanOrEqual(inputs);
    expect(longest).toBeLessThan(2 * MAX_MS);
  },
  MS * 2 + 60_000,
);

test(
  'changed messages are verified without holding up others',
  async () => {
    await using names = await startNameServer({});
    const messages = [...Object.values(HOSTILE_HEADERS), ...Object.values(HOSTILE_BODIES)].map((make) =>
      Buffer.from(`${make(3_000)}From: <a@one.example>\r\n\r\nbody\r\n`, 'latin1'),
    );
    const { inputs, longest } = await fuzzAsync(messages, async (bytes) => {
      if (excessOf(bytes) === null) await authenticateMessage(bytes, null, { resolver: names.resolver });
    });
    expect(inputs).toBeGreaterThan(0);
    expect(longest).toBeLessThan(2 * MAX_MS);
  },
  MS * 2 + 60_000,
);
