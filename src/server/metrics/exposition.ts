/** Prometheus's text format, written directly: a thousand series that change with every run cost too much as gauges. */

/** Prometheus's own text format, or OpenMetrics, which alone has exemplars. */
export type Format = 'prometheus' | 'openmetrics';

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter' | 'histogram';
}

type Labels = Readonly<Record<string, string>>;

/** One of what a counter counted. */
export interface Exemplar {
  /** At most 128 characters in all. */
  readonly labels: Labels;
  readonly value: number;
  /** In seconds since 1970. */
  readonly at: number;
}

/** A sample's line; `exemplar` in OpenMetrics alone. */
export function sample(
  name: string,
  labels: Labels,
  value: number,
  exemplar: Exemplar | null = null,
): string {
  const beside = exemplar ? ` # {${pairs(exemplar.labels)}} ${exemplar.value} ${exemplar.at}` : '';
  return `${name}{${pairs(labels)}} ${value}${beside}\n`;
}

function pairs(labels: Labels): string {
  return Object.entries(labels)
    .map(([label, text]) => `${label}="${escaped(text)}"`)
    .join(',');
}

/**
 * An exposition in Prometheus's format as OpenMetrics: no empty lines, counters named without `_total` in their heads,
 * quotes escaped there, and an end that can be seen. Families are two lines of a head and their samples.
 */
export function asOpenMetrics(text: string): string {
  const families = text.split('\n\n').map((family) => {
    const type = family.indexOf('\n') + 1;
    const samples = family.indexOf('\n', type);
    const end = samples < 0 ? family.length : samples;
    const help = withoutTotal(family.slice(0, type)).replaceAll('"', '\\"');
    return `${help}${withoutTotal(family.slice(type, end))}${family.slice(end)}`;
  });
  return `${families.join('\n').trimEnd()}\n# EOF\n`;
}

const withoutTotal = (line: string): string => line.replace(/^(# \w+ \w+?)_total /, '$1 ');

/** Which of the two whoever asks prefers; Prometheus's own where both are as welcome, or neither is named. */
export function preferredFormat(accept: string | undefined): Format {
  const weights = { openmetrics: 0, prometheus: 0 };
  for (const range of accept?.split(',') ?? []) {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const weight = weightOf(parameters);
    if (type === 'application/openmetrics-text') weights.openmetrics = Math.max(weights.openmetrics, weight);
    if (type === 'text/plain') weights.prometheus = Math.max(weights.prometheus, weight);
  }
  return weights.openmetrics > weights.prometheus ? 'openmetrics' : 'prometheus';
}

/** The weight among the parameters of a range; 1 where none is given, 0 where it is none. */
function weightOf(parameters: readonly string[]): number {
  const given = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return given === undefined ? 1 : Number.parseFloat(given) || 0;
}

/** As the text format wants label values: backslash, quote and line feed escaped. */
function escaped(text: string): string {
  return /["\\\n]/.test(text)
    ? text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    : text;
}

/** Lines by family, in the order in which the families are declared. */
export class Exposition {
  readonly #lines: Map<Family, string[]>;

  constructor(families: readonly Family[]) {
    this.#lines = new Map(families.map((family) => [family, []]));
  }

  /** Adds lines that are written already, by their family. */
  addAll(blocks: ReadonlyMap<Family, string>): void {
    for (const [family, lines] of blocks) this.#lines.get(family)!.push(lines);
  }

  /** All families with their heads, also those without a sample; no line feed at the end. */
  text(): string {
    return [...this.#lines]
      .map(([{ name, help, type }, lines]) =>
        `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`.trimEnd(),
      )
      .join('\n\n');
  }
}
