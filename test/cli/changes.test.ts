import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Level } from '../../src/checks/zone/result.ts';
import { openHistory } from '../../src/history/open.ts';
import { vigie } from '../support/cli/vigie.ts';
import { aRecord, aZone } from '../support/history/results.ts';
import { aRun } from '../support/history/runs.ts';
import { silent } from '../support/schedule/kinds.ts';

/** A history with one run of a zone check each day: the levels of one domain's SPF record. */
async function withHistory(...levels: readonly Level[]): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'vigie-changes-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  const store = openHistory({ dir: join(cwd, 'history'), keep: 1000, maxAge: 1e13, maxSize: 1e9 }, silent);
  for (const [index, level] of levels.entries()) {
    const found = level === 'missing' || level === 'unknown' ? [] : [`v=spf1 ${level}`];
    store.append(
      aRun({
        id: `run-${index}`,
        check: 'zones',
        kind: 'zone',
        startedAt: `2026-11-0${index + 1}T10:00:00.000Z`,
        zone: aZone({ 'a.org': [{ ...aRecord('spf', level), found }] }),
      }),
    );
  }
  store.close();
  return cwd;
}

describe('vigie changes', () => {
  it('compares the last two runs, or what was before a time with what has been since', async () => {
    const cwd = await withHistory('exact', 'missing', 'different', 'different');
    const last = await vigie(['changes', '--history', 'history'], { cwd });
    expect(last).toMatchObject({ status: 0 });
    expect(last.stdout).toBe(
      'Nothing changed in the DNS between 2026-11-03 10:00 and 2026-11-04 10:00 (UTC).\n',
    );
    const since = ['changes', 'zones', '--since', '2026-11-02', '--history', 'history'];
    const french = await vigie([...since, '--language', 'fr'], { cwd });
    expect(french.stdout).toContain(
      'a.org\n  L’enregistrement SPF à example.org a été modifié et est incorrect maintenant.\n    avant       v=spf1 exact\n',
    );
    const json = await vigie([...since, '--json'], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({
      from: '2026-11-01T10:00:00.000Z',
      to: '2026-11-04T10:00:00.000Z',
      domains: [{ domain: 'a.org', changes: [{ id: 'broken', record: 'spf' }] }],
    });
    const other = await vigie([...since, '--domain', 'b.org'], { cwd });
    expect(other.stdout).toContain('Nothing changed');
  });

  it('says why there is nothing to compare', async () => {
    const cwd = await withHistory('exact');
    const why = async (...more: string[]) => {
      const { status, stderr } = await vigie(['changes', '--history', 'history', ...more], { cwd });
      expect(status).toBe(2);
      return stderr;
    };
    expect(await why()).toContain('fewer than two runs of zones');
    expect(await why('--since', '2027-01-01')).toContain('no run of zones since 2027-01-01T00:00:00.000Z');
    expect(await why('zone')).toContain('no runs of a zone check "zone"');
  });
});
