/** How mail gets in, asked of a mail server of the test. Against postfix: `lab/inbound.ts`. */
import { afterEach, describe, expect, it } from 'vitest';
import { outcomeOf } from '../../../src/checks/outcome.ts';
import { recipientAnswer } from '../../../src/checks/zone/inbound/answers.ts';
import { forgetInbound } from '../../../src/checks/zone/inbound/index.ts';
import { mx, TYPE, zone } from '../../support/dns/server.ts';
import { type Exchanger, type ExchangerBehaviour, startExchanger } from '../../support/zone/exchanger.ts';
import { closeServers, customer, OPERATOR, run, type Table } from '../../support/zone/run.ts';

afterEach(async () => {
  forgetInbound();
  await closeServers();
});

const HOST = 'localhost';
const HELO = 'vigie.example.net';

/** Zones as they should be, whose MX is the exchanger of the test. */
function zones(domains: readonly string[]): Table {
  const own = domains.map((domain) => ({ ...customer(domain), [`${domain} MX`]: [mx(10, HOST)] }));
  return Object.assign({ [`${HOST} A`]: [{ type: TYPE.A, address: '127.0.0.1' }] }, OPERATOR, ...own);
}

interface Asked {
  readonly domains?: readonly string[];
  readonly inbound?: Record<string, unknown>;
  readonly port?: number;
  readonly table?: Table;
}

async function ask(exchanger: Exchanger, { domains = ['a.example'], inbound, port, table }: Asked = {}) {
  const result = await run(domains, {
    resolver: zone(table ?? zones(domains)),
    mxPort: port ?? exchanger.port,
    options: {
      variables: { mx: HOST },
      inbound: { helo: HELO, ca: exchanger.ca, perMinute: 6000, timeout: '2s', ...inbound },
    },
  });
  const findings = result.findings.filter(({ id }) => !id.startsWith('zone-template'));
  return { result, findings, inbound: result.zone!.inbound! };
}

const good = (address: string) => (address.startsWith('postmaster@') ? null : '550 5.1.1 No such user');

async function withExchanger(
  behaviour: Partial<ExchangerBehaviour>,
  task: (exchanger: Exchanger) => Promise<void>,
) {
  await using exchanger = await startExchanger({ recipient: good, ...behaviour });
  await task(exchanger);
  expect(exchanger.messages).toBe(0);
}

