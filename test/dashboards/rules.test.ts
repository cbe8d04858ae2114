import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { ALERTS } from '../../dashboards/alerts.ts';
import { generate } from '../../dashboards/generate.ts';
import type { Rule, RuleFile } from '../../dashboards/rules.ts';
import { CASES, type Case, labelsOf, seconds } from '../support/dashboards/alert-cases.ts';
import { promtool, testRules } from '../support/dashboards/promtool.ts';
import { needs, programs } from '../support/needs.ts';

const TEXT = generate().get('prometheus/vigie.rules.yml')!;
const FILE = parse(TEXT) as RuleFile;
const RULES = FILE.groups.flatMap(({ rules }) => rules);
const NAMES = new Set(ALERTS.map(({ name }) => name));
const top = (path: string) => join(import.meta.dirname, '../..', path);

it('every alert says what, which, how bad, where to look and what to do', () => {
  for (const { alert, labels, annotations } of RULES) {
    expect(['critical', 'warning', 'none'], alert).toContain(labels.severity);
    expect(annotations.summary!.length, alert).toBeLessThanOrEqual(80);
    expect(annotations.summary, alert).not.toContain('{{');
    expect(annotations.description!.length, alert).toBeGreaterThan(annotations.summary!.length);
    expect(annotations.runbook_url, alert).toMatch(new RegExp(`/runbooks/${alert}\\.md(?:$|\\{\\{ e)`));
    expect(annotations.dashboard_url, alert).toContain('/d/vigie-');
    if (/ \$labels\.check /.test(annotations.description!)) expect(annotations.run_url, alert).toBeDefined();
  }
});

