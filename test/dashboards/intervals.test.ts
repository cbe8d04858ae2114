import { expect, it } from 'vitest';
import { promDuration } from '../../dashboards/alerts.ts';
import { cadencesOf, defaultCadences, usualPauseMs } from '../../dashboards/intervals.ts';
import { heldMs } from '../../dashboards/rules.ts';
import type { CheckConfig } from '../../src/config/schema.ts';

const MINUTE = 60_000;
const check = (name: string, kind: string, schedule: CheckConfig['schedule']): CheckConfig => ({
  name,
  kind,
  schedule,
  options: {},
});

it('without a configuration: the usual intervals, and the shorter ones of the sandbox', () => {
  const call = defaultCadences().filter(({ kind }) => kind === 'call');
  expect(call).toEqual([
    { kind: 'call', everyMs: 5 * MINUTE, matcher: 'check!="sandbox"' },
    { kind: 'call', everyMs: 3 * MINUTE, matcher: 'check="sandbox"' },
  ]);
});

it('the most frequent interval of a kind is also that of checks which are not known yet', () => {
  const checks = [
    check('meet', 'call', { everyMs: 5 * MINUTE }),
    check('meet-mixed', 'call', { everyMs: 5 * MINUTE }),
    check('meet-night', 'call', { everyMs: 30 * MINUTE }),
    check('meet-long', 'call', { everyMs: 30 * MINUTE }),
    check('meet-third', 'call', { everyMs: 5 * MINUTE }),
    check('post', 'mail', { everyMs: 10 * MINUTE }),
  ];
  expect(cadencesOf({ checks })).toEqual([
    { kind: 'call', everyMs: 5 * MINUTE, matcher: 'check!~"meet-long|meet-night"' },
    { kind: 'call', everyMs: 30 * MINUTE, matcher: 'check=~"meet-long|meet-night"' },
    { kind: 'signaling', everyMs: MINUTE, matcher: '' },
    { kind: 'mail', everyMs: 10 * MINUTE, matcher: '' },
    { kind: 'zone', everyMs: 60 * MINUTE, matcher: '' },
  ]);
});

it('a check that rests at night counts by its pauses at day', () => {
  expect(usualPauseMs({ cron: '4,34 7-19 * * 1-5' })).toBe(30 * MINUTE);
});

it('an alert waits for more than n-1 and less than n intervals', () => {
  for (const runs of [2, 3]) {
    expect(heldMs(runs, 5 * MINUTE)).toBeGreaterThan((runs - 1) * 5 * MINUTE);
    expect(heldMs(runs, 5 * MINUTE)).toBeLessThan(runs * 5 * MINUTE);
  }
});

it('durations as Prometheus writes them', () => {
  expect([12.5 * MINUTE, 90 * MINUTE, 25 * 60 * MINUTE, 0].map(promDuration)).toEqual([
    '12m30s',
    '1h30m',
    '1d1h',
    '0s',
  ]);
});
