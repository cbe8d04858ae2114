/** Which alerts fire for which patterns of runs, and when: the generated rules, on what Vigie itself counts. */
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { generate } from '../../dashboards/generate.ts';
import type { RuleFile } from '../../dashboards/rules.ts';
import { testRules } from '../support/dashboards/promtool.ts';
import { type Series, seriesOf } from '../support/dashboards/vigie-series.ts';
import { needs, programs } from '../support/needs.ts';

const RULES = generate().get('prometheus/vigie.rules.yml')!;
/** Without the rules of Vigie itself, which look back over a day at each step. */
const OF_CHECKS = stringify({
  groups: (parse(RULES) as RuleFile).groups.filter(({ name }) => name === 'vigie-checks'),
});
const HOUR = 3600;

/** What fires at each moment (in hours), as `NAME severity` or, where several Vigies watch, `NAME severity INSTANCE`. */
interface Scenario {
  readonly name: string;
  readonly series: Series;
  readonly fires: Readonly<Record<number, readonly string[]>>;
  readonly byInstance?: boolean;
  /** With the rules of Vigie itself. */
  readonly itself?: boolean;
  /** Seconds between two scrapes, and two evaluations. */
  readonly stepS?: number;
}

const day = (pattern: string) => pattern.repeat(Math.ceil(312 / pattern.length)).slice(0, 312);
/** A Vigie of a single place, watched for 26 hours. */
/** Steady patterns are the same after three hours as after a day. */
const hours = (pattern: string) =>
  seriesOf({ pattern: pattern.repeat(Math.ceil(48 / pattern.length)), stepS: 150 });
const alone = (pattern: string) => seriesOf({ pattern: day(pattern), stepS: 150 });

const FAILING = 'VigieCheckFailing critical';
const OFTEN = 'VigieCheckFailingOften critical';
const INTERMITTENT = 'VigieCheckIntermittent warning';
const ERRORS = 'VigieCheckErroring warning';
const ONE_PLACE = 'VigieFailingInOnePlace warning';

