/** Panels: what each shows and asks, and how that becomes Grafana's JSON. Pure functions. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as C from '@grafana/grafana-foundation-sdk/common';
import * as D from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as Timeline } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as Series } from '@grafana/grafana-foundation-sdk/timeseries';
import { placeholder } from './links.ts';
import { COLOR, nothing, PLAIN } from './palette.ts';

export const DATASOURCE: C.DataSourceRef = { type: 'prometheus', uid: placeholder('datasource') };

export interface Query {
  readonly expr: string;
  /** Marks of single runs, which lead to them, where Prometheus keeps exemplars. */
  readonly exemplars?: boolean;
  /** Of a series in graphs; of a column in tables. */
  readonly legend?: string;
}

/** What every panel has. */
export interface Common {
  /** Unique in its dashboard, and never given to another panel: links name it. */
  readonly id: number;
  readonly title: string;
  readonly description: string;
  /** In columns, of 24. */
  readonly width: number;
  readonly height: number;
  /** One of Grafana's units, such as `s` or `percentunit`; `none` for plain numbers. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Why this may show nothing although all is well; without it the panel always has data. */
  readonly mayBeEmpty?: string;
  readonly mappings?: readonly D.ValueMapping[];
  readonly thresholds?: readonly { value: number | null; color: string }[];
  readonly min?: number;
  readonly max?: number;
  readonly decimals?: number;
  readonly links?: readonly Link[];
  /** Of a graph: at how many times it is asked at most; `POINTS` unless stated. */
  readonly points?: number;
}

/** Enough for runs each five minutes over a day; a point for each pixel of a wide screen costs Prometheus five times as much. */
const POINTS = 300;

/** Where a click on a value leads. */
export interface Link {
  readonly title: string;
  readonly url: string;
}

/** A panel as it was asked for, and the builder of its JSON. */
export interface Panel {
  readonly asked: Common;
  build(at: D.GridPos): Builder<D.Panel>;
}

/** What all of the SDK's panel builders have in common. */
type Filled<B> = {
  id(id: number): B;
  title(title: string): B;
  description(text: string): B;
  datasource(ref: C.DataSourceRef): B;
  gridPos(at: D.GridPos): B;
  unit(unit: string): B;
  noValue(text: string): B;
  mappings(mappings: D.ValueMapping[]): B;
  thresholds(thresholds: Builder<D.ThresholdsConfig>): B;
  colorScheme(color: Builder<D.FieldColor>): B;
  withTarget(target: DataqueryBuilder): B;
  min(min: number): B;
  max(max: number): B;
  decimals(decimals: number): B;
  dataLinks(links: Builder<D.DashboardLink>[]): B;
};

function fill<B extends Filled<B>>(builder: B, asked: Common, at: D.GridPos, mode: D.FieldColorModeId): B {
  const steps = (asked.thresholds ?? PLAIN).map((step) => ({ ...step }));
  builder
    .id(asked.id)
    .title(asked.title)
    .description(
      asked.mayBeEmpty ? `${asked.description}\n\nMay be empty: ${asked.mayBeEmpty}` : asked.description,
    )
    .datasource(DATASOURCE)
    .gridPos(at)
    .unit(asked.unit)
    .noValue(noValue(asked))
    .thresholds(new D.ThresholdsConfigBuilder().mode(D.ThresholdsMode.Absolute).steps(steps))
    .colorScheme(new D.FieldColorBuilder().mode(mode).fixedColor(COLOR.unknown));
  if (asked.mappings) builder.mappings([...asked.mappings]);
  if (asked.min !== undefined) builder.min(asked.min);
  if (asked.max !== undefined) builder.max(asked.max);
  if (asked.decimals !== undefined) builder.decimals(asked.decimals);
  if (asked.links) builder.dataLinks(asked.links.map(dataLink));
  return builder;
}

const noValue = ({ mayBeEmpty }: Common): string => (mayBeEmpty ? 'none' : 'no data');

function dataLink({ title, url }: Link): D.DashboardLinkBuilder {
  return new D.DashboardLinkBuilder(title).url(url).targetBlank(true);
}

const REF_IDS = 'ABCDEFGHIJ';

function target({ expr, legend, exemplars }: Query, index: number): DataqueryBuilder {
  const query = new DataqueryBuilder().datasource(DATASOURCE).refId(REF_IDS[index]!).expr(expr);
  if (exemplars) query.exemplar(true);
  return legend === undefined ? query : query.legendFormat(legend);
}

/** One number each, large. */
export function stat(asked: Common): Panel {
  return {
    asked,
    build(at) {
      // Of nothing, Grafana would take the colour of the lowest threshold: an alarm where nothing is configured.
      const absent = nothing(noValue(asked), 99);
      const mapped = asked.mappings?.some(({ options }) => 'match' in options);
      const shown = mapped ? asked : { ...asked, mappings: [...(asked.mappings ?? []), absent] };
      const panel = fill(new Stat(), shown, at, D.FieldColorModeId.Thresholds)
        .colorMode(
          asked.thresholds || asked.mappings ? C.BigValueColorMode.Background : C.BigValueColorMode.None,
        )
        .graphMode(C.BigValueGraphMode.None)
        .reduceOptions(new C.ReduceDataOptionsBuilder().calcs(['lastNotNull']));
      for (const [index, query] of asked.queries.entries()) panel.withTarget(target(query, index).instant());
      return panel;
    },
  };
}