it('every alert has a runbook with its parts', () => {
  for (const name of NAMES) {
    const path = top(`dashboards/runbooks/${name}.md`);
    expect(existsSync(path), path).toBe(true);
    const text = readFileSync(path, 'utf8');
    const headings = text.match(/^## .+$/gm);
    expect(headings, name).toEqual([
      '## Meaning',
      '## Impact',
      '## The first five minutes',
      '## Usual causes',
      '## Mending',
      '## Tried',
    ]);
    // What was broken to try it, and what came of it: a few lines.
    const tried = text.slice(text.indexOf('## Tried')).trim().split('\n').slice(2);
    expect(tried.length, name).toBeGreaterThanOrEqual(1);
    expect(tried.length, name).toBeLessThanOrEqual(3);
  }
  const index = readFileSync(top('dashboards/runbooks/README.md'), 'utf8');
  for (const name of NAMES) expect(index).toContain(`${name}.md`);
});

it('runbooks name panels and findings that there are', () => {
  const panels = [...generate().values()].flatMap((text) => [...text.matchAll(/"title": "([^"]+)"/g)]);
  const words = readFileSync(top('src/view/words/en.ts'), 'utf8').matchAll(/'([^'\n]+)'/g);
  const titles = new Set([...panels, ...words].map(([, title]) => title));
  const pages = ['call', 'signaling', 'mail', 'zone'].map((kind) =>
    readFileSync(top(`docs/${kind}.md`), 'utf8'),
  );
  const documented = new Set(pages.join('\n').match(/`[a-z]+(?:-[a-z]+)+`/g));
  // What docs/zone.md names by its parts.
  for (const record of ['mx', 'spf', 'dkim', 'dmarc', 'dmarc-report']) {
    for (const how of ['missing', 'different', 'multiple']) documented.add(`\`zone-${record}-${how}\``);
  }
  for (const name of NAMES) {
    const [text = ''] = readFileSync(top(`dashboards/runbooks/${name}.md`), 'utf8').split('## Tried');
    for (const [, title] of text.matchAll(/"([A-Z][^"…]+)"/g)) expect(titles, name).toContain(title);
    for (const [, cell] of text.matchAll(/^ *\| (`[^|]+) \|/gm)) {
      for (const id of cell!.match(/`[a-z]+(?:-[a-z]+)+`/g) ?? []) expect(documented, name).toContain(id);
    }
  }
});

it('Alertmanager knows the alerts by their names', () => {
  const text = readFileSync(top('deploy/alertmanager/alertmanager.yml'), 'utf8');
  const named = text.replaceAll(/^\s*#.*$/gm, '').match(/Vigie[A-Za-z]+/g) ?? [];
  expect(named.length).toBeGreaterThan(5);
  for (const name of named) expect(NAMES, name).toContain(name);
});

it('there is a case for every alert', () => {
  expect(new Set(CASES.map(({ alert }) => alert))).toEqual(NAMES);
});

/** The rule that a case is about, by its labels. */
function ruleOf({ alert, rule }: Case): Rule {
  const found = RULES.filter(
    (each) =>
      each.alert === alert && Object.entries(rule).every(([name, value]) => each.labels[name] === value),
  );
  expect(found, `${alert} ${JSON.stringify(rule)}`).toHaveLength(1);
  return found[0]!;
}

/** What the rule's annotations are for these labels; what the case says of them, as it says it. */
function annotationsOf(rule: Rule, { description, runbook }: Case, labels: Record<string, string>) {
  const said: Record<string, string> = {
    description,
    ...(runbook !== undefined && { runbook_url: runbook }),
  };
  const filled = Object.entries(rule.annotations).map(([name, text]) => [
    name,
    said[name] ?? text.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_all, label: string) => labels[label] ?? ''),
  ]);
  return Object.fromEntries(filled) as Record<string, string>;
}

function alertTest(evalAt: number, alert: string, expected: object[]) {
  return { eval_time: `${evalAt}s`, alertname: alert, exp_alerts: expected };
}

describe('with promtool', needs(programs('promtool')), () => {
  it('finds nothing to complain about', () => {
    promtool(['check', 'rules', '--lint=all', '--lint-fatal', 'rules.yml'], { 'rules.yml': TEXT });
  });

  it.each(CASES)('$alert $rule: silent just before its time, rings at it', (given) => {
    const rule = ruleOf(given);
    const labels = labelsOf(given, rule);
    const fires = given.from + seconds(rule.for ?? '0s');
    const rings = [{ exp_labels: labels, exp_annotations: annotationsOf(rule, given, labels) }];
    const every = given.step ?? 15;
    const before = fires - every;
    // This rule alone: others of the same name would ring with it.
    testRules(stringify({ groups: [{ name: 'one', rules: [rule] }] }), every, [
      {
        interval: `${every}s`,
        input_series: given.series.map(([series, values]) => ({ series, values })),
        alert_rule_test: [
          ...(before >= 0 ? [alertTest(before, given.alert, [])] : []),
          alertTest(fires, given.alert, rings),
        ],
      },
    ]);
  });

  it('a call that lacks a stream has started all the same, over the bridge or of two', () => {
    const labels = 'job="vigie",instance="i",check="meet"';
    const browsers = 'receiver_browser="chromium",sender_browser="chromium",step="join",media="audio"';
    const stream = (receiver: string, sender: string, value: number) => ({
      series: `vigie_call_stream_ok{${labels},${browsers},receiver="${receiver}",sender="${sender}"}`,
      values: `${value}x100`,
    });
    const participant = (name: string, path: string) => ({
      series: `vigie_call_participant_info{${labels},participant="${name}",path="${path}"}`,
      values: '1x100',
    });
    const failed = { series: `vigie_check_success{${labels},kind="call"}`, values: '0x100' };
    const three = ['A', 'B', 'C'].map((name) => participant(name, 'bridge'));
    const two = ['A', 'B'].map((name) => participant(name, 'p2p'));
    const silent = (input: object[]) => ({
      interval: '15s',
      input_series: [failed, stream('A', 'B', 1), stream('B', 'A', 0), ...input],
      alert_rule_test: [{ eval_time: '20m', alertname: 'VigieCallCannotStart', exp_alerts: [] }],
    });
    const group = FILE.groups.find(({ name }) => name === 'vigie-call-5m');
    testRules(stringify({ groups: [group] }), 15, [silent(three), silent(two)]);
  });

  it('three runs in which a stream is missing ring, two do not, and it takes more than one good run to end', () => {
    const stream =
      'vigie_call_stream_ok{job="vigie",instance="i",check="meet",step="join",receiver="B",sender="A",media="audio",receiver_browser="chromium",sender_browser="chromium"}';
    // A run each five minutes, a scrape each quarter of one: twenty values are a run.
    const runs = (...values: number[]) => values.map((value) => `${value}x19`).join(' ');
    const minute = (at: number) => at * 60;
    const rings = (values: string, at: number[]) => ({
      interval: '15s',
      input_series: [{ series: stream, values }],
      promql_expr_test: [2, 8, 12, 14, 16, 20, 24, 27, 33].map((when) => ({
        expr: 'count(ALERTS{alertname="VigieStreamMissing",alertstate="firing"}) or vector(0)',
        eval_time: `${minute(when)}s`,
        exp_samples: [{ labels: '{}', value: at.includes(when) ? 1 : 0 }],
      })),
    });
    const group = FILE.groups.find(({ name }) => name === 'vigie-call-5m');
    testRules(stringify({ groups: [group] }), 15, [
      rings(runs(0, 0, 1, 1, 1, 1, 1), []),
      rings(runs(1, 0, 0, 1, 0, 0, 1), []),
      // Missing from the start of minute 0 to 15; it goes on ringing for one and a half intervals.
      rings(runs(0, 0, 0, 1, 1, 1, 1), [14, 16, 20]),
      // A run that could not tell in between (no value) ends nothing once it rings.
      rings(`${runs(0, 0, 0)} _x19 ${runs(0, 1, 1)}`, [14, 16, 20, 24, 27]),
    ]);
  });
});
