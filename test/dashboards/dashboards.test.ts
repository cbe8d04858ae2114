import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ANNOTATIONS } from '../../dashboards/dashboard.ts';
import { definitions, generate } from '../../dashboards/generate.ts';
import { createLinks, DEFAULT_BASES } from '../../dashboards/links.ts';
import { REACHED } from '../../dashboards/overview.ts';
import { COLOR, SERIES } from '../../dashboards/palette.ts';
import { promtool, testRules } from '../support/dashboards/promtool.ts';
import { filledIn } from '../support/dashboards/queries.ts';
import { needs, programs } from '../support/needs.ts';

interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  datasource?: { uid: string };
  gridPos: { x: number; y: number; w: number; h: number };
  fieldConfig?: { defaults: { unit?: string; mappings?: { options: Record<string, unknown> }[] } };
  targets?: { expr: string; refId: string; datasource: { uid: string } }[];
  panels?: Panel[];
}
interface Dashboard {
  uid: string;
  title: string;
  editable: boolean;
  panels: Panel[];
  templating: {
    list: { name: string; type: string; label?: string; refresh?: number; definition?: string }[];
  };
  annotations: { list: { name: string; expr: string }[] };
  links: { title: string; url?: string }[];
}

const FILES = generate();
const DASHBOARDS = [...FILES]
  .filter(([name]) => name.endsWith('.json'))
  .map(([name, text]) => [name, JSON.parse(text) as Dashboard] as const);
const DEFINITIONS = definitions(createLinks(DEFAULT_BASES));

it('there are four dashboards, under addresses that stay', () => {
  expect(DASHBOARDS.map(([, { uid }]) => uid)).toEqual([
    'vigie-overview',
    'vigie-call',
    'vigie-mail',
    'vigie-self',
  ]);
});

it('what is committed is current', () => {
  const directory = join(import.meta.dirname, '../../dashboards/generated');
  for (const [name, content] of FILES)
    expect(readFileSync(join(directory, name), 'utf8'), name).toBe(content);
  const committed = readdirSync(directory, { recursive: true, withFileTypes: true });
  expect(committed.filter((entry) => entry.isFile())).toHaveLength(FILES.size);
});

