/** The answers of the API as schemas. They are strict: tests hold real answers against them. */
import { z } from 'zod';
import { SEVERITIES } from '../../base/about.ts';
import { KINDS, OUTCOMES, type Outcome, TRIGGERS } from '../../checks/check.ts';
import { kinds } from '../../checks/kinds.ts';
import { finding, results, run } from '../../checks/run-schema.ts';
import { at, ms } from '../../checks/schema.ts';
import { STEPS } from '../../compare/availability.ts';
import { SKIP_REASONS } from '../../schedule/scheduler.ts';
import { seenCheck } from '../../view/places.ts';

export const activity = z
  .strictObject({
    id: z.string(),
    check: z.string(),
    kind: z.enum(KINDS),
    state: z.enum(['waiting', 'running']),
    trigger: z
      .enum(TRIGGERS)
      .describe('`confirm`: follows a failure at once; `maintenance`: a maintenance has ended'),
    startedBy: z.string().nullable().describe('who started it by hand; null where nobody did'),
    queuedAt: at,
    startedAt: at.nullable(),
    progress: z
      .strictObject({
        phase: z.string(),
        text: z.string().describe('one line, in English'),
        doing: z.looseObject({ id: z.string() }).exactOptional().describe('the same as data'),
        partial: z.strictObject(results).exactOptional().describe('what is known so far'),
      })
      .nullable(),
  })
  .describe('A run that has not ended.');

const maintenance = z
  .strictObject({ from: at, until: at, by: z.enum(['schedule', 'hand']) })
  .nullable()
  .describe('the maintenance that it is in: it runs, and nobody is notified');

export const check = z
  .strictObject({
    name: z.string(),
    kind: z.enum(KINDS),
    title: z.string().nullable(),
    group: z.string().nullable(),
    severity: z.enum(SEVERITIES).describe('how severe its alerts are at most'),
    labels: z.record(z.string(), z.string()),
    enabled: z.boolean().describe('false: it is not run'),
    heavy: z.boolean().describe('needs browsers: one such run at a time'),
    target: z.string().nullable(),
    intervalMs: ms.describe('the longest time between two scheduled runs, in milliseconds'),
    maintenance,
    activity: activity.nullable(),
    skipped: z.strictObject(
      Object.fromEntries(SKIP_REASONS.map((reason) => [reason, z.int()])) as Record<
        (typeof SKIP_REASONS)[number],
        z.ZodInt
      >,
    ),
    nextRun: at.nullable(),
    latest: run
      .pick({ id: true, outcome: true, summary: true, startedAt: true, durationMs: true })
      .nullable(),
    since: z
      .strictObject({
        at,
        runs: z.int(),
        orEarlier: z.boolean().describe('nothing older is known'),
      })
      .nullable()
      .describe('since when it works, is broken, or could not tell'),
  })
  .describe('A check, its schedule and its state.');

export const evidenceFile = z.strictObject({ name: z.string(), bytes: z.int(), url: z.string() });

export const problem = z
  .strictObject({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('the same as `error.message`'),
    error: z.strictObject({
      code: z.string().describe('stable'),
      message: z.string(),
      run: activity.exactOptional().describe('with `check-busy`: the run that is on'),
      problems: z.array(z.string()).exactOptional().describe('with `configuration-refused`'),
    }),
  })
  .describe('Why a request was refused (RFC 9457).');

const counted = z
  .strictObject(
    Object.fromEntries(OUTCOMES.map((outcome) => [outcome, z.int()])) as Record<Outcome, z.ZodInt>,
  )
  .describe('runs by outcome');
const bucket = {
  from: at,
  to: at,
  runs: counted,
  availability: z
    .number()
    .nullable()
    .describe(
      'share of the runs that worked (`pass`, `degraded`) among those that could tell; null without any',
    ),
};

/** Each by the name that it has in the description. */
export const ANSWERS = {
  Finding: finding,
  Run: run,
  Activity: activity,
  Check: check,
  EvidenceFile: evidenceFile,
  Problem: problem,
  Runs: z.strictObject({
    runs: z.array(run).describe('the latest first'),
    next: z.string().nullable().describe('`cursor` of the runs that follow; null when none do'),
  }),
  Events: z.strictObject({
    events: z
      .array(
        z.strictObject({
          type: z.literal('version-changed'),
          check: z.string(),
          subject: z.string().describe('what has another version'),
          from: z.string(),
          to: z.string(),
          at,
          run: z.string().describe('the first run that saw it'),
        }),
      )
      .describe('the latest first'),
  }),
  Availability: z.strictObject({
    check: z.string(),
    kind: z.enum(KINDS),
    ...bucket,
    by: z.enum(STEPS),
    buckets: z.array(z.strictObject(bucket)).describe('the earliest first, also those without a run'),
  }),
  Checks: z.strictObject({ checks: z.array(check) }),
  Status: z
    .strictObject({
      place: z.string().nullable().describe('where this Vigie runs (`server.place`)'),
      at: at.describe('when this was answered'),
      checks: z.array(z.strictObject(seenCheck)),
    })
    .describe('What is said to everybody, as this Vigie sees it.'),
  Maintenance: z.strictObject({ check: z.string(), maintenance }),
  Evidence: z.strictObject({ files: z.array(evidenceFile) }),
};
export type AnswerName = keyof typeof ANSWERS;

/** What runs of each kind found, by the name that it has in the description: `CallResult`. */
export const RESULTS: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  KINDS.map((kind) => [`${kind[0]!.toUpperCase()}${kind.slice(1)}Result`, kinds[kind].result]),
);
