/** A configuration file as plain values, with variables filled in and the place of each value in the file. */
import { readFile } from 'node:fs/promises';
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { errorCode, type FileFault, fileFault } from '../base/errno.ts';
import { interpolate } from './interpolate.ts';
import { formatPath, type Path, type Problem } from './problem.ts';
import { yamlFault } from './yaml-messages.ts';

/** Aliases can make a short file enormous; no configuration has that number of values. */
const MOST_VALUES = 100_000;

/** Keys that exclude each other. */
const ALTERNATIVES = [['every', 'cron']] as const;

/** Offsets in the file. */
interface Place {
  readonly key: number;
  readonly value: number;
}

export interface Source {
  readonly file: string;
  readonly value: unknown;
  /** A problem at a path; `of: 'key'` points at the key, `'value'` at what it is set to. */
  problem(path: Path, message: string, options?: { hint?: string | null; of?: 'key' | 'value' }): Problem;
  /** The line that a path's key is on. */
  line(path: Path): number;
  /** What the file says where a variable was filled in: `${NAME}`; undefined elsewhere. */
  written(path: Path): string | undefined;
  /** The text with every value that came from a variable replaced by what the file says. */
  redact(text: string): string;
}

/** Reads and parses the file. `source` is null where nothing could be made of it. */
export async function readSource(
  file: string,
  env: NodeJS.ProcessEnv,
): Promise<{ source: Source | null; problems: Problem[] }> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const fault = fileFault(error);
    const message = `cannot be read: ${fault ? READ_FAULTS[fault] : errorCode(error)}`;
    return { source: null, problems: [{ file, line: null, column: null, key: null, message, hint: null }] };
  }
  return parseSource(file, text, env);
}

const READ_FAULTS: Readonly<Record<FileFault, string>> = {
  'no-file': 'there is no such file',
  'not-permitted': 'permission denied',
  directory: 'it is a directory, expected a YAML file',
};

/** Parses the text of a configuration file. `source` is null where it is not YAML. */
export function parseSource(
  file: string,
  text: string,
  env: NodeJS.ProcessEnv,
): { source: Source | null; problems: Problem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const wrong = [...document.errors, ...document.warnings];
  if (wrong.length > 0) {
    // What follows the first fault of the notation is seldom a fault of its own.
    const first = wrong[0]!;
    const { message, at } = yamlFault(first, document, text);
    const { line, col } = lines.linePos(at);
    return { source: null, problems: [{ file, line, column: col, key: null, message, hint: null }] };
  }
  const reader = new Reader(file, document, lines, env);
  const value = reader.read();
  return { source: reader.source(value), problems: reader.problems };
}

class Reader {
  readonly problems: Problem[] = [];
  readonly #places = new Map<string, Place>();
  readonly #written = new Map<string, string>();
  readonly #filledIn = new Map<string, string>();
  readonly #open = new Set<unknown>();
  readonly #file: string;
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #env: NodeJS.ProcessEnv;
  #values = 0;

  constructor(file: string, document: Document, lines: LineCounter, env: NodeJS.ProcessEnv) {
    this.#file = file;
    this.#document = document;
    this.#lines = lines;
    this.#env = env;
  }

  read(): unknown {
    this.#places.set(id([]), { key: 0, value: offset(this.#document.contents) ?? 0 });
    return this.#value(this.#document.contents as Node | null, []);
  }

  source(value: unknown): Source {
    return {
      file: this.#file,
      value,
      problem: (path, message, { hint = null, of = 'value' } = {}) =>
        this.#problem(path, this.#place(path)[of], message, hint),
      line: (path) => this.#lines.linePos(this.#place(path).key).line,
      written: (path) => this.#written.get(id(path)),
      redact: (text) => {
        let redacted = text;
        for (const [filledIn, written] of this.#filledIn) redacted = redacted.replaceAll(filledIn, written);
        return redacted;
      },
    };
  }

  /** Of the path, or of the nearest thing around it that is written down. */
  #place(path: Path): Place {
    for (let length = path.length; ; length -= 1) {
      const place = this.#places.get(id(path.slice(0, length)));
      if (place) return length === path.length ? place : { key: place.key, value: place.key };
    }
  }

  #problem(path: Path, at: number, message: string, hint: string | null = null): Problem {
    const { line, col } = this.#lines.linePos(at);
    return { file: this.#file, line, column: col, key: formatPath(path) || null, message, hint };
  }

