/** The file in which reports are kept: bounded, made anew where it cannot be used; and silence. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { judgeSilence } from '../../../src/checks/reports/judge.ts';
import { reportsOptions } from '../../../src/checks/reports/options.ts';
import type { AggregateReport } from '../../../src/checks/reports/report.ts';
import { type Presence, ReportStore } from '../../../src/checks/reports/store.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vigie-reports-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const DAY = 86_400_000;
const aReport = (id: string, end: number): AggregateReport => ({
  reporter: 'r, Inc.',
  id,
  domain: 'a.example',
  policy: 'reject',
  begin: end - DAY,
  end,
  rows: [
    {
      source: '192.0.2.1',
      from: 'a.example',
      dkim: true,
      spf: true,
      disposition: 'none',
      override: null,
      selector: 'smtp',
      detail: '',
      count: 2,
    },
  ],
});

describe('the store', () => {
  it('keeps reports and how far a mailbox was read, over a restart', () => {
    const file = join(dir, 'deep', 'reports.sqlite');
    const first = new ReportStore(file);
    expect(first.add(aReport('1', 10 * DAY), 10 * DAY)).toBe(true);
    expect(first.add(aReport('1', 10 * DAY), 11 * DAY)).toBe(false);
    first.setProgress('box', { validity: '7', uid: 42 });
    first.close();
    const second = new ReportStore(file);
    expect(second.progress('box')).toEqual({ validity: '7', uid: 42 });
    expect(second.traffic(0)).toMatchObject([{ domain: 'a.example', messages: 2, reporters: ['r, Inc.'] }]);
    second.close();
  });

  it('drops what is older than it keeps, with its traffic', () => {
    const store = new ReportStore(':memory:');
    store.add(aReport('1', 1 * DAY), 1 * DAY);
    store.add(aReport('2', 9 * DAY), 9 * DAY);
    store.addUnreadable({ received: DAY, sender: '', file: 'a', problem: 'damaged' });
    store.prune(5 * DAY);
    expect(store.presence(0)).toMatchObject([{ reports: 1, ended: 9 * DAY }]);
    expect(store.traffic(0)).toMatchObject([{ messages: 2 }]);
    expect(store.unreadable(0)).toEqual([]);
    store.close();
  });

  it.each([
    ['damaged', 'this is no database, whatever its name says. '.repeat(100)],
    ['empty', ''],
  ])('makes a %s file anew', async (_what, content) => {
    const file = join(dir, 'reports.sqlite');
    await writeFile(file, content);
    const store = new ReportStore(file);
    expect(store.add(aReport('1', DAY), DAY)).toBe(true);
    store.close();
  });

  it('keeps all of what belongs together, or nothing', () => {
    const store = new ReportStore(':memory:');
    const work = () =>
      store.together(() => {
        store.add(aReport('1', DAY), DAY);
        throw new Error('no');
      });
    expect(work).toThrow('no');
    expect(store.presence(0)).toEqual([]);
    store.close();
  });
});

describe('silence', () => {
  const now = 100 * DAY;
  const { expect: expected } = reportsOptions.parse({ files: ['x'] });
  const about = (domain: string, days: number, receivedAgo: number): Presence => ({
    domain,
    days,
    reports: days,
    reporters: [],
    policy: null,
    ended: now - receivedAgo * DAY,
    received: now - receivedAgo * DAY,
  });
  const judge = (...presence: Presence[]) => judgeSilence(presence, expected, 14, now);

  it('is a finding where reports came regularly', () => {
    expect(judge(about('a.example', 12, 4), about('b.example', 12, 1))).toMatchObject([
      { cause: { id: 'reports-stopped', domains: ['a.example'], all: false, days: 4 }, outcome: 'degraded' },
    ]);
  });

  it('of all domains is one finding', () => {
    expect(judge(about('a.example', 12, 4), about('b.example', 14, 5))).toMatchObject([
      { cause: { all: true, domains: ['a.example', 'b.example'], days: 4 } },
    ]);
  });

  it('is none for a domain that sends little', () => {
    expect(judge(about('a.example', 4, 9))).toEqual([]);
  });
});
