import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { ALERTS } from '../../dashboards/alerts.ts';
import { generate } from '../../dashboards/generate.ts';
import type { AlertRule, RuleFile } from '../../dashboards/rules.ts';
import { CASES, type Case, KNOWN, labelsOf, severityOf } from '../support/dashboards/alert-cases.ts';
import { promtool, testRules } from '../support/dashboards/promtool.ts';
import { seriesOf } from '../support/dashboards/vigie-series.ts';
import { needs, programs } from '../support/needs.ts';

const TEXT = generate().get('prometheus/vigie.rules.yml')!;
const FILE = parse(TEXT) as RuleFile;
const RULES = FILE.groups.flatMap(({ rules }) => rules).filter((rule): rule is AlertRule => 'alert' in rule);
const NAMES = new Set(ALERTS.map(({ name }) => name));
const selector = (labels: object) =>
  `{${Object.entries(labels)
    .map(([key, value]) => `${key}="${value}"`)
    .join(',')}}`;
const top = (path: string) => join(import.meta.dirname, '../..', path);

it('every alert says what, which, how bad, where to look and what to do', () => {
  for (const { alert, labels, annotations } of RULES) {
    expect(['critical', 'warning', 'none'], alert).toContain(severityOf({ labels } as AlertRule));
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
      '## Diagnosis',
      '## Causes',
      '## Fix',
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
  const pages = ['call', 'signaling', 'mail', 'zone', 'accounts'].map((kind) =>
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

/** The rule that a case is about, by its severity where an alert has several. */
function ruleOf({ alert, severity }: Case): AlertRule {
  const found = RULES.filter(
    (each) => each.alert === alert && (severity === undefined || severityOf(each) === severity),
  );
  expect(found, `${alert} ${severity ?? ''}`).toHaveLength(1);
  return found[0]!;
}

/** What the rule's annotations are for these labels; what the case says of them, as it says it. */
function annotationsOf(rule: AlertRule, { description, runbook }: Case, labels: Record<string, string>) {
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

describe('with promtool', needs(programs('promtool')), () => {
  it('finds nothing to complain about', () => {
    promtool(['check', 'rules', '--lint=all', '--lint-fatal', 'rules.yml'], { 'rules.yml': TEXT });
  });

  it.each(CASES)('$alert fires for its series, and says so', (given) => {
    const rule = ruleOf(given);
    const labels = labelsOf(given, rule);
    const fires = { exp_labels: labels, exp_annotations: annotationsOf(rule, given, labels) };
    // Its own rules and what is recorded for them: evaluating all of them takes a minute.
    const groups = FILE.groups.map((group) => ({
      ...group,
      rules: group.rules.filter((each) => !('alert' in each) || each.alert === given.alert),
    }));
    testRules(stringify({ groups: groups.filter(({ rules }) => rules.length > 0) }), 60, [
      {
        interval: '60s',
        input_series: [...given.series, ...KNOWN].map(([series, values]) => ({ series, values })),
        alert_rule_test: [{ eval_time: given.at ?? '20m', alertname: given.alert, exp_alerts: [fires] }],
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
    const failed = [
      { series: `vigie_check_success{${labels},kind="call"}`, values: '0x100' },
      { series: `vigie_check_consecutive{${labels},kind="call",outcome="fail"}`, values: '2x100' },
    ];
    const three = ['A', 'B', 'C'].map((name) => participant(name, 'bridge'));
    const two = ['A', 'B'].map((name) => participant(name, 'p2p'));
    const silent = (input: object[]) => ({
      interval: '15s',
      input_series: [...failed, stream('A', 'B', 1), stream('B', 'A', 0), ...input],
      alert_rule_test: [{ eval_time: '20m', alertname: 'VigieCallCannotStart', exp_alerts: [] }],
    });
    testRules(TEXT, 15, [silent(three), silent(two)]);
  });

  it('what is said of a check decides whether and how loudly its alert fires, and how it is named', () => {
    const of = { job: 'vigie', instance: 'i', check: 'web', kind: 'signaling' };
    const failing = seriesOf({ pattern: 'P'.repeat(6) + 'F'.repeat(20), everyS: 60 });
    const said = (labels: object, maintenance = '0x100') => [
      ...failing.map(([series, values]) => ({ series, values })),
      { series: `vigie_check_info${selector({ ...of, ...labels })}`, values: '1x100' },
      { series: `vigie_check_maintenance${selector(of)}`, values: maintenance },
    ];
    const [rule] = RULES.filter(
      ({ alert, labels }) => alert === 'VigieCheckFailing' && /critical/.test(labels.severity!),
    );
    const fires = (labels: object, named: string, times: number) => {
      const exp_labels = { ...of, outcome: 'fail', ...labels };
      const description = `${named} (signaling), seen from i, failed ${times} times in a row. It last worked at 1970-01-01 00:05:00 +0000 UTC (UTC). The page of the run has the findings.`;
      return {
        exp_labels,
        exp_annotations: annotationsOf(rule!, { description } as Case, exp_labels as Record<string, string>),
      };
    };
    const looked = (input_series: object[], eval_time: string, exp_alerts: object[]) => ({
      interval: '60s',
      input_series,
      alert_rule_test: [{ eval_time, alertname: 'VigieCheckFailing', exp_alerts }],
    });
    const titled = { title: 'Video calls', group: 'Jitsi', severity: 'warning' };
    testRules(TEXT, 60, [
      looked(said(titled), '15m', [fires(titled, 'Video calls (web)', 10)]),
      looked(said({ title: 'web', severity: 'critical' }), '15m', [
        fires({ title: 'web', severity: 'critical' }, 'web', 10),
      ]),
      looked(said({ title: 'web', severity: 'none' }), '15m', []),
      // Quiet from the first to the twelfth minute; the state afterwards is told.
      looked(said(titled, '1x12 0x50'), '11m', []),
      looked(said(titled, '1x12 0x50'), '14m', [fires(titled, 'Video calls (web)', 9)]),
    ]);
  });
});
