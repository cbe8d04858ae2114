import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ZoneRecordKind } from '../../src/checks/zone/result.ts';
import { aMail, aMessage, aRecord, aZone } from '../support/history/results.ts';
import { aRun } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';
import { aPublishedZone } from '../support/zone/published.ts';

let server: TestServer;
beforeEach(() => {
  server = testServer();
  const never = { ms: 3_600_000 };
  server.scheduler.update([
    { ...fakeCheck({ name: 'post', ...never }), kind: 'mail' },
    { ...fakeCheck({ name: 'domains', ...never }), kind: 'zone' },
  ]);
});
afterEach(() => server.close());

const scrape = async (prefix: string) =>
  (await server.app.inject('/metrics')).body.split('\n').filter((line) => line.startsWith(prefix));

describe('a mail check', () => {
  const mailRun = (letters: Parameters<typeof aMail>[0], outcome: 'pass' | 'fail' | 'error' = 'pass') =>
    server.store.append(aRun({ check: 'post', kind: 'mail', outcome, mail: aMail(letters) }));

  it('reports the slowest delivery and each mechanism, of all messages and of each domain', async () => {
    const slow = aMessage('example.net');
    mailRun([aMessage('example.org'), { ...slow, delivery: { ...slow.delivery!, ms: 4200 } }]);
    expect((await scrape('vigie_mail_')).filter((line) => !line.includes('_runs_total'))).toEqual([
      'vigie_mail_delivery_seconds{check="post"} 4.2',
      ...['dkim', 'spf', 'dmarc'].map((m) => `vigie_mail_authenticated{check="post",mechanism="${m}"} 1`),
      ...['example.org', 'example.net'].flatMap((domain) =>
        ['dkim', 'spf', 'dmarc'].map(
          (m) => `vigie_mail_domain_authenticated{check="post",domain="${domain}",mechanism="${m}"} 1`,
        ),
      ),
      'vigie_mail_domain_delivery_seconds{check="post",domain="example.org"} 1.8',
      'vigie_mail_domain_delivery_seconds{check="post",domain="example.net"} 4.2',
      'vigie_mail_certificate_expiry_timestamp_seconds{check="post"} 1800403200',
    ]);
  });

  it('reports names of the relay by address family, where one was seen and its name is known', async () => {
    const address = { names: [], helo: null, heloAddresses: null, tls: null };
    const identity = [
      { ...address, address: '91.1.2.3', seen: true, confirmed: true },
      { ...address, address: '2a01:4f8::25', seen: true, confirmed: false },
      { ...address, address: '91.1.2.4', seen: false, confirmed: false },
    ];
    const mail = aMail([aMessage('example.org')], { identity });
    server.store.append(aRun({ check: 'post', kind: 'mail', outcome: 'degraded', mail }));
    expect(await scrape('vigie_mail_relay_name_confirmed')).toEqual([
      'vigie_mail_relay_name_confirmed{check="post",family="ipv4"} 1',
      'vigie_mail_relay_name_confirmed{check="post",family="ipv6"} 0',
    ]);
  });

  it('reports what the server of the mailbox states, where it states and decides something', async () => {
    const receiver = {
      authservId: 'mx.google.com',
      dkim: 'pass',
      spf: 'temperror',
      dmarc: 'pass',
      arc: null,
    };
    const mail = aMail([
      { ...aMessage('example.org'), receiver },
      { ...aMessage('example.net'), receiver: { ...receiver, dmarc: 'fail' } },
    ]);
    server.store.append(aRun({ check: 'post', kind: 'mail', outcome: 'fail', mail }));
    expect(await scrape('vigie_mail_receiver_authenticated')).toEqual([
      'vigie_mail_receiver_authenticated{check="post",mechanism="dkim"} 1',
      'vigie_mail_receiver_authenticated{check="post",mechanism="dmarc"} 0',
    ]);
  });

  it('reports how many are on each block list that could be asked', async () => {
    const listed = [{ subject: '91.1.2.3', codes: ['127.0.0.2'], text: null }];
    const blocklists = [
      { list: 'a.example', about: 'addresses', state: 'ok', listed },
      { list: 'b.example', about: 'domains', state: 'ok', listed: [] },
      { list: 'c.example', about: 'addresses', state: 'refused', listed: [] },
    ] as const;
    const mail = aMail([aMessage('example.org')], { blocklists });
    server.store.append(aRun({ check: 'post', kind: 'mail', outcome: 'degraded', mail }));
    expect(await scrape('vigie_mail_blocklisted')).toEqual([
      'vigie_mail_blocklisted{check="post",list="a.example"} 1',
      'vigie_mail_blocklisted{check="post",list="b.example"} 0',
    ]);
  });

  it('one message that is not authenticated makes the whole 0; a pass for another domain is none', async () => {
    const message = aMessage('example.net');
    mailRun(
      [
        aMessage('example.org'),
        { ...message, dkim: { ...message.dkim!, result: 'fail' }, spf: { ...message.spf!, aligned: false } },
      ],
      'fail',
    );
    const lines = await scrape('vigie_mail_authenticated');
    expect(lines.map((line) => line.slice(-9))).toEqual(['"dkim"} 0', '="spf"} 0', 'dmarc"} 1']);
    expect(await scrape('vigie_mail_domain_authenticated{check="post",domain="example.org"')).toEqual([
      expect.stringMatching(/ 1$/),
      expect.stringMatching(/ 1$/),
      expect.stringMatching(/ 1$/),
    ]);
  });

  it('what was not found out is absent: a message not arrived, a resolver that failed', async () => {
    const lost = aMessage('example.net', { delivery: null, dkim: null, spf: null, dmarc: null });
    mailRun([aMessage('example.org'), lost], 'fail');
    expect(await scrape('vigie_mail_delivery_seconds')).toEqual([]);
    expect(await scrape('vigie_mail_authenticated')).toEqual([]);
    expect((await scrape('vigie_mail_domain_')).filter((line) => line.includes('example.net'))).toEqual([]);
    const message = aMessage('example.org');
    mailRun([{ ...message, dkim: { ...message.dkim!, result: 'temperror' } }], 'error');
    expect((await scrape('vigie_mail_authenticated')).map((line) => line.slice(-9))).toEqual([
      '="spf"} 1',
      'dmarc"} 1',
    ]);
  });
});

