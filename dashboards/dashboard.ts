/** A dashboard: rows of panels, variables, annotations, links. */
import * as D from '@grafana/grafana-foundation-sdk/dashboard';
import type { Links } from './links.ts';
import { COLOR } from './palette.ts';
import { DATASOURCE, type Panel } from './panel.ts';

const COLUMNS = 24;
/** Of the heading of a row of panels. */
const HEADING = 1;
/** What all of them carry, and how they find each other. */
const TAG = 'vigie';

export interface Row {
  /** Unique among the panels' ids, too. */
  readonly id: number;
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** A variable whose values are those of a label. */
export interface Variable {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** A selector that has the label; it may use the variables before it. */
  readonly of: string;
  /** The label, where it is not called as the variable is. */
  readonly by?: string;
  /** One value at a time: what is shown, or led to, is of one alone. */
  readonly single?: boolean;
}

export interface Definition {
  /** Stable: links and bookmarks name it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly from: string;
  /** Beside data source and instance. */
  readonly variables: readonly Variable[];
  readonly rows: readonly Row[];
}

/** Narrows a query to what is chosen. */
export const CHOSEN = 'instance=~"$instance",check=~"$check"';
export const INSTANCE = 'instance=~"$instance"';

/** The variable `check`, of the checks that have this series. */
export function checkVariable(metric: string, selector = ''): Variable {
  const all = [INSTANCE, ...(selector ? [selector] : [])].join(',');
  return {
    name: 'check',
    label: 'Check',
    description: 'The checks that are shown.',
    of: `${metric}{${all}}`,
  };
}

/** The variable `instance`: the Vigies, one for each place that is watched from. */
const INSTANCES: Variable = {
  name: 'instance',
  label: 'Instance',
  description: 'The Vigies that are shown, one for each place from which is watched.',
  of: 'vigie_build_info',
};

/** The Vigie that the links at the top lead to: an address is of one, also where all are shown. */
const LINKED: Variable = {
  name: 'vigie',
  label: 'Links to',
  description: 'The Vigie that the links at the top lead to.',
  of: 'vigie_build_info{instance=~"$instance"}',
  by: 'instance',
  single: true,
};

/** How often the marks are asked for: as long as their expressions look back, so that none is missed. */
export const MARKS_EVERY_S = 300;

/** Events that explain a change in a graph. */
export const ANNOTATIONS: readonly {
  name: string;
  expr: string;
  title: string;
  tags: string;
  color: string;
}[] = [
  {
    name: 'Upgrades of what is watched',
    // A version that none of the last quarter of an hour's scrapes had, before the last five minutes.
    expr: `group by (instance, check, version) (vigie_target_info{${INSTANCE}}) unless on (instance, check, version) max_over_time(vigie_target_info{${INSTANCE}}[15m] offset 5m)`,
    title: '{{check}} now has version {{version}}',
    tags: 'check,version,instance',
    color: COLOR.good,
  },
  {
    name: 'Upgrades of its servers',
    // The same; and it is no upgrade where a server begins to report its version.
    expr: `group by (instance, check, part, version) (vigie_target_software_info{${INSTANCE}}) unless on (instance, check, part, version) max_over_time(vigie_target_software_info{${INSTANCE}}[15m] offset 5m) and on (instance, check, part) max_over_time(vigie_target_software_info{${INSTANCE}}[15m] offset 5m)`,
    title: '{{check}}: {{part}} now has version {{version}}',
    tags: 'check,part,version,instance',
    color: COLOR.good,
  },
  {
    name: 'Restarts of Vigie',
    expr: `changes(vigie_start_timestamp_seconds{${INSTANCE}}[5m]) > 0`,
    title: 'Vigie was restarted',
    tags: 'instance',
    color: COLOR.unknown,
  },
  {
    name: 'Changes of the configuration',
    expr: `changes(vigie_config_last_reload_success_timestamp_seconds{${INSTANCE}}[5m]) > 0`,
    title: "Vigie's configuration was reloaded",
    tags: 'instance',
    color: COLOR.poor,
  },
];

/** Grafana's classic JSON (schema version 42), as it is provisioned from a file. */
export function build(definition: Definition, links: Links): D.Dashboard {
  const builder = new D.DashboardBuilder(definition.title)
    .uid(definition.uid)
    .description(`${definition.description} Times are in UTC.`)
    .tags([TAG, 'generated'])
    .readonly()
    .timezone('utc')
    .refresh('1m')
    .time({ from: definition.from, to: 'now' })
    .tooltip(D.DashboardCursorSync.Crosshair)
    .withVariable(new D.DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'));
  for (const variable of [INSTANCES, ...definition.variables, LINKED])
    builder.withVariable(queryVariable(variable));
  for (const { name, expr, title, tags, color } of ANNOTATIONS) {
    builder.annotation(
      new D.AnnotationQueryBuilder()
        .name(name)
        .datasource(DATASOURCE)
        .enable(true)
        .iconColor(color)
        .expr(expr)
        .titleFormat(title)
        .tagKeys(tags)
        .step(`${MARKS_EVERY_S}s`),
    );
  }
  builder
    .link(
      new D.DashboardLinkBuilder('Vigie')
        .type(D.DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(false)
        .includeVars(true)
        .keepTime(true),
    )
    .link(outside('Runbooks', links.runbooks('$vigie'), 'What to do when an alert fires'))
    .link(outside("Vigie's own pages", links.vigie('$vigie'), 'Matrices, findings and evidence of each run'));
  let y = 0;
  for (const row of definition.rows) {
    builder.withRow(new D.RowBuilder(row.title).id(row.id).gridPos({ x: 0, y, w: COLUMNS, h: HEADING }));
    const { placed, bottom } = place(row.panels, y + HEADING);
    for (const { panel, at } of placed) builder.withPanel(panel.build(at));
    y = bottom;
  }
  return builder.build();
}

/** From left to right, and on below the tallest of a line where the next one has no room beside it. */
function place(panels: readonly Panel[], top: number) {
  let [x, y, tallest] = [0, top, 0];
  const placed = panels.map((panel) => {
    const { width: w, height: h } = panel.asked;
    if (x + w > COLUMNS) [x, y, tallest] = [0, y + tallest, 0];
    const at = { x, y, w, h };
    x += w;
    tallest = Math.max(tallest, h);
    return { panel, at };
  });
  return { placed, bottom: y + tallest };
}

function queryVariable({
  name,
  label,
  description,
  of,
  by = name,
  single,
}: Variable): D.QueryVariableBuilder {
  const query = `label_values(${of}, ${by})`;
  const variable = new D.QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(DATASOURCE)
    .query({ query, refId: `variable-${name}` })
    .definition(query)
    .refresh(D.VariableRefresh.OnTimeRangeChanged)
    .sort(D.VariableSort.AlphabeticalAsc);
  if (single) return variable.multi(false).includeAll(false);
  return variable
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}

function outside(title: string, url: string, tooltip: string): D.DashboardLinkBuilder {
  return new D.DashboardLinkBuilder(title)
    .type(D.DashboardLinkType.Link)
    .icon('external link')
    .tooltip(tooltip)
    .url(url)
    .targetBlank(true);
}