/** Lines (or `bars`) over time; `stacked` on each other. */
export interface SeriesOptions extends Common {
  readonly bars?: boolean;
  readonly stacked?: boolean;
  /**
   * Regular expressions for names of series, and the colour of each. Series that none of them fits get Grafana's
   * own colours, which not everybody tells apart; their names stand below the graph.
   */
  readonly colors?: readonly (readonly [string, string])[];
  /** End of the names of series that are drawn dashed: the second of two of each instance, whose colours are the instances'. */
  readonly dashed?: string;
}

export function series(asked: SeriesOptions): Panel {
  return {
    asked,
    build(at) {
      // Runs are minutes apart: a line goes on through the scrapes in between, a bar says where it counts.
      const panel = fill(new Series(), asked, at, D.FieldColorModeId.PaletteClassic)
        .maxDataPoints(asked.points ?? POINTS)
        .legend(
          new C.VizLegendOptionsBuilder()
            .showLegend(true)
            .displayMode(C.LegendDisplayMode.Table)
            .placement(C.LegendPlacement.Bottom)
            .calcs(['lastNotNull', 'max']),
        )
        .tooltip(
          new C.VizTooltipOptionsBuilder().mode(C.TooltipDisplayMode.Multi).sort(C.SortOrder.Descending),
        )
        .drawStyle(asked.bars ? C.GraphDrawStyle.Bars : C.GraphDrawStyle.Line)
        // Of many lines, areas below them hide each other.
        .fillOpacity(asked.bars || asked.stacked ? 60 : 0)
        .showPoints(C.VisibilityMode.Never)
        .axisSoftMin(0);
      if (asked.thresholds) {
        panel.thresholdsStyle(
          new C.GraphThresholdsStyleConfigBuilder().mode(C.GraphThresholdsStyleMode.DashedAndArea),
        );
      }
      for (const [pattern, fixedColor] of asked.colors ?? []) {
        const color = { mode: D.FieldColorModeId.Fixed, fixedColor };
        panel.overrideByRegexp(`/${pattern}/`, [{ id: 'color', value: color }]);
      }
      if (asked.dashed) {
        const lineStyle = { fill: 'dash', dash: [6, 4] };
        panel.overrideByRegexp(`/${asked.dashed}$/`, [{ id: 'custom.lineStyle', value: lineStyle }]);
      }
      if (asked.stacked) panel.stacking(new C.StackingConfigBuilder().mode(C.StackingMode.Normal));
      for (const [index, query] of asked.queries.entries()) panel.withTarget(target(query, index).range());
      return panel;
    },
  };
}

/** Of one unit of a panel's height. */
const GRID_PX = 38;
/** Heading, axis, legend and the pages below them. */
const AROUND_ROWS_PX = 138;
/** Less, and a row has no room for its words. */
const ROW_PX = 18;

/** One row of coloured, lettered stretches for each series. */
export function timeline(asked: Common): Panel {
  return {
    asked,
    build(at) {
      // Its legend has each mapping: not that of a value that is missing, which is a gap.
      const states = asked.mappings?.filter(({ type }) => type !== D.MappingType.SpecialValue) ?? [];
      // By thresholds, Grafana would merge the states and print ranges in place of their words.
      const panel = fill(new Timeline(), { ...asked, mappings: states }, at, D.FieldColorModeId.Fixed)
        .maxDataPoints(asked.points ?? POINTS)
        .mergeValues(true)
        .showValue(C.VisibilityMode.Auto)
        .rowHeight(0.85)
        .fillOpacity(85)
        // Above this number of rows it pages.
        .perPage(Math.floor((GRID_PX * asked.height - AROUND_ROWS_PX) / ROW_PX))
        .legend(
          new C.VizLegendOptionsBuilder()
            .showLegend(true)
            .displayMode(C.LegendDisplayMode.List)
            .placement(C.LegendPlacement.Bottom),
        )
        .tooltip(new C.VizTooltipOptionsBuilder().mode(C.TooltipDisplayMode.Single));
      for (const [index, query] of asked.queries.entries()) panel.withTarget(target(query, index).range());
      return panel;
    },
  };
}

/** A column of a table whose display differs from the panel's. */
export interface Column {
  /** As the query's legend, or a label's name. */
  readonly field: string;
  readonly name?: string;
  /** In pixels, of a column with little in it; the others share what is left, and have at least 150 each. */
  readonly width?: number;
  readonly unit?: string;
  readonly decimals?: number;
  readonly mappings?: readonly D.ValueMapping[];
  readonly thresholds?: readonly { value: number | null; color: string }[];
  /** Its background has the colour of its value. */
  readonly colored?: boolean;
  readonly links?: readonly Link[];
}