describe('a zone check', () => {
  const records = (changes: Partial<Record<ZoneRecordKind, Parameters<typeof aRecord>[1]>> = {}) =>
    (['mx', 'spf', 'dkim', 'dmarc', 'dmarc-report'] as const).map((kind) =>
      aRecord(kind, changes[kind] ?? 'exact'),
    );
  const zoneRun = (zone: ReturnType<typeof aZone>, outcome: 'pass' | 'fail' | 'error' = 'fail') =>
    server.store.append(aRun({ check: 'domains', kind: 'zone', outcome, zone }));

  it('reports how many domains have MTA-STS in each mode', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}.example`);
    const zone = aZone(Object.fromEntries(names.map((name) => [name, records()])));
    const none = { record: [], recordFault: null, policy: null, policyFault: null, unmatched: [] };
    const found = [
      { ...none, policy: { mode: 'enforce', maxAge: 1, mx: [] } },
      { ...none, policyFault: { fault: 'status', detail: '404' } },
      { ...none, recordFault: 'id' },
      // It could not be fetched, which says nothing.
      none,
    ] as const;
    const domains = zone.domains.map((one, index) => {
      const mtaSts = found[index];
      return mtaSts ? { ...one, transport: { mtaSts, tlsRpt: null } } : one;
    });
    zoneRun({ ...zone, domains });
    expect(await scrape('vigie_zone_mta_sts_domains')).toEqual([
      'vigie_zone_mta_sts_domains{check="domains",mode="enforce"} 1',
      'vigie_zone_mta_sts_domains{check="domains",mode="unusable"} 2',
      'vigie_zone_mta_sts_domains{check="domains",mode="unknown"} 1',
    ]);
  });

  it('reports where DKIM selectors are published, which signs, and when registrations end', async () => {
    zoneRun(aPublishedZone());
    const published = (selector: string, state: string) =>
      `vigie_zone_selector_domains{check="domains",selector="${selector}",state="${state}"}`;
    const lines = await scrape('vigie_zone_selector_domains');
    expect(lines).toHaveLength(10);
    expect(lines).toEqual(
      expect.arrayContaining([
        `${published('smtp', 'published')} 4`,
        `${published('smtp2027', 'published')} 1`,
        `${published('smtp2027', 'missing')} 3`,
      ]),
    );
    expect(await scrape('vigie_zone_selector_signed_timestamp_seconds')).toEqual([
      `vigie_zone_selector_signed_timestamp_seconds{check="domains",selector="smtp"} ${Date.parse('2026-11-22T15:00:00Z') / 1000}`,
    ]);
    expect(await scrape('vigie_zone_selector_first_seen_timestamp_seconds')).toHaveLength(1);
    expect(await scrape('vigie_zone_registration_expiry_timestamp_seconds')).toEqual(
      [
        ['good.example', '2027-11-22T15:00:00Z'],
        ['left.example', '2026-12-01T15:00:00Z'],
      ].map(
        ([domain, date]) =>
          `vigie_zone_registration_expiry_timestamp_seconds{check="domains",domain="${domain}"} ${Date.parse(date!) / 1000}`,
      ),
    );
  });

  it('reports how mail gets in, where that is tested', async () => {
    const counts = { asExpected: 7, refused: 1, acceptsAll: 0, unknown: 2, untested: 0 };
    const users = {
      counts: { accepted: 12, refused: 1, unknown: 0, untested: 3 },
      ...{ elsewhere: 0, unreadable: 0, more: false, domains: [] },
    };
    zoneRun({ ...aZone({}), inbound: { exchangers: [], domains: [], counts, users } });
    expect(await scrape('vigie_zone_inbound_addresses')).toEqual(
      Object.entries(users.counts).map(
        ([result, n]) => `vigie_zone_inbound_addresses{check="domains",result="${result}"} ${n}`,
      ),
    );
    expect(await scrape('vigie_zone_inbound_domains')).toEqual(
      [
        ['ok', 7],
        ['refused', 1],
        ['accepts_all', 0],
        ['unknown', 2],
        ['untested', 0],
      ].map(([result, n]) => `vigie_zone_inbound_domains{check="domains",result="${result}"} ${n}`),
    );
  });

  it('reports for each record whether it is right, and nothing of what is unknown', async () => {
    const domains = {
      'example.org': records({ spf: 'different', mx: 'extra', dkim: 'unknown' }),
      'example.net': records(),
    };
    zoneRun(aZone(domains));
    const lines = await scrape('vigie_zone_record_ok');
    const of = (record: string) =>
      `vigie_zone_record_ok{check="domains",domain="example.org",record="${record}"}`;
    expect(lines.slice(0, 4)).toEqual([
      `${of('mx')} 1`,
      `${of('spf')} 0`,
      `${of('dmarc')} 1`,
      `${of('dmarc-report')} 1`,
    ]);
    expect(lines.length).toBe(9);
  });

  it('of several reports hosts, one that is wrong makes it 0', async () => {
    zoneRun(aZone({ 'example.org': [aRecord('dmarc-report', 'exact'), aRecord('dmarc-report', 'missing')] }));
    expect(await scrape('vigie_zone_record_ok')).toEqual([expect.stringMatching(/"dmarc-report"} 0$/)]);
  });

  it('keeps what it knows when one domain could not be determined, and drops domains that are gone', async () => {
    zoneRun(aZone({ 'example.org': records({ mx: 'unknown' }), 'example.net': records() }), 'error');
    expect((await scrape('vigie_zone_record_ok')).length).toBe(9);
    zoneRun(aZone({ 'example.net': records() }), 'pass');
    expect((await scrape('vigie_zone_record_ok')).length).toBe(5);
  });
});

it('two scrapes at once do not mix, and a new run takes the place of the one before', async () => {
  const zones = { ...fakeCheck({ name: 'zones', heavy: false, ms: 3_600_000 }), kind: 'zone' as const };
  const others = { ...fakeCheck({ name: 'others', heavy: false, ms: 3_600_000 }), kind: 'zone' as const };
  server.scheduler.update([zones, others]);
  const run = (check: string, level: 'exact' | 'missing') =>
    aRun({ check, kind: 'zone', zone: aZone({ [`${check}.example`]: [aRecord('mx', level)] }) });
  server.store.append(run('zones', 'exact'));
  server.store.append(run('others', 'missing'));
  const records = async () =>
    (await server.app.inject('/metrics')).body
      .split('\n')
      .filter((line) => line.startsWith('vigie_zone_record_ok{'))
      .map((line) => line.replace(/.*check="(\w+)".* (\d)$/, '$1 $2'));
  const before = ['zones 1', 'others 0'];
  expect(await Promise.all([records(), records(), records()])).toEqual([before, before, before]);
  server.store.append(run('others', 'exact'));
  expect(await records()).toEqual(['zones 1', 'others 1']);
});
