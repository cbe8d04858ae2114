/** The pages: HTML views of the same runs that the API gives. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LIBRARY } from '../history/versions.ts';
import { ApiError } from './errors.ts';
import type { ServerSource } from './server.ts';
import { STYLE, STYLE_PATH } from './views/layout.ts';
import { overviewPage, ROW_OF_RUNS } from './views/overview.ts';
import { activityPage, errorPage, type PageContext, runPage } from './views/run.ts';

/** Seconds between two loads of a page: while something is on, and while nothing is. */
const REFRESH_BUSY_S = 2;
const REFRESH_IDLE_S = 15;
/** Among so many changes of versions the one to be shown is looked for. */
const RECENT_CHANGES = 100;

export function pageRoutes(app: FastifyInstance, source: ServerSource): void {
  const { store, schedule } = source;

  app.get('/', (request, reply) => {
    const checks = schedule.checks().map((status) => {
      const { name: check, kind } = status;
      const working = store.lastWorking(check);
      return {
        status,
        nextRun: schedule.nextRun(check),
        runs: store.list({ check, kind, limit: ROW_OF_RUNS }),
        since: store.since(check, kind),
        working: working?.kind === kind ? working : null,
        change:
          store.changes({ check, limit: RECENT_CHANGES }).find(({ subject }) => subject === LIBRARY) ?? null,
      };
    });
    const busy = checks.some(({ status }) => status.activity !== null);
    const refresh = wanted(request, busy ? REFRESH_BUSY_S : REFRESH_IDLE_S);
    const configurationRefused = !source.lastReload().successful;
    return send(reply, refresh, overviewPage({ ...context(source, refresh), checks, configurationRefused }));
  });

  app.get<{ Params: { id: string } }>('/runs/:id', async (request, reply) => {
    const run = store.get(request.params.id);
    if (run) {
      const files = (await source.evidence()?.list(run.id)) ?? null;
      const changes = store
        .changes({ check: run.check, limit: RECENT_CHANGES })
        .filter((change) => change.run === run.id);
      return send(reply, null, runPage(run, context(source, null), { files, changes }));
    }
    const activity = schedule.activity(request.params.id);
    if (!activity) throw new ApiError('no-such-run', 'This run is not known, or it is not kept any more.');
    const refresh = wanted(request, REFRESH_BUSY_S);
    return send(reply, refresh, activityPage(activity, context(source, refresh)));
  });

  app.get(STYLE_PATH, (_request, reply) =>
    reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .type('text/css; charset=utf-8')
      .send(STYLE),
  );
}

/** Answers a person's browser that asked for something that is not there. */
export function sendErrorPage(reply: FastifyReply, source: ServerSource, error: ApiError): FastifyReply {
  const title = error.status === 404 ? 'Not found' : 'That did not work';
  return send(reply, null, errorPage(title, error.message, context(source, null)));
}

/** What every page is told of the service. */
export function context({ version, sandbox }: ServerSource, refresh: number | null): PageContext {
  return { now: new Date(), version, sandbox, refresh };
}

/** The reader may have stopped the page from loading itself again. */
function wanted({ query }: FastifyRequest, seconds: number): number | null {
  const off = typeof query === 'object' && query !== null && 'refresh' in query && query.refresh === 'off';
  return off ? null : seconds;
}

/** A header, not a meta element: a reader's tools see a page that does not move by itself. */
export function send(reply: FastifyReply, refresh: number | null, page: string): FastifyReply {
  if (refresh !== null) reply.header('refresh', String(refresh));
  return reply.type('text/html; charset=utf-8').send(page);
}
