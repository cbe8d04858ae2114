/** The end of registrations, from an RDAP server of the test. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { outcomeOf } from '../../../src/checks/outcome.ts';
import { forgetRegistrations } from '../../../src/checks/zone/expiry/memory.ts';
import { candidates, readAnswer, readServices, serviceFor } from '../../../src/checks/zone/expiry/read.ts';
import { TYPE, zone } from '../../support/dns/server.ts';
import { writeSelfSigned } from '../../support/self-signed.ts';
import { openMemory } from '../../support/zone/past.ts';
import { closeServers, customer, OPERATOR, run } from '../../support/zone/run.ts';

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS + 60_000).toISOString();

const directory = mkdtempSync(join(tmpdir(), 'vigie-rdap-'));
const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
let server: Server;
let base = '';
const asked: string[] = [];
/** What the registry has; a function answers itself. */
const registry = new Map<string, object | ((response: ServerResponse) => void)>();

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? '';
  asked.push(path);
  const known = path === '/dns.json' ? registry.get(path) : registry.get(path.replace('/rdap/domain/', ''));
  if (typeof known === 'function') known(response);
  else if (known === undefined) response.writeHead(404).end();
  else response.writeHead(200, { 'content-type': 'application/rdap+json' }).end(JSON.stringify(known));
}

function domain(name: string, expires: string | null, more: object = {}): object {
  const events = [
    { eventAction: 'registration', eventDate: '2001-01-01T00:00:00Z' },
    ...(expires === null ? [] : [{ eventAction: 'expiration', eventDate: expires }]),
  ];
  return { objectClassName: 'domain', ldhName: name.toUpperCase(), events, status: ['active'], ...more };
}

