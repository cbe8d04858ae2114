import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COOKIE, chooseLanguage, LANGUAGES } from '../../src/view/words/index.ts';
import { aPart, aSignaling } from '../support/history/results.ts';
import { aFailedCall, aRun } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let server: TestServer;
beforeEach(() => {
  server = testServer();
});
afterEach(() => server.close());

const chosen = (headers: Record<string, string>, query: object = {}) =>
  chooseLanguage({ headers, query }).t.lang;

it.each([
  ['fr', 'fr'],
  ['fr-CA,en;q=0.8', 'fr'],
  ['de, fr;q=0.5, en;q=0.9', 'en'],
  ['en;q=0, FR;q=0.1', 'fr'],
  ['de', 'en'],
  ['*', 'en'],
  ['', 'en'],
  ['constructor', 'en'],
])('"%s" is answered in %s', (header, language) =>
  expect(chosen({ 'accept-language': header })).toBe(language),
);

it('a choice in the address counts more than one that is remembered, and that more than the browser', () => {
  const headers = { 'accept-language': 'en', cookie: `other=1; ${COOKIE}=fr` };
  expect(chosen(headers)).toBe('fr');
  expect(chosen(headers, { lang: 'en' })).toBe('en');
  expect(chosen(headers, { lang: 'xx' })).toBe('fr');
  expect(chosen({ cookie: `${COOKIE}=xx` })).toBe('en');
});

describe('a page', () => {
  const get = (url: string, headers: Record<string, string> = {}) =>
    server.app.inject({ url, headers: { accept: 'text/html', ...headers } });

  it('offers the other language, and remembers it', async () => {
    const english = await get('/status');
    expect(english.headers['content-language']).toBe('en');
    expect(english.headers.vary).toContain('accept-language');
    expect(english.headers['set-cookie']).toBeUndefined();
    expect(english.body).toContain('<a href="?lang=fr" lang="fr" hreflang="fr">Français</a>');
    const french = await get('/status?lang=fr');
    expect(french.body).toContain('<html lang="fr">');
    const cookie = String(french.headers['set-cookie']);
    expect(cookie).toMatch(/^vigie_lang=fr; .*SameSite=Lax; HttpOnly/);
    expect((await get('/', { cookie: cookie.split(';')[0]! })).body).toContain('<html lang="fr">');
  });

  it('says in French what is ours, and marks what it has in English alone', async () => {
    server.scheduler.update([fakeCheck({ ms: 3_600_000 })]);
    server.store.append(aRun());
    const run = aFailedCall();
    server.store.append(run);
    const { body } = await get('/?lang=fr');
    expect(body).toContain('meet échoue');
    expect(body).toContain('entre le pont et le récepteur');
    expect(body).toContain('<p class="summary" lang="en">C does not see B</p>');
    expect(body).toContain('<p lang="en">C does not see B: the picture arrived and stopped');
    expect((await get(`/runs/${run.id}?lang=fr`)).body).toContain('11 flux sur 12 ok');
    expect((await get('/runs/none?lang=fr')).body).toContain('Exécution inconnue');
  });

  it('renders a finding from its cause, and English where there is none that it knows', async () => {
    server.scheduler.update([fakeCheck({ ms: 3_600_000 })]);
    const text = 'The run did not end within its 90 s and was aborted.';
    const finding = { id: 'deadline', outcome: 'error', text };
    const run = aRun({
      outcome: 'error',
      summary: text,
      findings: [
        { ...finding, cause: { id: 'deadline', seconds: 90, since: 'a field of a newer Vigie' } },
        { ...finding, cause: { id: 'deadline', minutes: 2 } },
        { ...finding, cause: { id: 'constructor' } },
        finding,
      ],
    });
    server.store.append(run);
    const french = 'L’exécution ne s’est pas terminée dans les 90 s prévues et a été interrompue.';
    for (const url of ['/?lang=fr', '/checks/meet?lang=fr', `/runs/${run.id}?lang=fr`]) {
      const { body } = await get(url);
      expect(body).toContain(`<p class="summary" lang="fr">${french} (et 3 autres constats)</p>`);
      // What the headline says is not said again below it.
      expect(body).not.toContain(`<p lang="fr">${french}</p>`);
      expect(body.split(`<p lang="en">${text}</p>`)).toHaveLength(4);
    }
    expect((await get(`/runs/${run.id}?lang=en`)).body).toContain(`<p class="summary" lang="en">${text}</p>`);
  });

  it('remarks on the parts of a signaling run in French, and in English where an earlier version kept no remark', async () => {
    const signaling = aSignaling([
      aPart('bosh', {
        ok: null,
        detail: 'config.js names none',
        remark: { kind: 'skipped', because: 'not-in-config' },
      }),
      aPart('page', {
        ok: false,
        detail: 'The web front answers 502: nobody can open the page.',
        remark: {
          kind: 'finding',
          cause: { id: 'page-error', url: 'https://meet.example.org/', status: 502 },
        },
      }),
      aPart('login', { detail: 'anonymous, over BOSH' }),
    ]);
    const run = aRun({ kind: 'signaling', check: 'way', signaling });
    server.store.append(run);
    const { body } = await get(`/runs/${run.id}?lang=fr`);
    expect(body).toContain('<span lang="fr">config.js n’en nomme pas</span>');
    expect(body).toContain(
      '<span lang="fr">Le serveur web répond 502\u00a0: personne ne peut ouvrir la page.</span>',
    );
    expect(body).toContain('<span lang="en">anonymous, over BOSH</span>');
    expect((await get(`/runs/${run.id}?lang=en`)).body).toContain(
      '<span lang="en">config.js names none</span>',
    );
  });

  it('has a line in French for a run that passed', async () => {
    server.scheduler.update([fakeCheck({ ms: 3_600_000 })]);
    server.store.append(aRun());
    expect((await get('/?lang=fr')).body).toContain(
      '<p class="summary" lang="fr">Dans un appel à trois, tout le monde entend et voit tout le monde.</p>',
    );
  });
});

/** Every word by its path, functions by what they say of plain arguments. */
function leaves(value: unknown, path: string): [string, string | null][] {
  if (typeof value === 'function')
    return [[path, String((value as (...args: unknown[]) => string)(2, 3, 4))]];
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, each]) => leaves(each, `${path}.${key}`));
  }
  return [[path, value as string | null]];
}

it('the dictionary has every word in every language', () => {
  const [en, fr] = [leaves(LANGUAGES.en, ''), leaves(LANGUAGES.fr, '')];
  expect(fr.map(([path]) => path)).toEqual(en.map(([path]) => path));
  expect(fr.filter(([, word]) => word === '' || word?.includes('undefined'))).toEqual([]);
});
