/** What the page of a run of reports shows of the domains, and in which order. */
import { expect, it } from 'vitest';
import { reportsWords } from '../../src/checks/reports/words/index.ts';
import { reportsFace } from '../../src/view/reports.ts';
import { fr } from '../../src/view/words/fr.ts';
import { en } from '../../src/view/words/index.ts';
import { aDomain, aReports } from '../support/reports/results.ts';

const all = (n: number) => ({
  messages: n,
  pass: n,
  byKind: [{ kind: 'own', messages: n, pass: n }] as const,
});
const result = aReports(
  aDomain('big.example', { ...all(5000), sources: [] }),
  aDomain('used.example', {
    messages: 300,
    byKind: [
      { kind: 'own', messages: 200, pass: 200 },
      { kind: 'forwarder', messages: 80, pass: 80 },
      { kind: 'stranger', messages: 20, pass: 0 },
    ],
  }),
  aDomain('broken.example'),
);

it('domains that fail come first and are open, then those that others use; each with what is neither ours nor strangers’', () => {
  const page = String(reportsFace.details(result, { t: en } as Parameters<typeof reportsFace.details>[1]));
  const rows = [
    ...page.matchAll(/<th scope="row">([\w.]+\.example)<\/th>.*?data-label="forwarded[^>]*>(\d+)</gs),
  ];
  expect(rows.map(([, domain, others]) => [domain, others])).toEqual([
    ['broken.example', '0'],
    ['used.example', '80'],
    ['big.example', '0'],
  ]);
  expect([...page.matchAll(/<details open><summary>([^:]+):/g)].map(([, domain]) => domain)).toEqual([
    'broken.example',
  ]);
  expect(page).toContain('21 reports since 2026-11-15, 7 of them new in this run, 1 unreadable.');
  expect(page).toContain('<div class="dim">3 delivered</div>');
  const french = String(reportsFace.details(result, { t: fr } as Parameters<typeof reportsFace.details>[1]));
  expect(french).toContain(
    '21 rapports depuis le 2026-11-15, dont 7 nouveaux à cette exécution, 1 illisible.',
  );
});

it('the summary counts our own mail apart from what others tried', () => {
  const summary = (language: 'en' | 'fr') => reportsWords[language].summary(result);
  expect(summary('en')).toBe(
    '21 reports on 3 domains: 5295 of 5300 messages of our own and known servers pass DMARC; 120 from others',
  );
  expect(summary('fr')).toContain('de nos serveurs et des serveurs connus passent DMARC ; 120 d’ailleurs');
});
