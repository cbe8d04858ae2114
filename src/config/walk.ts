/** Looks into a schema beside a value: which keys each mapping knows, and what the single values are. */
import { z } from 'zod';
import type { Path } from './problem.ts';

export interface Surroundings {
  /** The keys that the mapping at a path may have; undefined where there is none. */
  keys(path: Path): readonly string[] | undefined;
  /** What the schema's author said about the value at a path: `secret`, `file`, `pattern`. */
  meta(path: Path): z.core.GlobalMeta | undefined;
  /** The paths of the values that are there and whose schema has this mark. */
  marked(mark: 'secret' | 'file'): readonly Path[];
}

/** Walks along the value, as far as the schema goes with it. */
export function survey(schema: z.ZodType, value: unknown): Surroundings {
  const keys = new Map<string, Set<string>>();
  const metas = new Map<string, { path: Path; meta: z.core.GlobalMeta }>();
  visit(schema, value, [], {
    mapping(path, names) {
      const known = keys.get(id(path)) ?? new Set();
      for (const name of names) known.add(name);
      keys.set(id(path), known);
    },
    meta(path, meta) {
      metas.set(id(path), { path, meta: { ...meta, ...metas.get(id(path))?.meta } });
    },
  });
  return {
    keys: (path) => {
      const known = keys.get(id(path));
      return known && [...known];
    },
    meta: (path) => metas.get(id(path))?.meta,
    marked: (mark) => [...metas.values()].filter(({ meta }) => meta[mark] === true).map(({ path }) => path),
  };
}

interface Visitor {
  mapping(path: Path, keys: string[]): void;
  meta(path: Path, meta: z.core.GlobalMeta): void;
}

function visit(schema: z.core.$ZodType, value: unknown, path: Path, visitor: Visitor): void {
  if (value === undefined) return;
  const meta = z.globalRegistry.get(schema);
  if (meta) visitor.meta(path, meta);
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if ('innerType' in def) visit(def.innerType, value, path, visitor);
  else if (def.type === 'lazy') visit(def.getter(), value, path, visitor);
  else if (def.type === 'pipe') {
    // What is written down is what goes in; `z.preprocess` alone has its schema on the other side.
    visit(def.in._zod.def.type === 'transform' ? def.out : def.in, value, path, visitor);
  } else if (def.type === 'union') {
    for (const option of def.options) if (mayBe(option, value)) visit(option, value, path, visitor);
  } else if (def.type === 'intersection') {
    visit(def.left, value, path, visitor);
    visit(def.right, value, path, visitor);
  } else if (def.type === 'array' && Array.isArray(value)) {
    for (const [index, item] of value.entries()) visit(def.element, item, [...path, index], visitor);
  } else if (def.type === 'record' && isMapping(value)) {
    for (const [key, item] of Object.entries(value)) visit(def.valueType, item, [...path, key], visitor);
  } else if (def.type === 'object' && isMapping(value)) {
    visitor.mapping(path, Object.keys(def.shape));
    for (const [key, inner] of Object.entries(def.shape)) {
      if (Object.hasOwn(value, key)) visit(inner, value[key], [...path, key], visitor);
    }
  }
}

/** Whether an option of a union can be meant: a mapping's fixed values (its `kind`) have to fit. */
function mayBe(option: z.core.$ZodType, value: unknown): boolean {
  const { def } = (option as z.core.$ZodTypes)._zod;
  if (def.type === 'pipe') return mayBe(def.in, value);
  if (def.type !== 'object') return true;
  return (
    isMapping(value) &&
    Object.entries(def.shape).every(([key, inner]) => {
      const field = (inner as z.core.$ZodTypes)._zod.def;
      return (
        field.type !== 'literal' || !Object.hasOwn(value, key) || field.values.includes(value[key] as never)
      );
    })
  );
}

/** A YAML mapping as a plain object. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function id(path: Path): string {
  return JSON.stringify(path);
}
