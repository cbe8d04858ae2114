/** Plain values that a schema admits: each choice that it leaves is made in one of them at least. */
import type { z } from 'zod';

/** What of a schema's definition is needed, as zod 4 keeps it. */
interface Definition {
  readonly type: string;
  readonly innerType?: Schema;
  readonly element?: Schema;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly options?: readonly Schema[];
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
  readonly valueType?: Schema;
}
interface Schema {
  readonly def: Definition;
}
const ABSENT = Symbol('absent');

/** Samples of what this schema admits; of an object, each differs from the first in one field. */
export function samplesOf(schema: z.ZodType): unknown[] {
  return samples(schema as unknown as Schema).filter((sample) => sample !== ABSENT);
}

function samples({ def }: Schema): unknown[] {
  switch (def.type) {
    case 'string':
      return ['2026-11-22T15:00:07.123Z'];
    case 'number':
      return [0.4, 1, 7];
    case 'int':
      return [1, 7];
    case 'boolean':
      return [true, false];
    case 'enum':
      return Object.values(def.entries!);
    case 'literal':
      return [...def.values!];
    case 'nullable':
      return [...samples(def.innerType!), null];
    case 'optional':
      return [...samples(def.innerType!), ABSENT];
    case 'array': {
      const of = samples(def.element!);
      return [of, ...of.map((one) => [one]), [of[0], of[0], of[0]]];
    }
    case 'record':
      return samples(def.valueType!).map((value) => ({ A: value, B: value }));
    case 'union':
      return def.options!.flatMap(samples);
    case 'object':
      return objects(def.shape!);
    default:
      throw new Error(`no sample of a schema of type ${def.type}`);
  }
}

function objects(shape: Readonly<Record<string, Schema>>): unknown[] {
  const fields = Object.entries(shape).map(([key, schema]) => ({ key, of: samples(schema) }));
  const first = Object.fromEntries(fields.map(({ key, of }) => [key, of[0]]));
  const others = fields.flatMap(({ key, of }) => of.slice(1).map((value) => ({ ...first, [key]: value })));
  return [first, ...others].map((one) =>
    Object.fromEntries(Object.entries(one).filter(([, value]) => value !== ABSENT)),
  );
}
