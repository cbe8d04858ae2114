import { expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/check.ts';
import { periodsOf } from '../../src/history/periods.ts';
import { aRun } from '../support/history/runs.ts';

/** What these runs, oldest first, tell: each period as its state and the numbers of its first run and its end. */
function reported(...outcomes: Outcome[]): string[] {
  const runs = outcomes.map((outcome) => aRun({ outcome }));
  const index = (at: string) => runs.findIndex(({ startedAt }) => startedAt === at);
  return periodsOf('meet', runs.toReversed()).map(
    ({ working, from, to, orEarlier, run }) =>
      `${working ? 'works' : 'broken'} ${index(from)}-${to === null ? '' : index(to)}${orEarlier ? ' or earlier' : ''}${
        run === runs[index(from)]!.id ? '' : '!'
      }`,
  );
}

it.each<[string, Outcome[], string[]]>([
  ['nothing', [], []],
  ['one state', ['pass', 'degraded', 'pass'], ['works 0- or earlier']],
  [
    'a break and its end',
    ['pass', 'fail', 'fail', 'pass'],
    ['works 3-', 'broken 1-3', 'works 0-1 or earlier'],
  ],
  ['what could not be told changes nothing', ['fail', 'error', 'fail', 'error'], ['broken 0- or earlier']],
  ['nothing but that', ['error'], []],
])('%s', (_what, outcomes, periods) => expect(reported(...outcomes)).toEqual(periods));

it('a period counts the runs that say so', () => {
  const runs = (['pass', 'fail', 'error', 'fail', 'pass'] as const).map((outcome) => aRun({ outcome }));
  expect(periodsOf('meet', runs.toReversed()).map((period) => period.runs)).toEqual([1, 2, 1]);
});
