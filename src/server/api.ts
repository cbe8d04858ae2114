/** The API: runs and checks as JSON, and a run by hand. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { giveWay } from '../base/giving-way.ts';
import { duration } from '../base/units.ts';
import { KINDS, OUTCOMES, type Run } from '../checks/check.ts';
import type { RunFilter, RunStore } from '../history/store.ts';
import { mayManage, mayStartRuns } from './access.ts';
import { ApiError } from './errors.ts';
import { startRun } from './hand.ts';
import { Slots } from './slots.ts';
import type { ServerSource } from './source.ts';
import type { TokenTries } from './tries.ts';

/** An instant as people (ISO 8601) or Grafana's variables (milliseconds since 1970) write it; gives it as runs have it. */
export const instant = z.string().transform((text, context) => {
  const at = new Date(/^\d{11,15}$/.test(text) ? Number(text) : text);
  if (!Number.isNaN(at.getTime())) return at.toISOString();
  context.issues.push({
    code: 'custom',
    message: 'expected a time such as 2026-11-22T15:00:00Z, or milliseconds since 1970',
    input: text,
  });
  return z.NEVER;
});
/** No check and no version has a longer name. */
const named = z.string().max(200);
export const runsQuery = z.strictObject({
  check: named.optional(),
  kind: z.enum(KINDS).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  version: named.optional(),
  from: instant.optional(),
  to: instant.optional(),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'expected what "next" said in the answer before')
    .transform(Number)
    .optional(),
  limit: z.coerce.number().int().min(1).max(500).default(20),
});
export const eventsQuery = z.strictObject({
  check: named.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(20),
});
export const noQuery = z.strictObject({});
const LONGEST_MAINTENANCE = '30d';
export const maintenanceQuery = z.strictObject({
  for: duration({ min: '1m', max: LONGEST_MAINTENANCE }).describe('how long, from now: `1h30m`'),
});
export const runQuery = z.strictObject({ wait: z.enum(['0', '1']).default('0') });

/** Reads a query string; unknown keys and wrong values are refused with a sentence, never dropped in silence. */
export function read<Query>(schema: z.ZodType<Query>, query: unknown): Query {
  const result = schema.safeParse(query);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );
  throw new ApiError('bad-request', `The query was not understood: ${problems.join('; ')}.`);
}

export function apiRoutes(app: FastifyInstance, source: ServerSource, tries: TokenTries): void {
  const { store, schedule, access } = source;
  maintenanceRoutes(app, source, tries);
  const slots = new Slots();
  const isKnown = (check: string) =>
    schedule.checks().some(({ name }) => name === check) || store.list({ check, limit: 1 }).length > 0;
  app.get('/api/runs', async (request, reply) => {
    const { cursor, limit, ...wanted } = read(runsQuery, request.query);
    const { check } = wanted;
    if (check !== undefined && !isKnown(check))
      throw new ApiError('no-such-check', `No check is named ${check}, and no run of one is kept.`);
    slots.take(request, reply);
    const filter = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value)) as RunFilter;
    const page = await pageOf(store, { ...filter, ...(cursor !== undefined && { before: cursor }), limit });
    return reply.type('application/json; charset=utf-8').send(page);
  });

  app.get('/api/events', (request) => {
    const { check, limit } = read(eventsQuery, request.query);
    const events = store.changes({ ...(check && { check }), limit });
    return {
      events: events.map(({ check: name, subject, from, to, at, run }) => ({
        type: 'version-changed',
        check: name,
        subject,
        from,
        to,
        at,
        run,
      })),
    };
  });

  app.get<{ Params: { id: string } }>('/api/runs/:id', (request, reply) => {
    read(noQuery, request.query);
    const { id } = request.params;
    const run = store.get(id);
    if (run) return run;
    const activity = schedule.activity(id);
    if (!activity) throw new ApiError('no-such-run', `No run ${id} is known, or it is no longer kept.`);
    return reply.code(202).send(activity);
  });

  app.get('/api/checks', (request) => {
    read(noQuery, request.query);
    const checks = schedule.checks().map((status) => {
      const { name: check, kind } = status;
      const [latest] = store.list({ check, kind, limit: 1 });
      return {
        ...status,
        nextRun: schedule.nextRun(check),
        latest: latest ? brief(latest) : null,
        since: store.since(check, kind),
      };
    });
    return { checks };
  });

  app.post<{ Params: { name: string } }>('/api/checks/:name/run', async (request, reply) => {
    mayStartRuns(request, access(), tries);
    const { wait } = read(runQuery, request.query);
    const { name } = request.params;
    const asked = startRun(source, name, request);
    const { activity } = asked;
    reply.header('location', `/api/runs/${activity.id}`);
    if (!asked.taken) {
      const words = activity.state === 'running' ? 'is running' : 'waits for its turn';
      throw new ApiError('check-busy', `A run of ${name} ${words} already: ${activity.id}.`, {
        run: activity,
      });
    }
    if (wait === '0') return reply.code(202).send(activity);
    const run = await asked.done;
    if (!run) throw new ApiError('dropped', `The run of ${name} was dropped before its turn came.`);
    return run;
  });
}

function maintenanceRoutes(
  app: FastifyInstance,
  { schedule, access }: ServerSource,
  tries: TokenTries,
): void {
  const answer = (name: string) => {
    const { maintenance } = schedule.checks().find((check) => check.name === name)!;
    return { check: name, maintenance };
  };
  const put = (name: string, until: Date | null) => {
    if (!schedule.maintain(name, until)) throw new ApiError('no-such-check', `No check is named ${name}.`);
    return answer(name);
  };
  app.post<{ Params: { name: string } }>('/api/checks/:name/maintenance', (request) => {
    mayManage(request, access(), tries, 'a maintenance');
    const { for: ms } = read(maintenanceQuery, request.query);
    return put(request.params.name, new Date(Date.now() + ms));
  });
  app.delete<{ Params: { name: string } }>('/api/checks/:name/maintenance', (request) => {
    mayManage(request, access(), tries, 'a maintenance');
    read(noQuery, request.query);
    return put(request.params.name, null);
  });
}

/** Number of runs that are read at a time: those of some kinds are megabytes. Others are answered in between. */
const AT_A_TIME = 3;
/** Characters of JSON; an answer that would be larger ends earlier, and says where the next begins. */
const LARGEST_ANSWER = 4_000_000;

/** A page of at most `limit` runs as JSON, or of fewer where they are large. */
async function pageOf(store: RunStore, { limit, ...filter }: RunFilter & { limit: number }): Promise<string> {
  const runs: string[] = [];
  let next = filter.before ?? null;
  let size = 0;
  do {
    if (runs.length > 0) await giveWay();
    const part = store.page({
      ...filter,
      ...(next !== null && { before: next }),
      limit: Math.min(AT_A_TIME, limit - runs.length),
    });
    const texts = part.runs.map((run) => JSON.stringify(run));
    runs.push(...texts);
    ({ next } = part);
    size += texts.reduce((sum, { length }) => sum + length, 0);
  } while (next !== null && runs.length < limit && size < LARGEST_ANSWER);
  return `{"runs":[${runs.join(',')}],"next":${next === null ? 'null' : `"${next}"`}}`;
}

function brief({ id, outcome, summary, startedAt, durationMs }: Run) {
  return { id, outcome, summary, startedAt, durationMs };
}
