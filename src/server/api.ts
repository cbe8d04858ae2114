/** The API: runs and checks as JSON, and a run by hand. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { KINDS, OUTCOMES, type Run } from '../checks/check.ts';
import { stateSince } from '../history/since.ts';
import { mayStartRuns } from './access.ts';
import { ApiError } from './errors.ts';
import type { ServerSource } from './server.ts';

const runsQuery = z.strictObject({
  check: z.string().optional(),
  kind: z.enum(KINDS).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(20),
});
const noQuery = z.strictObject({});
const runQuery = z.strictObject({ wait: z.enum(['0', '1']).default('0') });

/** Reads a query string; unknown keys and wrong values are refused with a sentence, never dropped in silence. */
function read<Query>(schema: z.ZodType<Query>, query: unknown): Query {
  const result = schema.safeParse(query);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );
  throw new ApiError('bad-request', `The query was not understood: ${problems.join('; ')}.`);
}

export function apiRoutes(app: FastifyInstance, { store, schedule, access }: ServerSource): void {
  app.get('/api/runs', (request) => {
    const { check, kind, outcome, limit } = read(runsQuery, request.query);
    const filter = { ...(check && { check }), ...(kind && { kind }), ...(outcome && { outcome }), limit };
    return { runs: store.list(filter) };
  });

  app.get<{ Params: { id: string } }>('/api/runs/:id', (request, reply) => {
    read(noQuery, request.query);
    const { id } = request.params;
    const run = store.get(id);
    if (run) return run;
    const activity = schedule.activity(id);
    if (!activity) throw new ApiError('no-such-run', `No run ${id} is known, or it is not kept any more.`);
    return reply.code(202).send(activity);
  });

  app.get('/api/checks', (request) => {
    read(noQuery, request.query);
    const checks = schedule.checks().map((status) => {
      const runs = store.list({ check: status.name, kind: status.kind });
      return {
        ...status,
        nextRun: schedule.nextRun(status.name),
        latest: runs[0] ? brief(runs[0]) : null,
        since: stateSince(runs),
      };
    });
    return { checks };
  });

  app.post<{ Params: { name: string } }>('/api/checks/:name/run', async (request, reply) => {
    mayStartRuns(request, access());
    const { wait } = read(runQuery, request.query);
    const { name } = request.params;
    const asked = schedule.request(name);
    if (!asked) throw new ApiError('no-such-check', `No check is named ${name}.`);
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

function brief({ id, outcome, summary, startedAt, durationMs }: Run) {
  return { id, outcome, summary, startedAt, durationMs };
}
