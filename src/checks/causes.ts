/**
 * Causes of findings as data. Each kind of check declares its own, an id and the schema of what it carries; the type, the
 * validation of stored runs and the description of the API come from there. Sentences are rendered from them (`sentence.ts`).
 */
import { z } from 'zod';
import type { Immutable } from '../base/immutable.ts';

/** Causes by the stable id of their finding, in kebab-case: what each carries beside it; a union where that may be one of several. */
export type CauseSchemas = Readonly<Record<string, z.ZodObject | z.ZodUnion<readonly z.ZodObject[]>>>;

/** An empty object's schema has an index signature; a cause that carries nothing has its id alone. */
type Carried<Data> = string extends keyof Data ? unknown : Immutable<Data>;

/** The causes that these schemas declare: a union discriminated by `id`. */
export type CauseOf<Schemas extends CauseSchemas> = {
  [Id in keyof Schemas & string]: { readonly id: Id } & Carried<z.output<Schemas[Id]>>;
}[keyof Schemas & string];

/** One schema for any of these causes, for where they are published as they are. */
export function causeUnion<Schemas extends Readonly<Record<string, z.ZodObject>>>(
  schemas: Schemas,
): z.ZodType<CauseOf<Schemas>> {
  const members = Object.entries(schemas).map(([id, schema]) =>
    z.strictObject({ id: z.literal(id), ...schema.shape }),
  );
  // A union made in a loop has lost what each member is: more than the compiler can follow.
  return z.discriminatedUnion('id', members as never) as unknown as z.ZodType<CauseOf<Schemas>>;
}

/** What may happen to a run of any kind. */
export const commonCauses = {
  /** The run did not end in time and was aborted. */
  deadline: z.object({ seconds: z.number() }),
  /** It was cancelled before it was complete. */
  cancelled: z.object({}),
  /** An exception of ours. */
  internal: z.object({ message: z.string(), stack: z.string().exactOptional() }),
} satisfies CauseSchemas;

export type CommonCause = CauseOf<typeof commonCauses>;
