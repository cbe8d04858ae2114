/** Whose an address is: networks, hosts with A, AAAA or MX records alone, and names by PTR. */
import { afterEach, expect, it } from 'vitest';
import { namesOf, networksOf, reverseName } from '../../../src/checks/reports/sources.ts';
import { createResolver, parseServer } from '../../../src/dns/resolver.ts';
import { mx, startServer, type TestServer, TYPE, zone } from '../../support/dns/server.ts';

let server: TestServer | null = null;
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
});

it('names of PTR records', () => {
  expect(reverseName('192.0.2.25')).toBe('25.2.0.192.in-addr.arpa');
  expect(reverseName('2001:db8::25')).toBe(
    '5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
  );
  expect(reverseName('::1')).toMatch(/^1(\.0){31}\.ip6\.arpa$/);
});

it('hosts and networks', async () => {
  server = await startServer(
    zone({
      'out.example AAAA': [{ type: TYPE.AAAA, address: '2001:db8:0:0:0:0:0:1' }],
      'relays.example MX': [mx(10, 'r1.example')],
      'r1.example A': [{ type: TYPE.A, address: '192.0.2.1' }],
      '9.100.51.198.in-addr.arpa PTR': [{ type: TYPE.PTR, domain: 'host.elsewhere.example' }],
    }),
  );
  const resolver = createResolver({ servers: [parseServer(`127.0.0.1:${server.address.port}`)!] });
  const { signal } = new AbortController();
  const given = ['203.0.113.0/24', 'out.example', 'relays.example', 'none.example'];
  const { networks, unresolved } = await networksOf(given, resolver, signal);
  expect(unresolved).toEqual([{ host: 'none.example', lookup: null }]);
  const has = (...addresses: string[]) => addresses.map((address) => networks.has(address));
  expect(has('203.0.113.7', '2001:db8::1', '192.0.2.1')).toEqual([true, true, true]);
  expect(has('203.0.114.7', '2001:db8::2', 'other')).toEqual([false, false, false]);
  const names = await namesOf(['198.51.100.9', '198.51.100.10'], resolver, signal);
  expect([...names]).toEqual([['198.51.100.9', 'host.elsewhere.example']]);
  resolver.close();
});
