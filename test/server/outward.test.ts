import { SaxesParser } from 'saxes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aFailedCall, aRun } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let server: TestServer;
beforeEach(() => {
  server = testServer();
  server.scheduler.update([fakeCheck({ ms: 3_600_000 }), fakeCheck({ name: 'other', ms: 3_600_000 })]);
});
afterEach(() => server.close());

const get = (url: string, headers: Record<string, string> = {}) => server.app.inject({ url, headers });

/** Reads XML strictly; gives the text of every element of a name. */
function texts(xml: string, name: string): string[] {
  const parser = new SaxesParser({ xmlns: true });
  const found: string[] = [];
  let inside = false;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    inside = tag.name === name;
    if (inside) found.push('');
  });
  parser.on('text', (text) => {
    if (inside) found[found.length - 1] += text;
  });
  parser.on('closetag', () => {
    inside = false;
  });
  parser.write(xml).close();
  return found;
}

describe('the feed', () => {
  it('has each change of state, the latest first, and no more', async () => {
    const [first, broke, still, error, fixed] = [
      aRun(),
      aFailedCall({ summary: 'C does not <see> B & \u0007 A' }),
      aFailedCall(),
      aRun({ outcome: 'error' }),
      aRun(),
    ];
    for (const run of [first, broke, still, error, fixed]) server.store.append(run);
    const { body, headers } = await get('/feed.atom');
    expect(headers['content-type']).toBe('application/atom+xml; charset=utf-8');
    expect(texts(body, 'title').slice(1)).toEqual(['meet works again', 'meet is broken']);
    expect(texts(body, 'summary')[1]).toBe('C does not <see> B &  A');
    expect(texts(body, 'updated')).toEqual([fixed.startedAt, fixed.startedAt, broke.startedAt]);
    expect(body).toContain(`href="/runs/${broke.id}"`);
    const ids = texts(body, 'id');
    expect(new Set(ids).size).toBe(3);
    expect(texts((await get('/feed.atom')).body, 'id')).toEqual(ids);
    for (const id of ids) expect(id).toMatch(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('is in the language of its reader', async () => {
    const cause = { id: 'internal', message: 'no memory' };
    const finding = { id: 'internal', outcome: 'fail', text: 'Internal error', cause };
    server.store.append(aRun());
    server.store.append(aRun({ outcome: 'fail', summary: 'Internal error', findings: [finding] }));
    const { body } = await get('/feed.atom', { 'accept-language': 'fr' });
    expect(texts(body, 'summary')).toEqual(['Erreur interne de Vigie : no memory']);
    expect(body).toContain('<summary xml:lang="fr">');
    expect((await get('/feed.atom')).body).toContain('<summary xml:lang="en">Internal error</summary>');
  });

  it('is of one check where one is named', async () => {
    for (const run of [aRun(), aFailedCall()]) server.store.append(run);
    expect(texts((await get('/feed.atom?check=other')).body, 'title')).toHaveLength(1);
    expect(texts((await get('/feed.atom?check=meet&lang=fr')).body, 'title')[1]).toBe('meet est en panne');
    expect((await get('/feed.atom?check=none')).statusCode).toBe(404);
    expect((await get('/feed.atom?check=a&check=b')).statusCode).toBe(400);
  });
});

describe('the badge', () => {
  const young = () => ({ startedAt: new Date().toISOString() });

  it('says the worst, may be shown elsewhere, and is asked for each time', async () => {
    server.store.append(aRun(young()));
    server.store.append(aFailedCall({ check: 'other', ...young() }));
    // As on the status page, a second run confirms a failure.
    expect(texts((await get('/badge.svg')).body, 'title')).toEqual(['vigie: unknown']);
    server.store.append(aFailedCall({ check: 'other', ...young() }));
    const { body, headers } = await get('/badge.svg');
    expect(headers['content-type']).toBe('image/svg+xml; charset=utf-8');
    expect(headers['cross-origin-resource-policy']).toBe('cross-origin');
    expect(headers['cache-control']).toBe('private, no-cache');
    expect(texts(body, 'title')).toEqual(['vigie: broken']);
    expect(texts((await get('/badge.svg?check=meet')).body, 'title')).toEqual(['meet: works']);
    expect(texts((await get('/badge.svg?check=meet&lang=fr')).body, 'title')).toEqual(['meet: fonctionne']);
  });

  it('does not claim what was seen too long ago', async () => {
    server.store.append(aRun({ startedAt: new Date(Date.now() - 3_600_000).toISOString() }));
    expect(texts((await get('/badge.svg?check=meet')).body, 'title')).toEqual(['meet: unknown']);
    expect((await get('/badge.svg?check=none')).statusCode).toBe(404);
  });
});

describe('the status page', () => {
  const page = async () => (await get('/status', { accept: 'text/html' })).body.replace(/\s+/g, ' ');

  it('says in words what works and what does not, since when', async () => {
    const ago = (minutes: number) => ({ startedAt: new Date(Date.now() - minutes * 60_000).toISOString() });
    for (const run of [aRun(ago(5)), aFailedCall(ago(3)), aFailedCall(ago(1))]) server.store.append(run);
    server.store.append(aRun({ check: 'other', ...ago(1) }));
    const body = await page();
    expect(body).toContain('Something does not work');
    expect(body).toContain('In calls, participants may not hear or see each other.');
    expect(body).toContain('In a call of three, everybody hears and sees everybody.');
    expect(body).toMatch(/Since \d{1,2} \w+ \d{4}, \d\d:\d\d <span class="dim">\(3 min\)/);
    expect(body).toMatch(/<b>meet<\/b> has not worked since/);
  });

  it('does not claim what it does not know', async () => {
    expect(await page()).toContain('No result yet');
    server.store.append(aRun({ outcome: 'error', startedAt: new Date().toISOString() }));
    expect(await page()).toContain('The latest run could not tell.');
    server.store.append(aRun({ startedAt: new Date(Date.now() - 3_600_000).toISOString() }));
    expect(await page()).toContain('Last checked 60 min ago: this may be out of date.');
  });
});