describe('how mail gets in', () => {
  it('postmaster accepted, a made-up recipient refused, over TLS: as expected', () =>
    withExchanger({}, async (exchanger) => {
      const { result, findings, inbound } = await ask(exchanger);
      expect(findings).toEqual([]);
      expect(outcomeOf(result.findings)).toBe('pass');
      expect(inbound.counts).toMatchObject({ asExpected: 1, untested: 0 });
      expect(inbound.exchangers).toMatchObject([
        { host: HOST, starttls: 'ok', tls: 'TLSv1.3', problem: null },
      ]);
      expect([...exchanger.names]).toEqual([HELO]);
      expect(exchanger.asked).toEqual([
        'postmaster@a.example',
        expect.stringMatching(/^vigie-\w{16}@a\.example$/),
      ]);
    }));

  it('nothing is asked without "inbound"', () =>
    withExchanger({}, async (exchanger) => {
      const table = zone(zones(['a.example']));
      const result = await run(['a.example'], {
        resolver: table,
        mxPort: exchanger.port,
        options: { variables: { mx: HOST } },
      });
      expect(result.zone!.inbound).toBeUndefined();
      expect(exchanger.sessions).toBe(0);
    }));

  it.each([
    [
      '550 5.1.1 <postmaster@a.example>: Recipient address rejected: User unknown in virtual mailbox table',
      'zone-postmaster-refused',
    ],
    ['554 5.7.1 <postmaster@a.example>: Relay access denied', 'zone-mx-domain-unknown'],
    ['550 relay not permitted', 'zone-mx-domain-unknown'],
  ])('%s: %s', (said, id) =>
    withExchanger({ recipient: () => said }, async (exchanger) => {
      const { findings, inbound } = await ask(exchanger);
      expect(findings).toMatchObject([{ id, outcome: 'fail', cause: { domain: 'a.example', host: HOST } }]);
      expect(inbound.counts.refused).toBe(1);
    }),
  );

  it.each([
    '450 4.2.0 Recipient address rejected: Greylisted, see http://postgrey.example',
    '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org',
    '550 5.7.1 Client host rejected: cannot find your reverse hostname',
  ])('%s: nothing is known', (said) =>
    withExchanger({ recipient: () => said }, async (exchanger) => {
      const { result, inbound } = await ask(exchanger);
      expect(outcomeOf(result.findings)).toBe('pass');
      expect(inbound).toMatchObject({ domains: [], counts: { unknown: 1 } });
      // And it is asked again, not a day later.
      const before = exchanger.asked.length;
      await ask(exchanger);
      expect(exchanger.asked.length).toBe(before + 2);
    }),
  );

  it('a refusal without a known reason is about the domain where another one is accepted', () =>
    withExchanger(
      { recipient: (address) => (address === 'postmaster@a.example' ? null : '550 Denied by policy') },
      async (exchanger) => {
        const { findings } = await ask(exchanger, { domains: ['a.example', 'b.example'] });
        expect(findings).toMatchObject([{ id: 'zone-postmaster-refused', cause: { domain: 'b.example' } }]);
      },
    ));

  it('a server that accepts everything is degraded', () =>
    withExchanger({ recipient: () => null }, async (exchanger) => {
      const { findings } = await ask(exchanger);
      expect(findings).toMatchObject([{ id: 'zone-mx-accepts-all', outcome: 'degraded' }]);
      expect(findings[0]!.text).toMatch(/^localhost accepts a made-up recipient of a\.example/);
    }));

  it('a server that does not want us says nothing about the domains', () =>
    withExchanger({ client: () => '554 5.7.1 You are on our list' }, async (exchanger) => {
      const { result, findings, inbound } = await ask(exchanger);
      expect(findings).toMatchObject([{ id: 'zone-mx-unasked', outcome: 'pass', cause: { domainCount: 1 } }]);
      expect(outcomeOf(result.findings)).toBe('pass');
      expect(inbound.counts.unknown).toBe(1);
    }));

  it('no STARTTLS, and a certificate for another name, are degraded; recipients are asked about all the same', async () => {
    await withExchanger({ startTls: false }, async (exchanger) => {
      const { findings, inbound } = await ask(exchanger);
      expect(findings).toMatchObject([
        { id: 'zone-mx-starttls', outcome: 'degraded', cause: { starttls: 'absent' } },
      ]);
      expect(inbound.counts.asExpected).toBe(1);
    });
    forgetInbound();
    await withExchanger({}, async (exchanger) => {
      const { findings, inbound } = await ask(exchanger, { inbound: { ca: undefined } });
      expect(findings).toMatchObject([
        { id: 'zone-mx-certificate', outcome: 'degraded', cause: { reason: 'invalid' } },
      ]);
      expect(inbound.counts.asExpected).toBe(1);
    });
  });

  it('a port that nobody listens at is degraded', () =>
    withExchanger({}, async (exchanger) => {
      const { findings } = await ask(exchanger, { port: 1 });
      expect(findings).toMatchObject([
        { id: 'zone-mx-unreachable', outcome: 'degraded', cause: { problem: 'refused' } },
      ]);
    }));

  it('only hosts of the template are asked', () =>
    withExchanger({}, async (exchanger) => {
      const table = { ...zones(['a.example']), 'a.example MX': [mx(10, 'mx.elsewhere.example')] };
      const { inbound } = await ask(exchanger, { table });
      expect(inbound.exchangers).toEqual([]);
      expect(exchanger.sessions).toBe(0);
    }));

  it('results are kept until the next test, five domains share a session, and what the budget leaves out comes later', () =>
    withExchanger({}, async (exchanger) => {
      const domains = Array.from({ length: 12 }, (_, index) => `d${index}.example`);
      const first = await ask(exchanger, { domains, inbound: { perMinute: 60, budget: '5s' } });
      const tested = first.inbound.counts.asExpected;
      expect(tested).toBeGreaterThan(0);
      expect(first.inbound.counts.untested).toBe(12 - tested);
      const second = await ask(exchanger, { domains });
      expect(second.inbound.counts).toMatchObject({ asExpected: 12, untested: 0 });
      const { sessions, asked } = exchanger;
      expect(asked.length).toBe(24);
      expect(sessions).toBeLessThanOrEqual(4);
      await ask(exchanger, { domains });
      expect(exchanger.sessions).toBe(sessions);
    }));
});

describe('what a refusal says', () => {
  const answer = (text: string, others = false) =>
    recipientAnswer({ code: Number(text.slice(0, 3)), text, lines: [] }, others);
  it.each([
    ['250 2.1.5 Ok', 'accepted'],
    ['421 4.7.0 Too many connections', 'unknown'],
    ['550 5.1.1 The email account that you tried to reach does not exist.', 'refused'],
    ['550 #5.1.0 Address rejected.', 'refused'],
    ['550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup', 'refused'],
    ['550-5.1.1 Mailbox unavailable', 'refused'],
    ['550 Unrouteable address', 'domain-unknown'],
    ['550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain', 'domain-unknown'],
    ['550 Invalid recipient: no such domain', 'domain-unknown'],
    ['550 5.7.1 HELO command rejected: Host not found', 'unknown'],
    ['550 Administrative prohibition', 'unknown'],
  ])('%s: %s', (text, expected) => expect(answer(text)).toBe(expected));
});