const SCENARIOS: readonly Scenario[] = [
  { name: 'all runs pass', series: alone('P'), stepS: 150, fires: { 1: [], 12: [], 25: [] } },
  {
    name: 'one call in fifteen fails',
    series: alone('PPPPPPPPPPPPPPF'),
    stepS: 150,
    // The fourth failure comes after five hours; chance explains three in so many runs.
    fires: { 1: [], 25: [INTERMITTENT] },
  },
  {
    name: 'one in three',
    series: alone('PPF'),
    stepS: 150,
    fires: { 0.4: [], 2: [INTERMITTENT], 25: [INTERMITTENT] },
  },
  { name: 'two in three', series: hours('FFP'), stepS: 150, fires: { 0.1: [], 1: [OFTEN], 3.5: [OFTEN] } },
  { name: 'every second call', series: hours('PF'), stepS: 150, fires: { 1: [OFTEN], 3.5: [OFTEN] } },
  {
    name: 'fail, fail, error in turn: both are what they are',
    series: hours('FFE'),
    stepS: 150,
    fires: { 1: [ERRORS, FAILING], 3.5: [ERRORS, FAILING] },
  },
  {
    name: 'fail and error in turn',
    series: hours('FE'),
    stepS: 150,
    fires: { 1: [ERRORS, FAILING], 3.5: [ERRORS, FAILING] },
  },
  { name: 'pass and error in turn', series: hours('PE'), stepS: 150, fires: { 1: [ERRORS], 3.5: [ERRORS] } },
  {
    name: 'one in three could not tell',
    series: hours('PPE'),
    stepS: 150,
    fires: { 2: [ERRORS], 3.5: [ERRORS] },
  },
  { name: 'one in four could not tell', series: hours('PPPE'), stepS: 150, fires: { 1: [], 3.5: [] } },
  {
    name: 'one failure',
    series: seriesOf({ pattern: `${'P'.repeat(12)}F${'P'.repeat(24)}` }),
    fires: { 1.05: [], 2: [] },
  },
  {
    name: 'three in a row, then passing: it is resolved five minutes after the first run that works',
    series: seriesOf({ pattern: `${'P'.repeat(12)}FFF${'P'.repeat(24)}` }),
    fires: { 1.15: [], 1.2: [FAILING], 1.3: [FAILING], 1.4: [], 1.7: [] },
  },
  {
    name: 'an outage that is over is not intermittent',
    series: seriesOf({
      pattern: `${'P'.repeat(100)}${'F'.repeat(24)}${'P'.repeat(100)}`,
      stepS: 150,
    }),
    stepS: 150,
    fires: { 9: [FAILING], 12: [], 18: [] },
  },
  {
    name: 'degraded',
    series: seriesOf({ pattern: `${'P'.repeat(6)}${'D'.repeat(12)}` }),
    fires: { 0.55: [], 1: ['VigieCheckDegraded warning'] },
  },
  {
    name: 'a restart: it fires on at once with what the history has, and is not resolved in between',
    series: seriesOf({ pattern: `PPPP${'F'.repeat(30)}`, gaps: [[HOUR, HOUR + 180]] }),
    fires: { 0.9: [FAILING], 1.03: [FAILING], 1.06: [FAILING], 1.5: [FAILING] },
  },
  {
    name: 'runs before the first scrape count',
    series: seriesOf({ past: 'PPPFF', pattern: 'FFFF' }),
    fires: { 0.02: [FAILING] },
  },
  {
    name: 'Vigie goes: its alerts end, and one tells that nothing is watched',
    itself: true,
    series: seriesOf({ pattern: 'F'.repeat(36), gaps: [[HOUR, 4 * HOUR]] }),
    fires: { 0.9: [FAILING], 1.05: [FAILING], 1.5: ['VigieGone critical'] },
  },
  {
    name: 'a check that is removed',
    series: [
      ...seriesOf({ pattern: 'F'.repeat(12), check: 'old' }),
      ...seriesOf({ pattern: 'P'.repeat(36), check: 'other' }).filter(
        ([name]) => !/^(up|vigie_build_info)\{/.test(name),
      ),
    ].map(([name, values]): [string, string] =>
      // The Vigie itself stays.
      [
        name,
        /^(up|vigie_build_info)\{/.test(name) ? '1x180' : name.includes('"old"') ? `${values} stale` : values,
      ],
    ),
    fires: { 0.9: [FAILING], 1.05: [FAILING], 1.2: [] },
  },
  {
    name: 'a check on a cron expression that rests at night keeps its state, and is not stale',
    // Every half an hour from 7 to 19: the longest pause is twelve hours.
    series: seriesOf({
      pattern: `${'P'.repeat(21)}FFF${'.'.repeat(24)}${'P'.repeat(12)}`,
      everyS: 1800,
      stepS: 150,
    }).map(([name, values]): [string, string] => [
      name,
      name.startsWith('vigie_check_interval_seconds') ? values.replaceAll('1800', '43200') : values,
    ]),
    stepS: 150,
    fires: { 11.4: [], 11.7: [FAILING], 20: [FAILING], 26.5: [] },
  },
  {
    name: 'stale: no run for more than three intervals',
    series: seriesOf({ pattern: `PPPPPP${'.'.repeat(12)}` }),
    fires: { 0.6: [], 0.75: ['VigieCheckStale warning'], 1.2: ['VigieCheckStale warning'] },
  },
  {
    name: 'a mail check waits for two runs, a zone is a warning',
    series: [
      ...seriesOf({ pattern: 'PPFFPP', everyS: 900, check: 'post', kind: 'mail', stepS: 60 }),
      ...seriesOf({ pattern: 'PPFFPP', everyS: 900, check: 'zones', kind: 'zone' }).filter(
        ([name]) => !/^(up|vigie_build_info)\{/.test(name),
      ),
    ],
    fires: { 0.6: [], 0.8: ['VigieMailNotDelivered critical', FAILING, 'VigieCheckFailing warning'] },
  },
  {
    name: 'any name of the job, any interval',
    series: seriesOf({ pattern: `PP${'F'.repeat(8)}`, everyS: 7200, job: 'jitsi-watch', stepS: 150 }),
    stepS: 150,
    fires: { 7.9: [], 8.1: [FAILING] },
  },
  {
    name: 'two places, both fail: critical of each',
    series: ['lyon', 'paris'].flatMap((place) =>
      seriesOf({ pattern: `PPPP${'F'.repeat(12)}`, instance: place, place }),
    ),
    byInstance: true,
    fires: { 1: [`${FAILING} lyon`, `${FAILING} paris`] },
  },
  {
    name: 'two places, one fails: a warning',
    series: [
      ...seriesOf({ pattern: `PPPP${'F'.repeat(12)}`, instance: 'lyon', place: 'lyon' }),
      ...seriesOf({ pattern: 'P'.repeat(16), instance: 'paris', place: 'paris' }),
    ],
    byInstance: true,
    fires: { 1: [`${ONE_PLACE} lyon`] },
  },
  {
    name: 'two places, one fails and the other cannot tell: critical',
    series: [
      ...seriesOf({ pattern: `PPPP${'F'.repeat(12)}`, instance: 'lyon', place: 'lyon' }),
      ...seriesOf({ pattern: `PPPP${'E'.repeat(12)}`, instance: 'paris', place: 'paris' }),
    ],
    byInstance: true,
    fires: { 1: [`${ERRORS} paris`, `${FAILING} lyon`] },
  },
  {
    name: 'two instances, one goes',
    itself: true,
    series: [
      ...seriesOf({ pattern: 'P'.repeat(36), instance: 'lyon', gaps: [[HOUR, 4 * HOUR]] }),
      ...seriesOf({ pattern: 'P'.repeat(36), instance: 'paris' }),
    ],
    byInstance: true,
    fires: { 0.9: [], 2: ['VigieGone critical lyon'] },
  },
  {
    name: 'two instances, one goes from service discovery as well',
    itself: true,
    series: [
      ...seriesOf({ pattern: 'P'.repeat(24), instance: 'lyon' }).map(([name, values]): [string, string] => [
        name,
        `${values} stale`,
      ]),
      ...seriesOf({ pattern: 'P'.repeat(48), instance: 'paris' }),
    ],
    byInstance: true,
    fires: { 1.9: [], 3: ['VigieGone critical lyon'] },
  },
  {
    name: 'an instance whose address changes with a restart is not gone',
    itself: true,
    series: [
      ...seriesOf({ pattern: 'P'.repeat(24), instance: '10.0.0.1:9797' }).map(
        ([name, values]): [string, string] => [name, `${values} stale`],
      ),
      ...seriesOf({
        pattern: `${'.'.repeat(24)}${'P'.repeat(24)}`,
        instance: '10.0.0.2:9797',
        gaps: [[0, 7200]],
      }).map(([name, values]): [string, string] => [name, name.startsWith('up{') ? '_x120 1x119' : values]),
    ],
    byInstance: true,
    fires: { 1.9: [], 2.5: [], 3.5: [] },
  },
];

describe('which alerts fire', needs(programs('promtool')), () => {
  it.each(SCENARIOS)('$name', ({ series, fires, byInstance, itself, stepS = 60 }) => {
    const by = byInstance ? 'alertname, severity, instance' : 'alertname, severity';
    const tests = Object.entries(fires).map(([hours, names]) => ({
      expr: `group by (${by}) (ALERTS{alertstate="firing",alertname!="VigieWatchdog"})`,
      eval_time: `${Math.round((Number(hours) * HOUR) / stepS) * stepS}s`,
      exp_samples: names.map((name) => {
        const [alertname, severity, instance] = name.split(' ');
        const labels = { alertname, severity, ...(instance && { instance }) };
        const text = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
        return { labels: `{${text.join(',')}}`, value: 1 };
      }),
    }));
    const file = {
      interval: `${stepS}s`,
      input_series: series.map(([name, values]) => ({ series: name, values })),
      promql_expr_test: tests,
    };
    testRules(itself ? RULES : OF_CHECKS, stepS, [file]);
  });

  it('no rule waits for a time that depends on how often a check runs', () => {
    const waits = [...RULES.matchAll(/^ +for: (\S+)$/gm)].map(([, wait]) => wait);
    expect(new Set(waits)).toEqual(new Set(['1m', '5m', '10m', '15m']));
    expect(RULES).not.toContain('job="vigie"');
  });
});
