import { expect, it } from 'vitest';
import type { Outcome, Run } from '../../src/checks/check.ts';
import { sinceWhen, stateSince } from '../../src/history/since.ts';
import { aRun } from '../support/history/runs.ts';

/** Runs in the order in which they happened, returned newest first as the store does. */
const history = (...outcomes: Outcome[]): Run[] => outcomes.map((outcome) => aRun({ outcome })).reverse();

it('the history says since when a check is broken, and how many runs say so', () => {
  const runs = history('pass', 'fail', 'fail', 'fail');
  expect(stateSince(runs)).toEqual({ at: runs[2]!.startedAt, runs: 3, orEarlier: false });
});

it('the history counts degraded as working', () => {
  const runs = history('fail', 'pass', 'degraded');
  expect(stateSince(runs)).toEqual({ at: runs[1]!.startedAt, runs: 2, orEarlier: false });
});

it('the history looks past a run that could not tell, and does not count it', () => {
  const runs = history('pass', 'fail', 'error', 'fail');
  expect(stateSince(runs)).toEqual({ at: runs[2]!.startedAt, runs: 2, orEarlier: false });
});

it('the history says since when it cannot tell', () => {
  const runs = history('fail', 'error', 'error');
  expect(stateSince(runs)).toEqual({ at: runs[1]!.startedAt, runs: 2, orEarlier: false });
});

it('the history admits that it may be older where no other run is known', () => {
  const runs = history('fail', 'fail');
  expect(stateSince(runs)).toEqual({ at: runs[1]!.startedAt, runs: 2, orEarlier: true });
  expect(stateSince([])).toBeNull();
  expect(sinceWhen(runs, () => false)).toBeNull();
});
