/** Prometheus's text format, written directly: a thousand series that change with every run cost too much as gauges. */

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
}

/** A sample's line. */
export function sample(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const all = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}{${all.join(',')}} ${value}\n`;
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
