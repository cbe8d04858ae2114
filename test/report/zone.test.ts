import { expect, it } from 'vitest';
import { painter } from '../../src/report/paint.ts';
import { zoneFace } from '../../src/report/zone.ts';
import { aRecord, aZone } from '../support/history/results.ts';
import { aPublishedZone } from '../support/zone/published.ts';

const lines = (zone: ReturnType<typeof aZone>) => zoneFace.particulars(zone, { phases: [] }, painter(false));

it('the terminal states selectors, MTA-STS, TLS-RPT, DANE and registrations in a line each', () => {
  expect(lines(aPublishedZone())).toEqual([
    'DKIM selector smtp (signs): published 4 (domains)',
    'DKIM selector smtp2027 (not seen signing): published 1, missing 3 (domains)',
    'MTA-STS: enforce 2, unusable 1; TLS-RPT: 1 (domains)',
    'DANE of mx.example.org: announces another certificate',
    'registrations: end known 2, no RDAP 1, not asked yet 1 (domains); the first to end: left.example, 2026-12-01',
    '12 queries, at most 8 at once; ',
  ]);
});

it('nothing of it where it is not looked at', () => {
  const text = lines(aZone({ 'example.org': [aRecord('mx', 'exact')] })).join('\n');
  expect(text).not.toMatch(/MTA-STS|DANE|registrations|selector/);
});
