/** What every run store does, whatever is behind it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Outcome, Run } from '../../src/checks/check.ts';
import { createMemoryStore } from '../../src/history/memory.ts';
import { stateSince } from '../../src/history/since.ts';
import { createSqliteStore } from '../../src/history/sqlite.ts';
import type { RunStore } from '../../src/history/store.ts';
import { aCall, aRun } from '../support/history/runs.ts';
import { silent } from '../support/schedule/kinds.ts';

const ids = (runs: readonly Run[]) => runs.map(({ id }) => id);

function onDisk(): RunStore {
  const directory = mkdtempSync(join(tmpdir(), 'vigie-test-'));
  const store = createSqliteStore({
    file: join(directory, 'runs.sqlite'),
    keep: 10_000,
    maxAgeMs: 1e12,
    maxBytes: 1e9,
    log: silent,
  });
  onTestFinished(() => {
    store.close();
    rmSync(directory, { recursive: true });
  });
  return store;
}

describe.each([
  ['in memory', () => createMemoryStore()],
  ['on disk', onDisk],
])('the run store %s', (_where, create) => {
  it('gives the newest first, filtered and limited', () => {
    const store = create();
    const runs = [
      aRun(),
      aRun({ outcome: 'fail' }),
      aRun({ check: 'post', kind: 'mail' }),
      aRun({ outcome: 'fail', call: aCall({ version: '2' }) }),
    ];
    for (const run of runs) store.append(run);
    expect(store.list()).toEqual([...runs].reverse());
    expect(store.list({ outcome: 'fail' })).toEqual([runs[3], runs[1]]);
    expect(store.list({ kind: 'mail' })).toEqual([runs[2]]);
    expect(store.list({ version: '2' })).toEqual([runs[3]]);
    expect(store.list({ check: 'meet', limit: 2 })).toEqual([runs[3], runs[1]]);
    expect(store.list({ from: runs[1]!.startedAt, to: runs[3]!.startedAt })).toEqual([runs[2], runs[1]]);
    expect(store.list({ check: 'nobody' })).toEqual([]);
  });

  it('keeps the order in which runs ended, though the clock was set back', () => {
    const store = create();
    const runs = [aRun(), aRun(), aRun({ startedAt: '2020-01-01T00:00:00.000Z' })];
    for (const run of runs) store.append(run);
    expect(store.list()).toEqual([...runs].reverse());
    expect(store.latest('meet')).toEqual(runs[2]);
  });

  it('counts runs by hours and by days, and those of other checks and kinds not', () => {
    const store = create();
    const at = (startedAt: string, outcome: Outcome = 'pass') => store.append(aRun({ startedAt, outcome }));
    at('2026-11-21T23:59:59.999Z', 'fail');
    at('2026-11-22T00:00:00.000Z');
    at('2026-11-22T00:59:00.000Z', 'error');
    at('2026-11-22T05:00:00.000Z', 'degraded');
    store.append(aRun({ check: 'other', startedAt: '2026-11-22T05:00:00.000Z' }));
    store.append(aRun({ kind: 'mail', startedAt: '2026-11-22T05:00:00.000Z' }));
    const meet = { check: 'meet', kind: 'call' } as const;
    expect(store.tallies({ ...meet, by: 'day', from: '2026-11-21', to: '2026-11-23' })).toEqual([
      { start: '2026-11-21', counts: { pass: 0, degraded: 0, fail: 1, error: 0 } },
      { start: '2026-11-22', counts: { pass: 1, degraded: 1, fail: 0, error: 1 } },
    ]);
    expect(store.tallies({ ...meet, by: 'hour', from: '2026-11-22T00', to: '2026-11-22T05' })).toEqual([
      { start: '2026-11-22T00', counts: { pass: 1, degraded: 0, fail: 0, error: 1 } },
    ]);
    expect(store.tallies({ ...meet, by: 'day', from: '2026-11-23', to: '2026-11-24' })).toEqual([]);
  });

  it('goes through pages that do not move', () => {
    const store = create();
    const runs = Array.from({ length: 5 }, (_, i) => aRun({ outcome: i === 2 ? 'fail' : 'pass' }));
    for (const run of runs) store.append(run);
    const first = store.page({ outcome: 'pass', limit: 2 });
    store.append(aRun());
    const second = store.page({ outcome: 'pass', limit: 2, before: first.next! });
    expect([ids(first.runs), ids(second.runs), second.next]).toEqual([
      ids([runs[4]!, runs[3]!]),
      ids([runs[1]!, runs[0]!]),
      null,
    ]);
  });

  it('finds a run by its id, the latest of a check, the last that worked, and the version last seen', () => {
    const store = create();
    const pass = aRun({ call: aCall({ version: '1' }) });
    const degraded = aRun({ outcome: 'degraded' });
    const fail = aRun({ outcome: 'fail', call: aCall({ version: null, participants: [] }) });
    expect([store.latest('meet'), store.lastWorking('meet'), store.since('meet', 'call')]).toEqual([
      null,
      null,
      null,
    ]);
    for (const run of [pass, degraded, fail]) store.append(run);
    expect(store.get(pass.id)).toEqual(pass);
    expect(store.get('nothing')).toBeNull();
    expect(store.latest('meet')).toEqual(fail);
    expect(store.lastWorking('meet')).toEqual(degraded);
    expect(store.version('meet', 'call')).toBe('1');
    expect(store.version('meet', 'mail')).toBeNull();
  });

  it('says since when, as is told from all runs', () => {
    const letters: Record<string, Outcome> = { p: 'pass', d: 'degraded', f: 'fail', e: 'error' };
    for (const history of ['p', 'pff', 'ppdp', 'fpef', 'fepe', 'ee', 'fpedp', 'feefe', 'pefep']) {
      const store = create();
      store.append(aRun({ outcome: history.includes('ff') ? 'pass' : 'fail', kind: 'zone' }));
      for (const letter of history) store.append(aRun({ outcome: letters[letter]! }));
      const since = store.since('meet', 'call');
      expect(since, history).toEqual(stateSince(store.list({ check: 'meet', kind: 'call' })));
    }
  });

  it('reports the last runs of a check in brief', () => {
    const store = create();
    const runs = [aRun(), aRun({ outcome: 'fail' }), aRun({ check: 'post' }), aRun({ kind: 'mail' }), aRun()];
    for (const run of runs) store.append(run);
    const brief = ({ id, outcome, startedAt }: Run) => ({ id, outcome, startedAt });
    const filter = { check: 'meet', kind: 'call' } as const;
    expect(store.briefs({ ...filter, limit: 9 })).toEqual([runs[4]!, runs[1]!, runs[0]!].map(brief));
    expect(store.briefs({ ...filter, limit: 1 })).toEqual([brief(runs[4]!)]);
    expect(store.briefs({ ...filter, check: 'none', limit: 9 })).toEqual([]);
  });

  it('reports changes of versions, the latest first, past runs that know none', () => {
    const store = create();
    const runs = ['1', '1', null, '2'].map((version) => aRun({ call: aCall({ version }) }));
    const other = aRun({ check: 'other', call: aCall({ version: '7' }) });
    const browser = aRun({
      call: aCall({
        version: '2',
        participants: aCall().participants.map((each) => ({ ...each, version: `${each.version}.1` })),
      }),
    });
    for (const run of [...runs, other, browser]) store.append(run);
    expect(store.changes({ check: 'meet', limit: 9 })).toMatchObject([
      { subject: 'firefox', from: '140.6.0', to: '140.6.0.1', run: browser.id },
      { subject: 'chromium', run: browser.id },
      { subject: 'lib-jitsi-meet', from: '1', to: '2', run: runs[3]!.id, at: runs[3]!.startedAt },
    ]);
    expect(store.changes({ limit: 1 })).toHaveLength(1);
    expect(store.changes({ check: 'other', limit: 9 })).toEqual([]);
  });

  it('reports changes of the deployment’s servers, and what each last said, past runs that know none', () => {
    const store = create();
    const prosody = (version: string) => ({ part: 'prosody', name: 'Prosody', version }) as const;
    const web = (name: string, version: string) => ({ part: 'web', name, version }) as const;
    const runs = [
      aRun({ check: 'way', kind: 'signaling', software: [prosody('0.12.3'), web('nginx', '1.22.1')] }),
      aRun({ check: 'way', kind: 'signaling' }),
      aRun({ check: 'way', kind: 'signaling', software: [prosody('0.12.5')] }),
      aRun({ check: 'way', kind: 'signaling', software: [web('Apache', '2.4.57'), prosody('0.12.5')] }),
    ];
    for (const run of runs) store.append(run);
    store.append(aRun({ check: 'other', kind: 'signaling', software: [prosody('13.0.1')] }));
    expect(store.changes({ check: 'way', limit: 9 })).toEqual(
      [
        {
          ...{ check: 'way', subject: 'web', from: 'nginx 1.22.1', to: 'Apache 2.4.57' },
          ...{ at: runs[3]!.startedAt, run: runs[3]!.id },
        },
        {
          ...{ check: 'way', subject: 'prosody', from: '0.12.3', to: '0.12.5' },
          ...{ at: runs[2]!.startedAt, run: runs[2]!.id },
        },
      ].map((change) => expect.objectContaining(change)),
    );
    expect([...store.versions('way')]).toEqual([
      ['prosody', '0.12.5'],
      ['web', 'Apache 2.4.57'],
    ]);
    expect([...store.versions('none')]).toEqual([]);
  });

  it('notifies its subscribers, until they have heard enough', () => {
    const store = create();
    const heard: string[] = [];
    const stop = store.subscribe((run) => heard.push(run.id));
    const first = aRun();
    store.append(first);
    stop();
    store.append(aRun());
    expect(heard).toEqual([first.id]);
  });

  it('refuses a second run with the same id', () => {
    const store = create();
    const run = aRun();
    store.append(run);
    expect(() => store.append({ ...run, outcome: 'fail' })).toThrow(/already kept/);
    expect(store.latest('meet')).toEqual(run);
  });
});
