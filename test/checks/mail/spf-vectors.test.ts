/** SPF: the examples of RFC 7208 through the whole path. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authenticateMessage } from '../../../src/checks/mail/authentication.ts';
import { type NameServer, startNameServer, txt, type Zone } from '../../support/mail/name-server.ts';

const STRICT = 'v=DMARC1; p=reject; sp=reject; adkim=s; aspf=s';

let server: NameServer;
beforeAll(async () => {
  server = await startNameServer({});
});
afterAll(() => server[Symbol.asyncDispose]());

/** RFC 7208 appendix A.1's zone, with its examples' records at example.com. */
const rfc7208: Zone = {
  'example.com': [
    { type: 'MX', priority: 10, exchange: 'mail-a.example.com' },
    { type: 'MX', priority: 20, exchange: 'mail-b.example.com' },
    { type: 'A', address: '192.0.2.10' },
    { type: 'A', address: '192.0.2.11' },
  ],
  'amy.example.com': [{ type: 'A', address: '192.0.2.65' }],
  'bob.example.com': [{ type: 'A', address: '192.0.2.66' }],
  'mail-a.example.com': [{ type: 'A', address: '192.0.2.129' }],
  'mail-b.example.com': [{ type: 'A', address: '192.0.2.130' }],
  'example.org': [{ type: 'MX', priority: 10, exchange: 'mail-c.example.org' }],
  'mail-c.example.org': [{ type: 'A', address: '192.0.2.140' }],
  '10.2.0.192.in-addr.arpa': [{ type: 'PTR', domain: 'example.com' }],
  '65.2.0.192.in-addr.arpa': [{ type: 'PTR', domain: 'amy.example.com' }],
  '140.2.0.192.in-addr.arpa': [{ type: 'PTR', domain: 'mail-c.example.org' }],
};

describe('RFC 7208 appendix A.1', () => {
  const cases: [record: string, passes: string[], fails: string[]][] = [
    ['v=spf1 +all', ['192.0.2.1', '198.51.100.1'], []],
    ['v=spf1 a -all', ['192.0.2.10', '192.0.2.11'], ['192.0.2.129']],
    ['v=spf1 a:example.org -all', [], ['192.0.2.10', '192.0.2.140']],
    ['v=spf1 mx -all', ['192.0.2.129', '192.0.2.130'], ['192.0.2.10']],
    ['v=spf1 mx:example.org -all', ['192.0.2.140'], ['192.0.2.129']],
    ['v=spf1 mx mx:example.org -all', ['192.0.2.129', '192.0.2.130', '192.0.2.140'], ['192.0.2.10']],
    ['v=spf1 mx/30 mx:example.org/30 -all', ['192.0.2.131', '192.0.2.143'], ['192.0.2.132']],
    ['v=spf1 ptr -all', ['192.0.2.10', '192.0.2.65'], ['192.0.2.140']],
    ['v=spf1 ip4:192.0.2.128/28 -all', ['192.0.2.129', '192.0.2.140'], ['192.0.2.65']],
  ];
  for (const [record, passes, fails] of cases) {
    test(record, async () => {
      const from = { helo: 'example.com', mailFrom: 'strong-bad@example.com', encrypted: null };
      const zone: Zone = {
        ...rfc7208,
        'example.com': [...(rfc7208['example.com'] as []), txt(record)],
        '_dmarc.example.com': [txt(STRICT)],
      };
      server.zone = zone;
      const message = Buffer.from('From: <strong-bad@example.com>\r\nSubject: spf\r\n\r\ntext\r\n');
      for (const [addresses, result] of [
        [passes, 'pass'],
        [fails, 'fail'],
      ] as const) {
        for (const clientIp of addresses) {
          const hop = { ...from, clientIp };
          const verdict = await authenticateMessage(message, hop, { resolver: server.resolver });
          expect(verdict.spf).toMatchObject({ clientIp, result, aligned: true });
          expect(verdict.dmarc).toMatchObject({
            result: result === 'pass' ? 'pass' : 'fail',
            alignedBy: result === 'pass' ? ['spf'] : [],
          });
        }
      }
    });
  }
});