beforeAll(async () => {
  writeSelfSigned(key, cert, 'rdap.example');
  server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  base = `https://rdap.example:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  forgetRegistrations();
  asked.length = 0;
  registry.clear();
  registry.set('/dns.json', { version: '1.0', services: [[['example'], [`${base}/rdap/`]]] });
});
afterEach(closeServers);
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true, force: true });
});

async function look(
  domains: readonly string[],
  options: Record<string, unknown> = {},
  past = openMemory([]),
) {
  const table = Object.assign({}, OPERATOR, ...domains.map(customer), {
    'rdap.example A': [{ type: TYPE.A, address: '127.0.0.1' }],
  });
  const expiry = {
    bootstrap: `${base}/dns.json`,
    ca: cert,
    allowPrivate: true,
    perMinute: 600,
    timeout: '1s',
  };
  const result = await run(domains, {
    resolver: zone(table),
    options: { transport: false, expiry: { ...expiry, ...options } },
    past,
  });
  const findings = result.findings.filter(({ id }) => id.startsWith('zone-registration'));
  return { zone: result.zone!, findings, outcome: outcomeOf(findings), past };
}

describe('a registration', () => {
  it('that goes on is in the result, and no finding', async () => {
    const expires = inDays(200);
    registry.set('a.example', domain('a.example', expires));
    const { zone: found, findings } = await look(['a.example']);
    expect(findings).toEqual([]);
    expect(found.domains[0]!.registration).toMatchObject({ registered: 'a.example', expires, ending: [] });
    expect(found.registrations).toMatchObject({ known: 1, unknown: 0 });
  });

  it.each([
    [29, 'degraded', /^The registration of a\.example ends on .* \(in 29 days\)\./],
    [0, 'degraded', /\(in less than a day\)/],
    [-3, 'fail', /^The registration of a\.example ended on /],
  ])('with %i days left: %s', async (days, outcome, text) => {
    registry.set('a.example', domain('a.example', inDays(days)));
    const { findings } = await look(['a.example']);
    expect(findings).toMatchObject([
      { id: 'zone-registration-ends', outcome, cause: { domain: 'a.example', days, hosted: ['a.example'] } },
    ]);
    expect(findings[0]!.text).toMatch(text);
  });

  it('that its registry takes away is a fail, whatever the date', async () => {
    registry.set('a.example', domain('a.example', inDays(300), { status: ['Redemption Period'] }));
    expect((await look(['a.example'])).findings).toMatchObject([
      { outcome: 'fail', cause: { ending: ['redemption period'] } },
    ]);
  });

  it('is that of the domain above for hosted sub-domains, and reported once', async () => {
    registry.set('co.example', domain('co.example', inDays(5)));
    const { findings, zone: found } = await look(['asso.co.example', 'co.example']);
    expect(findings).toMatchObject([
      { cause: { domain: 'co.example', hosted: ['asso.co.example', 'co.example'] } },
    ]);
    expect(found.domains.map(({ registration }) => registration?.registered)).toEqual([
      'co.example',
      'co.example',
    ]);
  });

  it('whose registry states no date is known to have none', async () => {
    registry.set('a.example', domain('a.example', null));
    const { zone: found, findings } = await look(['a.example']);
    expect(findings).toEqual([]);
    expect(found.registrations).toMatchObject({ notPublished: 1 });
  });
});

describe('registries are asked seldom', () => {
  it('about a domain once a week, for the list once a day, over restarts as well', async () => {
    registry.set('a.example', domain('a.example', inDays(200)));
    const { past } = await look(['a.example']);
    await look(['a.example'], {}, past);
    forgetRegistrations();
    const { zone: found } = await look(['a.example'], {}, past);
    expect(asked).toEqual(['/dns.json', '/rdap/domain/a.example']);
    expect(found.registrations).toMatchObject({ known: 1 });
  });

  it('a few at a time, the others in the next run', async () => {
    const domains = ['a.example', 'b.example', 'c.example'];
    for (const name of domains) registry.set(name, domain(name, inDays(200)));
    const limits = { perMinute: 20, budget: '1s' };
    const { zone: found, past } = await look(domains, limits);
    expect(found.registrations).toMatchObject({ known: 1, unasked: 2, unknown: 0 });
    const next = await look(domains, limits, past);
    expect(next.zone.registrations).toMatchObject({ known: 2, unasked: 1 });
  });
});

describe('what cannot be found out is unknown, never a fail', () => {
  const cases: readonly (readonly [string, (response: ServerResponse) => void])[] = [
    ['a server that fails', (response) => response.writeHead(500).end()],
    ['one that asks for patience', (response) => response.writeHead(429).end()],
    ['one that never answers', () => {}],
    ['one that never ends', (response) => void response.writeHead(200).write('{"objectClassName":')],
    ['no JSON', (response) => response.end('<html>')],
    ['too much', (response) => response.end(`{"x":"${'x'.repeat(1_100_000)}"}`)],
    ['another domain', (response) => response.end(JSON.stringify(domain('b.example', inDays(1))))],
    ['no date', (response) => response.end(JSON.stringify(domain('a.example', 'tomorrow')))],
    [
      'no possible date',
      (response) => response.end(JSON.stringify(domain('a.example', '+100000-01-01T00:00:00Z'))),
    ],
    [
      'events without end',
      (response) =>
        response.end(
          JSON.stringify({ ...domain('a.example', null), events: Array(1000).fill({ eventAction: 'x' }) }),
        ),
    ],
    [
      'an endless redirection',
      (response) => response.writeHead(302, { location: '/rdap/domain/a.example' }).end(),
    ],
    [
      'a redirection to plain HTTP',
      (response) => response.writeHead(302, { location: 'http://rdap.example/' }).end(),
    ],
    [
      'a redirection to a file',
      (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    ],
  ];
  it.each(cases)('%s', async (_what, reply) => {
    registry.set('a.example', reply);
    const { findings, zone: found, outcome } = await look(['a.example']);
    expect(findings).toMatchObject([{ id: 'zone-registration-unknown', cause: { domains: ['a.example'] } }]);
    expect(outcome).toBe('pass');
    expect(found.registrations).toMatchObject({ unknown: 1, known: 0 });
    expect(found.domains[0]).not.toHaveProperty('registration');
  });

  it('a list that is none, or that cannot be had', async () => {
    registry.set('/dns.json', { services: 'x' });
    expect((await look(['a.example'])).zone.registrations).toMatchObject({ unknown: 1 });
    forgetRegistrations();
    const elsewhere = { bootstrap: 'https://rdap.example:1/dns.json' };
    expect((await look(['a.example'], elsewhere)).zone.registrations).toMatchObject({ unknown: 1 });
  });

  it('servers on private addresses are not asked, unless they are meant', async () => {
    const { zone: found } = await look(['a.example'], { allowPrivate: false });
    expect(asked).toEqual([]);
    expect(found.registrations).toMatchObject({ unknown: 1 });
  });

  it('a date that was known stays when the registry fails later', async () => {
    registry.set('a.example', domain('a.example', inDays(3)));
    const { past } = await look(['a.example']);
    const note = JSON.parse(past.recall('registrations')!) as { domains: [string, { askedAt: number }][] };
    note.domains[0]![1].askedAt -= 2 * DAY_MS;
    past.note('registrations', JSON.stringify(note));
    forgetRegistrations();
    registry.set('a.example', (response: ServerResponse) => response.writeHead(503).end());
    const { findings } = await look(['a.example'], {}, past);
    expect(findings).toMatchObject([{ id: 'zone-registration-ends', outcome: 'degraded' }]);
  });
});

it('a registry without RDAP is no failure', async () => {
  registry.set('/dns.json', { services: [[['org'], [`${base}/`]]] });
  const { zone: found, findings } = await look(['a.example']);
  expect(findings).toEqual([]);
  expect(found.registrations).toMatchObject({ noService: 1 });
});

it('the list is read as RFC 9224 has it: the longest zone, over HTTPS alone', () => {
  const services = readServices({
    services: [
      [
        ['com', 'Co.UK'],
        ['http://a.test/', 'https://b.test/x'],
      ],
      [['uk'], ['https://c.test/']],
      [['org'], ['http://d.test/']],
    ],
  })!;
  expect(serviceFor('shop.co.uk', services)).toEqual({ zone: 'co.uk', address: 'https://b.test/x' });
  expect(serviceFor('a.b.uk', services)?.address).toBe('https://c.test/');
  expect(serviceFor('a.org', services)).toBeNull();
  expect(candidates('www.a.b.uk', 'uk')).toEqual(['www.a.b.uk', 'a.b.uk', 'b.uk']);
  expect(readAnswer(domain('a.example', '2030-01-01T00:00:00+02:00'), 'a.example')?.expires).toBe(
    '2029-12-31T22:00:00.000Z',
  );
});
