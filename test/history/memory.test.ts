import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/checks/check.ts';
import { createMemoryStore } from '../../src/history/memory.ts';
import { aRun } from '../support/history/runs.ts';

const ids = (runs: Run[]) => runs.map((run) => run.id);

describe('the run store in memory', () => {
  it('gives the newest first, filtered and limited', () => {
    const store = createMemoryStore();
    const runs = [
      aRun(),
      aRun({ outcome: 'fail' }),
      aRun({ check: 'post', kind: 'mail' }),
      aRun({ outcome: 'fail' }),
    ];
    for (const run of runs) store.append(run);
    expect(store.list()).toEqual([...runs].reverse());
    expect(store.list({ outcome: 'fail' })).toEqual([runs[3], runs[1]]);
    expect(store.list({ kind: 'mail' })).toEqual([runs[2]]);
    expect(store.list({ check: 'meet', limit: 2 })).toEqual([runs[3], runs[1]]);
    expect(store.list({ check: 'nobody' })).toEqual([]);
  });

  it('finds a run by its id, the latest of a check, and the last that worked', () => {
    const store = createMemoryStore();
    const [pass, degraded, fail] = [aRun(), aRun({ outcome: 'degraded' }), aRun({ outcome: 'fail' })];
    expect(store.latest('meet')).toBeNull();
    expect(store.lastWorking('meet')).toBeNull();
    for (const run of [pass, degraded, fail]) store.append(run);
    expect(store.get(pass.id)).toBe(pass);
    expect(store.get('nothing')).toBeNull();
    expect(store.latest('meet')).toBe(fail);
    expect(store.lastWorking('meet')).toBe(degraded);
  });

  it('keeps failures longer than passes, each check for itself', () => {
    const store = createMemoryStore({ keep: 3, keepFailures: 2 });
    const other = aRun({ check: 'other' });
    store.append(other);
    const failures = [aRun({ outcome: 'fail' }), aRun({ outcome: 'error' }), aRun({ outcome: 'fail' })];
    const passes = Array.from({ length: 5 }, () => aRun());
    for (const run of [...failures, ...passes]) store.append(run);
    expect(ids(store.list({ check: 'meet' }))).toEqual(
      ids([passes[4]!, passes[3]!, passes[2]!, failures[2]!, failures[1]!]),
    );
    expect(store.get(failures[0]!.id)).toBeNull();
    expect(store.get(passes[0]!.id)).toBeNull();
    expect(store.get(other.id)).toBe(other);
  });

  it('remembers the last run that worked through any number of failures', () => {
    const store = createMemoryStore({ keep: 2, keepFailures: 2 });
    const pass = aRun();
    store.append(pass);
    for (let i = 0; i < 20; i++) store.append(aRun({ outcome: 'fail' }));
    expect(store.lastWorking('meet')).toBe(pass);
    expect(store.get(pass.id)).toBe(pass);
    expect(store.list({ outcome: 'pass' })).toEqual([pass]);
    const fixed = aRun();
    store.append(fixed);
    expect(store.get(pass.id)).toBeNull();
    expect(store.list().length).toBe(4);
  });

  it('never grows beyond its limits', () => {
    const store = createMemoryStore({ keep: 10, keepFailures: 5 });
    const outcomes = ['pass', 'fail', 'degraded', 'error'] as const;
    for (let i = 0; i < 500; i++) store.append(aRun({ outcome: outcomes[(i * 7 + (i >> 3)) % 4]! }));
    expect(store.list().length).toBeLessThanOrEqual(16);
  });

  it('remembers how all runs ended: kept failures of long ago are no outage', () => {
    const store = createMemoryStore({ keep: 10, keepFailures: 5 });
    const first = aRun({ outcome: 'fail' });
    store.append(first);
    const runs = Array.from({ length: 30 }, () => aRun());
    for (const run of runs) store.append(run);
    const briefs = store.briefs({ check: 'meet', kind: 'call', limit: 100 });
    expect(briefs).toHaveLength(31);
    expect(briefs.at(-1)).toEqual({ id: first.id, outcome: 'fail', startedAt: first.startedAt });
    expect(store.since('meet', 'call')).toEqual({ at: runs[0]!.startedAt, runs: 30, orEarlier: false });
  });

  it('lets the oldest give way to large runs, but never the latest', () => {
    const large = () => aRun({ summary: 'x'.repeat(10_000) });
    const store = createMemoryStore({ keepBytes: 35_000 });
    const runs = Array.from({ length: 6 }, large);
    for (const run of runs) store.append(run);
    expect(ids(store.list())).toEqual(ids([runs[5]!, runs[4]!, runs[3]!]));
    const huge = aRun({ summary: 'x'.repeat(50_000) });
    store.append(huge);
    expect(store.list()).toEqual([huge]);
  });

  it('notifies its subscribers, until they have heard enough', () => {
    const store = createMemoryStore();
    const heard: string[] = [];
    const stop = store.subscribe((run) => heard.push(run.id));
    const [first, second] = [aRun(), aRun()];
    store.append(first);
    stop();
    store.append(second);
    expect(heard).toEqual([first.id]);
  });

  it('refuses a second run with the same id', () => {
    const store = createMemoryStore();
    const run = aRun();
    store.append(run);
    expect(() => store.append({ ...run, outcome: 'fail' })).toThrow(/already kept/);
    expect(store.latest('meet')).toBe(run);
  });
});
