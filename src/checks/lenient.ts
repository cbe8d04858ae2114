/**
 * A schema for reading what another version wrote, made of the one for what this version writes: fields that it does
 * not know are kept, lists stay bounded, and a field that may be null is null where it is absent. Whoever adds a field to a result makes
 * it optional or nullable, so that runs from before it stay readable.
 */
import { z } from 'zod';

export function lenient<S extends z.core.$ZodType>(schema: S): z.ZodType<z.output<S>> {
  return loosened(schema) as z.ZodType<z.output<S>>;
}

function loosened(schema: z.core.$ZodType): z.ZodType {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'object') {
    const fields = Object.entries(def.shape).map(([key, field]) => [key, lenientField(field)]);
    return z.looseObject(Object.fromEntries(fields));
  }
  if (def.type === 'array') {
    const bounds = (def.checks ?? []) as z.core.$ZodCheck<unknown[]>[];
    return z.array(loosened(def.element)).check(...bounds);
  }
  if (def.type === 'nullable') return loosened(def.innerType).nullable();
  if (def.type === 'optional') return loosened(def.innerType).optional();
  if (def.type === 'union') return z.union(def.options.map(loosened));
  if (def.type === 'record') return z.record(def.keyType as z.core.$ZodRecordKey, loosened(def.valueType));
  return schema as z.ZodType;
}

function lenientField(field: z.core.$ZodType): z.ZodType {
  const read = loosened(field);
  return (field as z.core.$ZodTypes)._zod.def.type === 'nullable' ? read.default(null) : read;
}