  #value(node: Node | null, path: Path): unknown {
    this.#values += 1;
    if (this.#values === MOST_VALUES) {
      this.problems.push(
        this.#problem([], offset(node) ?? 0, 'the aliases in this file multiply it too far'),
      );
    }
    if (this.#values >= MOST_VALUES) return UNKNOWN;
    if (node === null) return null;
    if (isAlias(node)) return this.#alias(node, path);
    if (isScalar(node)) return this.#scalar(node, path);
    if (this.#open.has(node)) {
      this.problems.push(this.#problem(path, offset(node) ?? 0, 'an alias that contains itself'));
      return UNKNOWN;
    }
    this.#open.add(node);
    try {
      if (isMap(node)) return this.#map(node, path);
      if (isSeq(node))
        return node.items.map((item, index) => this.#child(item as Node | null, [...path, index]));
      return null;
    } finally {
      this.#open.delete(node);
    }
  }

  #child(node: Node | null, path: Path, key?: Node): unknown {
    const value = offset(node) ?? offset(key) ?? 0;
    this.#places.set(id(path), { key: offset(key) ?? value, value });
    return this.#value(node, path);
  }

  #alias(alias: Alias, path: Path): unknown {
    const target = alias.resolve(this.#document);
    if (target) return this.#value(target, path);
    this.problems.push(
      this.#problem(path, offset(alias) ?? 0, `there is no anchor "&${alias.source}" before this alias`),
    );
    return UNKNOWN;
  }

  #scalar(scalar: Scalar, path: Path): unknown {
    if (typeof scalar.value !== 'string' || !scalar.value.includes('${')) return scalar.value;
    const { text, faults, values } = interpolate(scalar.value, this.#env);
    for (const fault of faults) this.problems.push(this.#problem(path, offset(scalar) ?? 0, fault));
    if (faults.length > 0) return UNKNOWN;
    if (values.size > 0) this.#written.set(id(path), scalar.value);
    // A short value is found in any sentence; only longer ones can be distinguished from the words around them.
    for (const [name, value] of values) if (value.length > 3) this.#filledIn.set(value, `\${${name}}`);
    return text;
  }

  #map(map: YAMLMap, path: Path): Record<string, unknown> {
    const own = new Map<string, Node>();
    const result: Record<string, unknown> = {};
    // First, so that what the mapping itself sets wins, in value and in place.
    for (const { key, value } of map.items) {
      if (isScalar(key) && key.value === '<<') this.#merge(result, value as Node | null, path);
    }
    for (const { key, value } of map.items) {
      const node = key as Node;
      if (!isScalar(node) || !['string', 'number', 'boolean'].includes(typeof node.value)) {
        this.problems.push(
          this.#problem(path, offset(node) ?? offset(map) ?? 0, 'expected a word as the key'),
        );
        continue;
      }
      const name = String(node.value as string | number | boolean);
      if (name === '<<') continue;
      const before = own.get(name);
      if (before) {
        const { line } = this.#lines.linePos(offset(before) ?? 0);
        const message = `this key was already set on line ${line}; expected it once`;
        this.problems.push(this.#problem([...path, name], offset(node) ?? 0, message));
        continue;
      }
      own.set(name, node);
      set(result, name, this.#child(value as Node | null, [...path, name], node));
    }
    // Who says one of them means that one, whatever was merged.
    for (const [one, other] of ALTERNATIVES) {
      if (own.has(one) !== own.has(other)) delete result[own.has(one) ? other : one];
    }
    return result;
  }

  /** `<<: *anchor` and `<<: [*first, *second]`: the keys of the anchored mappings; the first one wins. */
  #merge(into: Record<string, unknown>, node: Node | null, path: Path): void {
    const target = this.#target(node);
    for (const item of isSeq(target) ? [...target.items].reverse() : [target]) {
      const map = this.#target(item as Node | null);
      if (isMap(map)) {
        // A mapping that contains itself has no keys to give, and is reported.
        for (const [key, value] of Object.entries(Object(this.#value(map, path)))) set(into, key, value);
      } else {
        const message = 'expected "<<" to name a mapping that has an anchor, such as "<<: *defaults"';
        this.problems.push(this.#problem([...path, '<<'], offset(node) ?? 0, message));
      }
    }
  }

  #target(node: Node | null): Node | null {
    return isAlias(node) ? (node.resolve(this.#document) ?? null) : node;
  }
}

/** Stands for a value that is already reported, so that it is not reported again for being of no use. */
export const UNKNOWN: unique symbol = Symbol('unknown');

/** Sets an own property, whatever its name (`__proto__` is a key like another). */
function set(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}

function offset(node: unknown): number | undefined {
  return (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0];
}

function id(path: Path): string {
  return JSON.stringify(path);
}
