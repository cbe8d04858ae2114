/** The configuration's JSON Schema, for editors: made from the same schemas that the loader uses. */
import { z } from 'zod';
import { DURATION_PATTERN, formatDuration } from '../base/durations.ts';
import { formatSize, SIZE_PATTERN } from '../base/units.ts';
import { CHECKS_DESCRIPTION, frame, type Kinds, sharedKeys } from './schema.ts';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** JSON Schema (draft 2020-12) of a configuration with these kinds of check; of what is written, not of what it becomes. */
export function configJsonSchema(kinds: Kinds): JsonSchema {
  const whole = toJsonSchema(frame);
  const checks = whole.properties?.checks as JsonSchema;
  return {
    ...whole,
    title: 'Configuration of Vigie',
    properties: {
      ...whole.properties,
      checks: {
        ...checks,
        description: CHECKS_DESCRIPTION,
        items: {
          oneOf: Object.entries(kinds).map(([name, kind]) => checkSchema(name, kind)),
        },
      },
    },
  };
}

function checkSchema(kind: string, { schema, defaultEvery }: Kinds[string]): JsonSchema {
  const { $schema: _, ...rest } = toJsonSchema(schema);
  const shared = toJsonSchema(sharedKeys([kind])).properties ?? {};
  const every = shared.every as JsonSchema;
  return {
    ...rest,
    title: `A check of kind "${kind}"`,
    type: 'object',
    properties: {
      ...shared,
      kind: { description: (shared.kind as JsonSchema).description, const: kind } as JsonSchema,
      every: { ...every, default: defaultEvery },
      ...rest.properties,
    },
    required: ['name', 'kind', ...(rest.required ?? [])],
    // Either of them, or neither.
    not: { required: ['every', 'cron'] },
    additionalProperties: false,
  };
}

function toJsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = (zodSchema as z.core.$ZodTypes)._zod;
      const { examples } = z.globalRegistry.get(zodSchema) ?? {};
      // zod leaves out what it cannot know to be valid as it is written: values that are read into others.
      if (Array.isArray(examples)) jsonSchema.examples = examples;
      if (def.type === 'prefault') jsonSchema.default = def.defaultValue as JsonSchema['default'];
      if (def.type === 'default' && jsonSchema.pattern === DURATION_PATTERN) {
        jsonSchema.default = formatDuration(Number(def.defaultValue));
      }
      if (def.type === 'default' && jsonSchema.pattern === SIZE_PATTERN) {
        jsonSchema.default = formatSize(Number(def.defaultValue));
      }
      // zod's own limits of what an integer is.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      // Marks for the loader; they mean nothing to an editor.
      delete jsonSchema.secret;
      delete jsonSchema.file;
      delete jsonSchema.named;
      delete jsonSchema.range;
    },
  });
}
