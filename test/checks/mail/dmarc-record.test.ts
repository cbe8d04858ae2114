/** Which DMARC records the mail check applies: the same that the zone check counts. */
import { expect, it } from 'vitest';
import { authenticateMessage } from '../../../src/checks/mail/authentication.ts';
import { isDmarc } from '../../../src/checks/records/dmarc.ts';
import { createResolver } from '../../../src/dns/resolver.ts';
import { startServer, txt, zone } from '../../support/dns/server.ts';

const MESSAGE = Buffer.from('From: <me@a.example>\r\nSubject: test\r\n\r\ntext\r\n');

async function dmarcOf(...records: string[]) {
  const handler = zone({
    '_dmarc.a.example TXT': records.map((text) => txt(text)),
    'a.example TXT': [txt('v=spf1 -all')],
  });
  await using server = await startServer(handler);
  const resolver = createResolver({ servers: [server.address] });
  try {
    const hop = { clientIp: '192.0.2.1', helo: 'a.example', mailFrom: 'me@a.example', encrypted: null };
    return (
      await authenticateMessage(MESSAGE, hop, {
        resolver,
      })
    ).dmarc;
  } finally {
    resolver.close();
  }
}

it.each([
  ['v=DMARC1; p=reject', 'reject'],
  ['V=DMARC1; p=reject', 'reject'],
  ['v=DMARC1; P=reject', 'reject'],
  [' v=DMARC1; p=reject', null],
  ['\tv=DMARC1; p=reject', null],
  ['v=dmarc1; p=reject', null],
])('%j: %s', async (record, policy) => {
  const dmarc = await dmarcOf(record);
  expect([dmarc.result, dmarc.policy]).toEqual(policy === null ? ['none', null] : ['fail', policy]);
  expect(isDmarc(record)).toBe(policy !== null);
});

it('a record with a space before it is no second one', async () => {
  expect((await dmarcOf('v=DMARC1; p=reject', ' v=DMARC1; p=none')).policy).toBe('reject');
});