export interface TableOptions extends Common {
  /** From left to right; labels and values that are not named here are hidden. */
  readonly columns: readonly Column[];
  readonly sort?: { field: string; descending: boolean };
}

/**
 * One row for each set of labels; several queries are merged by their labels. The value of the n-th query
 * is the field `Value #A`, `Value #B` …; of a single one it is `Value`.
 */
export function table(asked: TableOptions): Panel {
  return {
    asked,
    build(at) {
      const panel = tablePanel(asked, at);
      if (asked.queries.length > 1) panel.withTransformation({ id: 'merge', options: {} });
      panel.withTransformation({
        id: 'filterFieldsByName',
        options: { include: { names: asked.columns.map(({ field }) => field) } },
      });
      panel.withTransformation({
        id: 'organize',
        options: {
          excludeByName: {},
          indexByName: Object.fromEntries(asked.columns.map(({ field }, index) => [field, index])),
          renameByName: Object.fromEntries(asked.columns.map(({ field, name }) => [field, name ?? field])),
        },
      });
      for (const column of asked.columns) {
        panel.overrideByName(column.name ?? column.field, columnProperties(column));
      }
      if (asked.sort) {
        panel.sortBy([
          new C.TableSortByFieldStateBuilder().displayName(asked.sort.field).desc(asked.sort.descending),
        ]);
      }
      return panel;
    },
  };
}

export interface MatrixOptions extends Common {
  readonly rows: string;
  readonly columns: string;
  /** The heading of the rows' labels, where it is not the name of their label. */
  readonly corner?: string;
  /** Of the rows' labels, in pixels. */
  readonly labelWidth?: number;
}

/** A matrix: a row for each value of one label, a column for each of another, coloured cells. One value per cell. */
export function matrix(asked: MatrixOptions): Panel {
  return {
    asked,
    build(at) {
      // Rows and columns come in the order of the data, which is any.
      return (
        tablePanel(asked, at)
          .withTransformation(sortBy(asked.columns))
          .withTransformation({
            id: 'groupingToMatrix',
            options: {
              rowField: asked.rows,
              columnField: asked.columns,
              valueField: 'Value',
              emptyValue: 'null',
            },
          })
          .withTransformation(sortBy(`${asked.rows}\\${asked.columns}`))
          // Labels are no values: without this they have the colour of the lowest threshold.
          .overrideByFieldType('number', COLORED)
          .overrideByName(`${asked.rows}\\${asked.columns}`, [
            { id: 'mappings', value: [] },
            { id: 'unit', value: 'string' },
            { id: 'displayName', value: asked.corner ?? asked.rows },
            ...(asked.labelWidth === undefined ? [] : [{ id: 'custom.width', value: asked.labelWidth }]),
          ])
          .align(C.FieldTextAlignment.Center)
      );
    },
  };
}

/** A cell has the colour of its value. Grafana before 9.5 knows the second name of it alone, and the others none but the first. */
const COLORED: D.DynamicConfigValue[] = [
  { id: 'custom.cellOptions', value: { type: C.TableCellDisplayMode.ColorBackground } },
  { id: 'custom.displayMode', value: 'color-background-solid' },
];

function sortBy(field: string): D.DataTransformerConfig {
  return { id: 'sortBy', options: { fields: {}, sort: [{ field }] } };
}

function tablePanel(asked: Common, at: D.GridPos): Table {
  const panel = fill(new Table(), calm(asked), at, D.FieldColorModeId.Thresholds).filterable(true);
  for (const [index, query] of asked.queries.entries()) {
    panel.withTarget(target(query, index).instant().format(PromQueryFormat.Table));
  }
  return panel;
}

/** Of nothing, Grafana takes the colour of the lowest threshold: an empty cell would be an alarm. */
function calm<Shown extends Pick<Column, 'mappings' | 'thresholds'>>(shown: Shown): Shown {
  return shown.thresholds && !shown.mappings ? { ...shown, mappings: [nothing('–', 99)] } : shown;
}

function columnProperties(column: Column): D.DynamicConfigValue[] {
  const { width, unit, decimals, mappings, thresholds, colored, links } = calm(column);
  // Of a label that looks like a number, such as the version 2.0, Grafana makes one otherwise.
  const shownAs = unit ?? (column.field.startsWith('Value') ? undefined : 'string');
  return [
    // Of a label that a row lacks, Grafana would say what it says of a panel without data.
    { id: 'noValue', value: '–' },
    ...(width === undefined ? [] : [{ id: 'custom.width', value: width }]),
    // Numbers are sorted, not filtered, and their headings need the room of the sign for it.
    ...(shownAs === 'string' ? [] : [{ id: 'custom.filterable', value: false }]),
    ...(shownAs === undefined ? [] : [{ id: 'unit', value: shownAs }]),
    ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]),
    ...(mappings ? [{ id: 'mappings', value: mappings }] : []),
    ...(thresholds
      ? [{ id: 'thresholds', value: { mode: D.ThresholdsMode.Absolute, steps: thresholds } }]
      : []),
    ...(colored ? COLORED : []),
    ...(links ? [{ id: 'links', value: links.map((link) => dataLink(link).build()) }] : []),
  ];
}