describe.each(DASHBOARDS)('%s', (_name, dashboard) => {
  const shown = dashboard.panels.filter(({ type }) => type !== 'row');

  it('gives every panel a title, a description, a unit and the chosen data source', () => {
    for (const panel of shown) {
      expect(panel.title, JSON.stringify(panel.gridPos)).not.toBe('');
      expect(panel.description?.length ?? 0, panel.title).toBeGreaterThan(20);
      expect(panel.fieldConfig?.defaults.unit, panel.title).toBeTruthy();
      expect(panel.datasource?.uid, panel.title).toBe(`\${datasource}`);
      expect(panel.targets?.length ?? 0, panel.title).toBeGreaterThan(0);
      const refs = panel.targets!.map(({ refId }) => refId);
      expect(new Set(refs).size, panel.title).toBe(refs.length);
      for (const target of panel.targets!) expect(target.datasource.uid).toBe(`\${datasource}`);
    }
  });

  it('gives every panel an id of its own and a place of its own', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const taken = new Set<string>();
    for (const { title, gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x},${y}`), `${title} overlaps at ${x},${y}`).toBe(false);
          taken.add(`${x},${y}`);
        }
      }
    }
  });

  it('can be narrowed to a data source, an instance and a check, and cannot be edited', () => {
    const names = dashboard.templating.list.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['datasource', 'instance', 'check']));
    expect(dashboard.templating.list.find(({ name }) => name === 'datasource')).toMatchObject({
      type: 'datasource',
      label: 'Data source',
    });
    for (const { type, refresh } of dashboard.templating.list) if (type === 'query') expect(refresh).toBe(2);
    expect(dashboard.editable).toBe(false);
  });

  it('shows upgrades and restarts, and leads to the runbooks and to Vigie', () => {
    expect(dashboard.annotations.list.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Upgrades of what is watched', 'Restarts of Vigie']),
    );
    expect(dashboard.links.map(({ title }) => title)).toEqual(['Vigie', 'Runbooks', "Vigie's own pages"]);
  });

  it('has no colours but those that everybody tells apart, and never colour alone', () => {
    const text = JSON.stringify(dashboard);
    const allowed = new Set<string>([...Object.values(COLOR), ...SERIES]);
    for (const [, color] of text.matchAll(/"(?:icon)?[cC]olor":"([^"]+)"/g)) expect(allowed).toContain(color);
    for (const panel of shown) {
      for (const { options } of panel.fieldConfig?.defaults.mappings ?? []) {
        const results = 'result' in options ? [options.result] : Object.values(options);
        for (const result of results) expect((result as { text: string }).text, panel.title).not.toBe('');
      }
    }
  });
});

it('a dashboard links to what was given', () => {
  const bases = { vigie: 'https://vigie.example.org/', grafana: 'https://g.example.org', runbooks: null };
  const text = [...generate({ bases }).values()].join('\n');
  expect(text).toContain(`https://vigie.example.org/runs/latest?check=\${__data.fields.check}`);
  expect(text).toContain('runbook_url: https://vigie.example.org/runbooks/VigieStreamMissing.md');
  expect(text).toContain('dashboard_url: https://g.example.org/d/vigie-call?');
  expect(text).not.toContain('localhost');
});

it('a link that names a check shows the streams of this one', () => {
  const [, calls] = DASHBOARDS.find(([, { uid }]) => uid === 'vigie-call')!;
  const { list } = calls.templating;
  expect(list.find(({ name }) => name === 'call')!.definition).toContain('check=~"$check"');
  const names = list.map(({ name }) => name);
  expect(names.indexOf('call')).toBeGreaterThan(names.indexOf('check'));
});

it('an alert that names no Vigie leads to its runbook all the same', () => {
  const [, { panels }] = DASHBOARDS.find(([, { uid }]) => uid === 'vigie-overview')!;
  const text = JSON.stringify(panels.find(({ title }) => title === 'Firing alerts'));
  expect(text).toContain(`"http://\${vigie}/runbooks/\${__data.fields.alert}.md"`);
});

describe('with promtool', needs(programs('promtool')), () => {
  it('every query is one that Prometheus understands', () => {
    const queries = DEFINITIONS.flatMap(({ uid, rows }) =>
      rows.flatMap(({ panels }) =>
        panels.flatMap(({ asked }) =>
          asked.queries.map(({ expr }) => ({ of: `${uid} ${asked.title}`, expr })),
        ),
      ),
    );
    const all = [...queries, ...ANNOTATIONS.map(({ name, expr }) => ({ of: name, expr }))];
    const rules = all.map(({ expr }, index) => ({ record: `panel:q${index}`, expr: filledIn(expr, {}) }));
    promtool(['check', 'rules', 'queries.yml'], {
      'queries.yml': stringify({ groups: [{ name: 'queries', rules }] }),
    });
    expect(all.length).toBeGreaterThan(50);
  });

  it('a check that ran not once in the hour has no duration', () => {
    const of = (check: string, name: string, values: string, more = '') => ({
      series: `vigie_check_${name}{job="vigie",instance="i",check="${check}",kind="call"${more}}`,
      values,
    });
    const check = (name: string, counted: string, seconds: string) => [
      of(name, 'interval_seconds', '300x90'),
      of(name, 'duration_seconds_count', counted),
      of(name, 'duration_seconds_sum', seconds),
      of(name, 'duration_seconds_bucket', counted, ',le="30"'),
      of(name, 'duration_seconds_bucket', counted, ',le="+Inf"'),
    ];
    const rules = FILES.get('prometheus/vigie.rules.yml')!;
    const counts = ['vigie:check_duration_seconds:p95_1h', 'vigie:check_duration_of_interval:mean1h'];
    testRules(rules, 60, [
      {
        interval: '1m',
        input_series: [...check('meet', '0+1x90', '0+9x90'), ...check('nightly', '0x90', '0x90')],
        promql_expr_test: counts.map((name) => ({
          expr: `count by (check) (${name})`,
          eval_time: '80m',
          exp_samples: [{ labels: '{check="meet"}', value: 1 }],
        })),
      },
    ]);
  });

  it('a Vigie is gone when it does not answer, and not when it was upgraded', () => {
    const info = (version: string, instance = 'i') =>
      `vigie_build_info{job="vigie",instance="${instance}",version="${version}"}`;
    const of = (series: readonly (readonly [string, string])[], value: number) => ({
      interval: '1m',
      input_series: series.map(([name, values]) => ({ series: name, values })),
      promql_expr_test: [
        { expr: filledIn(REACHED, {}), eval_time: '60m', exp_samples: [{ labels: '{}', value }] },
      ],
    });
    const upgraded = [
      [info('1'), '1x30 stale'],
      [info('2'), '_x31 1x60'],
    ] as const;
    testRules('groups: []', 60, [of(upgraded, 1), of([...upgraded, [info('1', 'j'), '1x30 stale']], 0)]);
  });
});
