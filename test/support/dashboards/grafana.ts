/**
 * Panels as Grafana shows them, as far as its own package goes without a browser: its transformations, and what each value
 * of each field then reads and how it is coloured.
 */
import { createRequire } from 'node:module';
import type { Obstacle } from '../needs.ts';

/** What is used of `@grafana/data`; its own types pull in a browser's. */
interface GrafanaData {
  createTheme(): object;
  toDataFrame(data: object): Frame;
  getDisplayProcessor(options: object): (value: unknown) => { text: string; color?: string };
  standardTransformers: Record<string, { id: string; name: string }>;
  standardTransformersRegistry: { setInit(init: () => object[]): void };
  transformDataFrame(
    options: readonly object[],
    data: readonly Frame[],
  ): { subscribe(each: { next: (frames: Frame[]) => void; error: (cause: unknown) => void }): void };
}

interface Field {
  readonly name: string;
  readonly type: string;
  readonly values: readonly unknown[];
  readonly config: { readonly displayName?: string };
}
export interface Frame {
  readonly fields: readonly Field[];
}

/** As much of a panel's JSON as decides what is read. */
export interface PanelJson {
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly w: number; readonly h: number };
  readonly targets: readonly object[];
  readonly options?: {
    readonly sortBy?: readonly { readonly displayName: string }[];
    readonly perPage?: number;
  };
  readonly transformations?: readonly { readonly id: string; readonly options: object }[];
  readonly fieldConfig: {
    readonly defaults: FieldConfig;
    readonly overrides: readonly {
      readonly matcher: { readonly id: string; readonly options: unknown };
      readonly properties: readonly { readonly id: string; readonly value?: unknown }[];
    }[];
  };
}
interface FieldConfig {
  readonly color?: { readonly mode: string };
  readonly mappings?: readonly { readonly type: string }[];
  readonly [key: string]: unknown;
}

/** One series of an instant query. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What one value of a panel reads. */
export interface Shown {
  readonly field: string;
  readonly value: unknown;
  readonly text: string;
  readonly color: string | undefined;
  /** The field has words for its values. */
  readonly mapped: boolean;
}

const require = createRequire(import.meta.url);
let loaded: GrafanaData | null = null;

/** Why Grafana's package cannot be used here; null where it can. */
export function withoutGrafana(): Obstacle {
  try {
    require.resolve('@grafana/data');
    return null;
  } catch {
    return '@grafana/data not installed (npm install)';
  }
}

function grafana(): GrafanaData {
  if (loaded) return loaded;
  const data = require('@grafana/data') as GrafanaData;
  // Some are there under two names.
  const each = new Map(Object.values(data.standardTransformers).map((one) => [one.id, one]));
  data.standardTransformersRegistry.setInit(() =>
    [...each.values()].map((transformation) => ({
      id: transformation.id,
      name: transformation.name,
      transformation: () => Promise.resolve(transformation),
    })),
  );
  loaded = data;
  return data;
}

/** Its transformations look at `window` for where they run: there is one meanwhile. */
async function inBrowser<Value>(what: () => Promise<Value>): Promise<Value> {
  const had = 'window' in globalThis;
  if (!had) Object.assign(globalThis, { window: {} });
  try {
    return await what();
  } finally {
    if (!had) Reflect.deleteProperty(globalThis, 'window');
  }
}

/** The answer to a query in the form of a table: a column for the time, one for each label, one for the value. */
function frameOf(samples: readonly Sample[], refId: string, alone: boolean): Frame {
  const labels = [...new Set(samples.flatMap(({ metric }) => Object.keys(metric)))];
  const column = (name: string, type: string, values: unknown[]) => ({ name, type, values, config: {} });
  return grafana().toDataFrame({
    refId,
    fields: [
      column(
        'Time',
        'time',
        samples.map(() => 0),
      ),
      ...labels.map((label) =>
        column(
          label,
          'string',
          samples.map(({ metric }) => metric[label] ?? ''),
        ),
      ),
      column(
        alone ? 'Value' : `Value #${refId}`,
        'number',
        samples.map(({ value }) => value),
      ),
    ],
  });
}

/** Everything that a panel reads of the answers to its queries, and of a value that is missing. */
export async function shown(panel: PanelJson, answers: readonly (readonly Sample[])[]): Promise<Shown[]> {
  const data = grafana();
  const frames = answers.map((samples, index) =>
    frameOf(samples, 'ABCDEFGHIJ'[index]!, answers.length === 1),
  );
  const transformed = await inBrowser(
    () =>
      new Promise<Frame[]>((resolve, reject) => {
        const each = { next: resolve, error: reject };
        data.transformDataFrame(panel.transformations ?? [], frames).subscribe(each);
      }),
  );
  const theme = data.createTheme();
  return transformed.flatMap(({ fields }) =>
    fields.flatMap((field) => {
      if (field.name === 'Time') return [];
      // `organize` renames columns so, and overrides go by the new name.
      const name = field.config.displayName ?? field.name;
      const config = configOf(panel, name);
      const display = data.getDisplayProcessor({ field: { ...field, config }, theme, timeZone: 'utc' });
      const values = field.type === 'number' ? [...field.values, null] : field.values;
      const mapped = config.mappings?.some(({ type }) => type === 'value') ?? false;
      return [...new Set(values)].map((value) => {
        const { text, color } = display(value);
        return { field: name, value, text, color, mapped };
      });
    }),
  );
}

/** A field's own display: that of the panel, and what overrides it by name. */
function configOf({ fieldConfig }: PanelJson, name: string): FieldConfig {
  const overrides = fieldConfig.overrides.filter(
    ({ matcher }) => matcher.id === 'byName' && matcher.options === name,
  );
  const properties = overrides.flatMap((each) => each.properties);
  return {
    ...fieldConfig.defaults,
    ...Object.fromEntries(properties.map(({ id, value }) => [id, value])),
  };
}

/** What is wrong with what a panel reads: labels that read otherwise, states without a word, alarms about nothing. */
export async function faults(panel: PanelJson, answers: readonly (readonly Sample[])[]): Promise<string[]> {
  const values = await shown(panel, answers);
  const found = values.flatMap(({ field, value, text, mapped }) => {
    const of = `${panel.title}: ${field} ${JSON.stringify(value)} reads "${text}"`;
    // Labels are columns of tables alone; elsewhere they are in the names of series.
    if (typeof value === 'string') return panel.type !== 'table' || text === (value || '–') ? [] : [of];
    if (text === '' || text === 'NaN') return [of];
    // A state's word is never the number that stands for it.
    return mapped && /^[0-9.]+$/.test(text) && panel.type !== 'stat' ? [of] : [];
  });
  const { mode } = panel.fieldConfig.defaults.color ?? { mode: '' };
  return panel.type === 'state-timeline' && mode === 'thresholds'
    ? [...found, `${panel.title}: thresholds merge its states`]
    : found;
}
