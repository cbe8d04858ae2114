import { expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/check.ts';
import { createMemoryStore } from '../../src/history/memory.ts';
import { logChange } from '../../src/service/changes.ts';
import { aRun } from '../support/history/runs.ts';
import { silent } from '../support/schedule/kinds.ts';

it('each change of state is logged once, better ones as information, worse ones as warnings', () => {
  const lines: string[] = [];
  const store = createMemoryStore();
  const line = (level: string) => (fields: object, message: string) => {
    expect(fields).toMatchObject({ event: 'state-changed', check: 'meet', kind: 'call' });
    lines.push(`${level} ${message}`);
  };
  const log = { ...silent, info: line('info'), warn: line('warn') };
  const outcomes: Outcome[] = ['pass', 'pass', 'fail', 'fail', 'error', 'pass', 'degraded'];
  for (const outcome of outcomes) {
    const run = aRun({ outcome, summary: outcome });
    store.append(run);
    logChange(run, store, log);
    // Another check's runs have nothing to do with it.
    store.append(aRun({ check: 'other', outcome: 'fail' }));
  }
  expect(lines).toEqual([
    'warn meet: state changed from pass to fail, fail',
    'warn meet: state changed from fail to error, error',
    'info meet: state changed from error to pass, pass',
    'warn meet: state changed from pass to degraded, degraded',
  ]);
});
