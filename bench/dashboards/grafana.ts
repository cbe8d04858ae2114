/** What a dashboard asks of Prometheus when it is opened, as Grafana asks it. */
import { ANNOTATIONS, MARKS_EVERY_S } from '../../dashboards/dashboard.ts';

interface Dashboard {
  readonly title: string;
  readonly time: { readonly from: string };
  readonly templating: { readonly list: readonly { name: string; query: string | { query: string } }[] };
  readonly panels: readonly {
    readonly title: string;
    readonly maxDataPoints?: number;
    readonly gridPos: { readonly w: number };
    readonly targets?: readonly { readonly expr: string; readonly instant?: boolean }[];
  }[];
}

export interface Asked {
  /** The panel, the variable or the mark that asks. */
  readonly by: string;
  /** Path and query of the API. */
  readonly path: string;
}

/** A large screen, of 24 columns. */
const SCREEN_PX = 1900;
const COLUMNS = 24;
/** Grafana's default where the data source says nothing: no step is shorter than a scrape. */
const LEAST_STEP_S = 15;
/** Prometheus gives no more points of one series. */
const MOST_POINTS = 11_000;
/** Steps to which Grafana rounds, in seconds. */
const STEPS = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
];

function stepOf(rangeS: number, points: number): number {
  const exact = Math.max(rangeS / points, LEAST_STEP_S);
  return STEPS.reduce((best, each) => (Math.abs(each - exact) < Math.abs(best - exact) ? each : best));
}

export function opensWithS({ time }: Dashboard): number {
  const [, count, unit] = /^now-(\d+)([hd])$/.exec(time.from) ?? [];
  return Number(count) * (unit === 'd' ? 86_400 : 3600);
}

/** Every query of a dashboard over a range that ends at `end`, with all instances and checks. */
export function queriesOf(dashboard: Dashboard, end: number, rangeS: number, call: string): Asked[] {
  const filled = (text: string) =>
    text
      .replaceAll('$__range', `${rangeS}s`)
      .replaceAll('$call', call)
      .replaceAll(/\$(instance|check|step|domain)\b/g, '.*');
  const path = (api: string, values: Record<string, string | number>) =>
    `/api/v1/${api}?${new URLSearchParams(Object.entries(values).map(([name, value]) => [name, String(value)] as [string, string])).toString()}`;
  const over = (expr: string, step: number) =>
    path('query_range', {
      query: filled(expr),
      start: Math.floor((end - rangeS) / step) * step,
      end: Math.floor(end / step) * step,
      step,
    });
  const variables = dashboard.templating.list.flatMap(({ name, query }) => {
    const text = typeof query === 'string' ? query : query.query;
    const [, of, label] = /^label_values\((.*), (\w+)\)$/.exec(text) ?? [];
    if (of === undefined) return [];
    return [
      {
        by: `variable ${name}`,
        path: path(`label/${label}/values`, { 'match[]': filled(of), start: end - rangeS, end }),
      },
    ];
  });
  const marks = ANNOTATIONS.map(({ name, expr }) => ({
    by: `marks: ${name}`,
    path: over(expr, Math.max(MARKS_EVERY_S, Math.ceil(rangeS / MOST_POINTS))),
  }));
  const panels = dashboard.panels.flatMap(({ title, gridPos, maxDataPoints, targets = [] }) =>
    targets.map(({ expr, instant }) => ({
      by: title,
      path: instant
        ? path('query', { query: filled(expr), time: end })
        : over(expr, stepOf(rangeS, maxDataPoints ?? (SCREEN_PX * gridPos.w) / COLUMNS)),
    })),
  );
  return [...variables, ...marks, ...panels];
}

export type { Dashboard };
