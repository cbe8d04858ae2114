import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/history/memory.ts';
import { pastOf } from '../../src/schedule/past.ts';
import { aRun } from '../support/history/runs.ts';

describe('what a check may know of earlier runs', () => {
  it('is the runs of a kind, whoever made them, the latest first', () => {
    const store = createMemoryStore();
    const runs = ['one', 'two', 'three'].map((check) => aRun({ check, kind: 'mail' }));
    for (const run of [...runs, aRun({ check: 'four', kind: 'call' })]) store.append(run);
    const latest = pastOf(store, 'zones').latest('mail', 2);
    expect(latest.map(({ check }) => check)).toEqual(['three', 'two']);
  });

  it('is what it noted itself, and nothing that another check noted', () => {
    const store = createMemoryStore();
    const past = pastOf(store, 'zones');
    expect(past.recall('selectors')).toBeNull();
    past.note('selectors', '{}');
    expect(past.recall('selectors')).toBe('{}');
    expect(pastOf(store, 'others').recall('selectors')).toBeNull();
  });
});
