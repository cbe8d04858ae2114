/** Vigies in other places: what a hostile, slow or broken one answers, and what the pages say of all of them. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Secret } from '../../src/base/units.ts';
import type { Logger } from '../../src/checks/check.ts';
import { Others } from '../../src/service/others.ts';
import type { OtherPlace } from '../../src/view/places.ts';
import { aFailedCall, aRun } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const DAILY = { ms: 86_400_000, schedule: { everyMs: 86_400_000 } };

/** A Vigie that really listens. */
async function vigie(
  changes: Parameters<typeof testServer>[0] = {},
  checks = ['meet'],
): Promise<TestServer & { url: string }> {
  const server = testServer(changes);
  onTestFinished(() => server.close());
  server.scheduler.update(checks.map((name) => fakeCheck({ name, ...DAILY })));
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  return { ...server, url: `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}/` };
}

async function stranger(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function reader(how = {}) {
  const lines: string[] = [];
  const log = Object.fromEntries(
    ['debug', 'info', 'warn', 'error'].map((level) => [
      level,
      (fields: object, text: string) => lines.push(`${level} ${text} ${JSON.stringify(fields)}`),
    ]),
  ) as unknown as Logger;
  const others = new Others(log, { everyMs: 20, ...how });
  onTestFinished(() => others.stop());
  return { others, lines };
}

const page = async ({ app }: TestServer, language = 'en') =>
  (await app.inject({ url: '/status', headers: { accept: 'text/html', 'accept-language': language } })).body;
const failing = (server: TestServer, check = 'meet') => {
  for (const minutes of [9, 5]) server.store.append(aFailedCall({ check, startedAt: ago(minutes) }));
};

describe('two Vigies', () => {
  it('show the worst and where, in both languages, and do not echo what they read of each other', async () => {
    const sources: Record<'lyon' | 'paris', () => readonly OtherPlace[]> = {
      lyon: () => [],
      paris: () => [],
    };
    const paris = await vigie({ place: () => 'Paris', others: () => sources.paris() }, ['meet', 'mail-out']);
    const lyon = await vigie({ place: () => 'Lyon', others: () => sources.lyon() });
    const [inLyon, inParis] = [reader().others, reader().others];
    sources.lyon = () => inLyon.places();
    sources.paris = () => inParis.places();
    failing(paris);
    paris.store.append(aRun({ check: 'mail-out', startedAt: ago(1) }));
    lyon.store.append(aRun({ startedAt: ago(1) }));
    inLyon.configure([{ place: 'Paris <13e>', url: paris.url }]);
    inParis.configure([{ place: 'Lyon', url: lyon.url }]);
    await expect.poll(() => inLyon.places()[0]!.checks.length).toBe(2);
    await expect.poll(() => inParis.places()[0]!.checks.length).toBe(1);

    const body = await page(lyon);
    expect(body).toContain('Something does not work');
    expect(body).toContain('It does not work from Paris &lt;13e&gt;. From Lyon it works.');
    expect(body).toMatch(/<b>Paris &lt;13e&gt;<\/b>: does not work <span class="dim">since /);
    // What only the other watches is there, without a link to a page that is not here.
    expect(body).toContain('mail-out');
    expect(body).not.toContain('/checks/mail-out');
    expect(await page(lyon, 'fr')).toContain(
      'Cela ne fonctionne pas vu de Paris &lt;13e&gt;. Vu de Lyon, cela fonctionne.',
    );
    expect(await page(paris)).toContain('It does not work from Paris. From Lyon it works.');
    expect((await lyon.app.inject('/badge.svg')).body).toContain('aria-label="vigie: broken"');

    const said = (await lyon.app.inject('/api/status')).json<{ place: string; checks: object[] }>();
    expect(said).toMatchObject({ place: 'Lyon', checks: [{ name: 'meet', state: 'ok' }] });
    expect(said.checks).toHaveLength(1);

    failing(lyon);
    await expect.poll(() => page(lyon)).toContain('It is so from all places.');
  });

  it('hide what either hides', async () => {
    const paris = await vigie({ status: () => ({ messages: [], hide: ['staging'] }) }, [
      'staging',
      'meet',
      'b',
    ]);
    const { others } = reader();
    const lyon = await vigie(
      { status: () => ({ messages: [], hide: ['b'] }), others: () => others.places() },
      ['b'],
    );
    others.configure([{ place: 'Paris', url: paris.url }]);
    await expect.poll(() => others.places()[0]!.checks.map(({ name }) => name)).toEqual(['meet', 'b']);
    const body = await page(lyon);
    expect(body).toContain('<b>Paris</b>');
    expect(body).not.toMatch(/staging|<span class="dim">b</);
  });

  it('one that ends is unknown, never failing, and what is seen here counts alone', async () => {
    const paris = await vigie({}, ['meet', 'only-there']);
    failing(paris);
    failing(paris, 'only-there');
    const { others, lines } = reader({ countsMs: 300 });
    const lyon = await vigie({ others: () => others.places() });
    lyon.store.append(aRun({ startedAt: ago(1) }));
    others.configure([{ place: 'Paris', url: paris.url }]);
    await expect.poll(() => page(lyon)).toContain('It does not work from Paris');
    await paris.app.close();
    await expect.poll(() => others.places()[0]!.reachable).toBe(false);
    const body = await page(lyon);
    expect(body).toContain('Paris does not answer at the moment: what is seen from there is not known.');
    expect(body).toContain('not known, because the Vigie there does not answer');
    expect(body).not.toContain('class="bad"');
    expect(body).toContain('It is currently unknown whether everything works');
    expect(lines.at(-1)).toContain('the status of the Vigie in Paris cannot be read: ECONNREFUSED');
    // Each fault is logged once, not twice a minute.
    expect(lines.length).toBeLessThan(4);
  });
});

describe('what is answered', () => {
  const good = {
    name: 'meet',
    kind: 'call',
    title: null,
    group: null,
    state: 'ok',
    since: null,
    checkedAt: null,
  };
  const json =
    (value: unknown): RequestListener =>
    (_request, response) =>
      response.end(JSON.stringify(value));
  const faultOf = async (listener: RequestListener, how = {}) => {
    const { others, lines } = reader(how);
    others.configure([{ place: 'Paris', url: await stranger(listener) }]);
    await expect.poll(() => lines.length).toBe(1);
    expect(others.places()).toEqual([{ place: 'Paris', reachable: false, checks: [] }]);
    return lines[0]!;
  };

  it.each<[string, unknown, string]>([
    ['a list', [], 'no list of checks'],
    ['a state of its own', { checks: [{ ...good, state: 'on fire' }] }, 'checks.0.state'],
    ['a title of two lines', { checks: [{ ...good, title: 'a\nb' }] }, 'checks.0.title'],
    ['a title without end', { checks: [{ ...good, title: 'a'.repeat(81) }] }, 'checks.0.title'],
    ['a name that is a path', { checks: [{ ...good, name: '../x' }] }, 'checks.0.name'],
    ['no time', { checks: [{ ...good, since: 'yesterday' }] }, 'checks.0.since'],
    ['too many', { checks: Array.from({ length: 1001 }, () => good) }, 'checks'],
  ])('%s is refused as a whole', async (_what, value, where) => {
    expect(await faultOf(json(value))).toContain(`not what a Vigie says (${where})`);
  });

  it('what is no JSON, too large, an error or leads elsewhere is refused', async () => {
    expect(await faultOf((_request, response) => response.end('<html>'))).toContain('no JSON');
    expect(await faultOf((_request, response) => response.end('['.repeat(1_000_001)))).toContain(
      'more than 1 MB',
    );
    expect(await faultOf((_request, response) => response.writeHead(500).end('secret'))).toMatch(
      /HTTP status 500 \{/,
    );
    const away: RequestListener = (_request, response) =>
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    expect(await faultOf(away)).toContain('HTTP status 302');
  });

  it('one that says nothing does not hold up the others, nor a page', async () => {
    const silent = await stranger(() => undefined);
    const { others } = reader();
    others.configure([
      { place: 'Paris', url: silent },
      { place: 'Brest', url: await stranger(json({ checks: [good] })) },
    ]);
    await expect.poll(() => others.places().map(({ reachable }) => reachable)).toEqual([false, true]);
  });

  it('kinds that are not known here are left out, and what is named twice is said once', async () => {
    const { others } = reader();
    const checks = [good, { ...good, state: 'failing' }, { ...good, kind: 'telephone' }];
    others.configure([{ place: 'Paris', url: await stranger(json({ checks, more: 1 })) }]);
    await expect.poll(() => others.places()[0]!.checks).toEqual([good]);
  });

  it('the token is sent, and is neither in the log nor on a page', async () => {
    const asked: unknown[] = [];
    const url = await stranger(({ url: path, headers }, response) => {
      asked.push([path, headers.authorization]);
      response.writeHead(asked.length > 1 ? 401 : 200).end(JSON.stringify({ checks: [] }));
    });
    const { others, lines } = reader();
    others.configure([{ place: 'Paris', url: `${url}vigie/`, token: new Secret('open-sesame') }]);
    await expect.poll(() => lines.length).toBe(1);
    expect(asked[0]).toEqual(['/vigie/api/status', 'Bearer open-sesame']);
    expect(lines.join()).not.toContain('open-sesame');
    // A single answer that fails makes nothing unknown.
    expect(others.places()[0]!.reachable).toBe(true);
  });
});
