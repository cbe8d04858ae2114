/**
 * The schema of a run, with the results of all kinds: what the API describes and tests hold its answers against, and
 * what runs are read with from recordings and from the history.
 */
import { z } from 'zod';
import { KINDS, type Kind, OUTCOMES, type Run, TRIGGERS, WHERES } from './check.ts';
import { kinds } from './kinds.ts';
import { lenient } from './lenient.ts';
import { at, ms } from './schema.ts';
import { software } from './software.ts';

/** What was found, under the name of its kind. */
export const results = Object.fromEntries(
  KINDS.map((kind) => [kind, kinds[kind].result.exactOptional()]),
) as unknown as { [K in Kind]: z.ZodExactOptional<(typeof kinds)[K]['result']> };

export const finding = z
  .strictObject({
    id: z.string().describe('stable; docs list them'),
    outcome: z.enum(OUTCOMES).describe('`pass` marks advice'),
    text: z.string().describe('one sentence for a person'),
    where: z.enum(WHERES).exactOptional(),
    cause: z
      .looseObject({ id: z.string() })
      .exactOptional()
      .describe('the same as data; absent in runs of earlier versions'),
    looksLike: z
      .array(z.string())
      .exactOptional()
      .describe('ids of known faults whose signature it has; docs/known-faults.yaml has them'),
    evidence: z.record(z.string(), z.unknown()).exactOptional().describe('the figures that led to it'),
  })
  .describe('One thing that was found.');

/** What every run has, whichever its kind. */
const frame = {
  schema: z.literal(1),
  id: z.string().describe('sortable by time'),
  check: z.string(),
  kind: z.enum(KINDS),
  outcome: z
    .enum(OUTCOMES)
    .describe(
      '`fail`: the target is broken; `error`: Vigie could not tell; `degraded`: works, below its thresholds',
    ),
  summary: z.string(),
  startedAt: at,
  durationMs: ms,
  phases: z.array(
    z.strictObject({
      step: z.string().exactOptional().describe('absent where it is a phase of the whole run'),
      name: z.string(),
      ms,
    }),
  ),
  findings: z.array(finding).describe('the worst first'),
  configuration: z
    .string()
    .exactOptional()
    .describe('a digest of the check’s options; absent in runs of earlier versions'),
  place: z
    .string()
    .exactOptional()
    .describe('where the Vigie runs that made it (`server.place`); absent where that is not configured'),
  trigger: z
    .enum(TRIGGERS)
    .exactOptional()
    .describe(
      'why it took place: `hand`; `confirm`: it followed a failure at once; `maintenance`: one had ended. Absent in runs of earlier versions and of commands',
    ),
  startedBy: z
    .string()
    .exactOptional()
    .describe('who started it by hand: a name that a trusted proxy gave, or an address'),
};
const servers = z
  .array(software)
  .exactOptional()
  .describe('the servers of the target that reported their version; absent where none did');

/** A run as this version publishes it: nothing else may be in it. */
export const run = z
  .strictObject({ ...frame, ...results, software: servers })
  .describe('One execution of a check.');

const [first, ...others] = KINDS.map((kind) =>
  z.looseObject({
    ...lenientShape({ ...frame, software: servers }),
    kind: z.literal(kind),
    [kind]: lenient(kinds[kind].result).optional(),
  }),
);
const readable: z.ZodType = z.discriminatedUnion('kind', [first!, ...others]);

function lenientShape(shape: z.ZodRawShape): Readonly<Record<string, z.ZodType>> {
  return Object.fromEntries(Object.entries(shape).map(([key, field]) => [key, lenient(field)]));
}

/** A run that this version, an earlier or a later one wrote. What it says that this version does not know is kept. */
// A union over the registry of kinds: more than the compiler can follow.
export const readableRun = readable as z.ZodType<Run>;
