/** What changed in the records of domains, from runs of a zone check; in both languages; and what is no change. */
import { describe, expect, it } from 'vitest';
import type { Level, ZoneDomain, ZoneRecord } from '../../src/checks/zone/result.ts';
import { zoneChanges } from '../../src/compare/zone-changes.ts';
import { changesText } from '../../src/report/zone-changes.ts';
import { aRecord } from '../support/history/results.ts';

const spf = (level: Level, ...found: string[]): ZoneRecord => ({ ...aRecord('spf', level), found });
const domain = (name: string, records: readonly ZoneRecord[], exists: boolean | null = true): ZoneDomain => ({
  domain: name,
  exists,
  records,
  nameServers: [],
});
const changes = (before: readonly ZoneRecord[], after: readonly ZoneRecord[]) =>
  zoneChanges([[domain('a.org', before)]], [[domain('a.org', after)]]).flatMap((each) => each.changes);

describe('a record', () => {
  it.each([
    ['corrected', spf('different', 'x'), spf('exact', 'y')],
    ['corrected', spf('missing'), spf('extra', 'y')],
    ['broken', spf('exact', 'x'), spf('missing')],
    ['changed', spf('exact', 'x'), spf('equivalent', 'X')],
    ['changed-still-wrong', spf('different', 'x'), spf('multiple', 'x', 'y')],
  ] as const)('that is %s', (id, before, after) => {
    expect(changes([before], [after])).toEqual([
      { id, record: 'spf', name: 'example.org', before: before.found, after: after.found },
    ]);
  });

  it.each([
    ['is the same, in another order', spf('multiple', 'x', 'y'), spf('multiple', 'y', 'x')],
    ['is judged by another template', spf('exact', 'x'), spf('different', 'x')],
    ['is unknown now', spf('exact', 'x'), spf('unknown')],
    ['was unknown', spf('unknown'), spf('exact', 'x')],
  ] as const)('that %s has not changed', (_what, before, after) => {
    expect(changes([before], [after])).toEqual([]);
  });

  it('that one run could not tell is that of the run before', () => {
    const runs = (...all: ZoneRecord[]) => all.map((record) => [domain('a.org', [record])]);
    const before = runs(spf('unknown'), spf('exact', 'x'));
    expect(zoneChanges(before, runs(spf('missing')))).toMatchObject([{ changes: [{ id: 'broken' }] }]);
    expect(zoneChanges(before, runs(spf('exact', 'x')))).toEqual([]);
  });
});

it('a domain that is listed, unlisted, gone, or back', () => {
  const right = [spf('exact', 'x')];
  const before = [domain('left.org', right), domain('gone.org', right), domain('back.org', [], false)];
  const after = [
    domain('new.org', right),
    domain('gone.org', [spf('missing')], false),
    domain('back.org', right),
  ];
  const found = zoneChanges([before], [after]).map(({ domain: name, changes: its }) => [
    name,
    its.map(({ id }) => id),
  ]);
  expect(found).toEqual([
    ['back.org', ['back']],
    ['gone.org', ['gone']],
    ['left.org', ['unlisted']],
    ['new.org', ['listed']],
  ]);
});

it('is told in both languages', () => {
  const found = zoneChanges(
    [[domain('a.org', [spf('missing')])]],
    [[domain('a.org', [spf('exact', 'v=spf1 -all')])]],
  );
  const [from, to] = ['2026-11-27T10:00:00.000Z', '2026-11-28T10:30:00.000Z'];
  expect(changesText(found, from, to, 'en')).toBe(
    `What changed in the DNS between 2026-11-27 10:00 and 2026-11-28 10:30 (UTC)

a.org
  The SPF record at example.org was corrected.
    before  nothing
    now     v=spf1 -all
`,
  );
  expect(changesText(found, from, to, 'fr')).toContain('L’enregistrement SPF à example.org a été corrigé.');
  expect(changesText([], from, to, 'fr')).toContain('Rien n’a changé');
});
