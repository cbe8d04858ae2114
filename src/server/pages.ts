/** The pages: HTML views of the same runs that the API gives. */
import type { FastifyInstance } from 'fastify';
import type { Run } from '../checks/check.ts';
import { zoneChanges } from '../compare/zone-changes.ts';
import { RECORDING_FILE, readRecording } from '../history/recording.ts';
import { checkPage } from '../view/check.ts';
import { overviewPage } from '../view/overview.ts';
import { activityPage, type RunView, runPage } from '../view/run.ts';
import type { Starting } from '../view/start.ts';
import { checkView, type PastOfChecks, SHOWN } from '../view/state.ts';
import { NOTHING_SAID, statusPage } from '../view/status.ts';
import { mayStartRuns, whoMayStart } from './access.ts';
import { ApiError } from './errors.ts';
import { startRun } from './hand.ts';
import { pageContext, send } from './page-context.ts';
import { publicChecks, publicOthers } from './places.ts';
import type { ServerSource } from './source.ts';
import type { TokenTries } from './tries.ts';

/** Seconds between two renewals of a page: while something is on, and while nothing is. */
const REFRESH_BUSY_S = 2;
const REFRESH_IDLE_S = 15;
/** Number of changes of versions among which those that a run was the first to see are looked for. */
const RECENT_CHANGES = 100;
/** Number of disturbances that are listed on the status page. */
const DISTURBANCES = 10;

export function pageRoutes(
  app: FastifyInstance,
  source: ServerSource,
  past: PastOfChecks,
  tries: TokenTries,
): void {
  const { store, schedule } = source;
  const views = () => schedule.checks().map((status) => checkView(source, past, status));
  const refreshOf = (busy: boolean) => (busy ? REFRESH_BUSY_S : REFRESH_IDLE_S);

  app.get('/', (request, reply) => {
    const checks = views();
    const refresh = refreshOf(checks.some(({ status }) => status.activity !== null));
    const view = {
      checks,
      configurationRefused: !source.lastReload().successful,
      internalErrors: source.internalErrors(),
    };
    return send(reply, overviewPage(view, pageContext(source, request, reply, refresh)));
  });

  app.get('/status', (request, reply) => {
    const options = source.status?.() ?? NOTHING_SAID;
    const checks = publicChecks(source, past);
    const disturbances = checks
      .flatMap(({ status }) =>
        past
          .periods(status)
          // A single failed run is no outage: nothing confirmed it.
          .filter(({ working, runs }) => !working && runs > 1)
          .map((period) => ({ ...period, check: status.title ?? status.name })),
      )
      .sort((a, b) => b.from.localeCompare(a.from))
      .slice(0, DISTURBANCES);
    const context = pageContext(source, request, reply, REFRESH_IDLE_S);
    return send(reply, statusPage({ options, checks, others: publicOthers(source), disturbances }, context));
  });

  app.get<{ Params: { name: string } }>('/checks/:name', (request, reply) => {
    const { name } = request.params;
    const status = schedule.checks().find((each) => each.name === name);
    if (!status) throw new ApiError('no-such-check', `No check is named ${name}.`);
    const context = pageContext(source, request, reply, refreshOf(status.activity !== null));
    const view = {
      ...checkView(source, past, status),
      runs: store.list({ check: name, kind: status.kind, limit: SHOWN }),
      periods: past.periods(status),
      changes: store.changes({ check: name, limit: SHOWN }),
      starting: startingOf(source, name)!,
      guests: source.guests?.offers(name) ?? false,
    };
    return send(reply, checkPage(view, context));
  });

  // Where the check runs already, its run is what was asked for; else the one that has been started.
  app.post<{ Params: { name: string } }>('/checks/:name/run', (request, reply) => {
    const { name } = request.params;
    mayStartRuns(request, source.access(), tries, tokenOf(request.body));
    return reply.redirect(`/runs/${startRun(source, name, request).activity.id}`, 303);
  });

  app.get<{ Params: { id: string } }>('/runs/:id', async (request, reply) => {
    const { id } = request.params;
    const run = store.get(id);
    if (run) {
      const evidence = source.evidence();
      const files = (await evidence?.list(id)) ?? null;
      const recorded = files?.some((file) => file.name === RECORDING_FILE) === true;
      const recording = recorded ? await readRecording(evidence, id) : null;
      const changes = store
        .changes({ check: run.check, limit: RECENT_CHANGES })
        .filter((change) => change.run === id);
      const view = {
        run,
        files,
        recording,
        changes,
        zoneChanges: sinceRunBefore(run, store),
        starting: startingOf(source, run.check),
      };
      return send(reply, runPage(view, pageContext(source, request, reply, null)));
    }
    const activity = schedule.activity(id);
    if (!activity) throw new ApiError('no-such-run', 'This run is not known, or it is no longer kept.');
    return send(reply, activityPage(activity, pageContext(source, request, reply, REFRESH_BUSY_S)));
  });
}

/** Runs before, of which each may know what a later one could not tell. */
const EARLIER = 3;

/** What changed in the records of domains since the run before; null for the first, and for other kinds. */
function sinceRunBefore(run: Run, store: ServerSource['store']): RunView['zoneChanges'] {
  if (run.kind !== 'zone' || !run.zone) return null;
  const { check, startedAt } = run;
  const before = store
    .list({ check, kind: 'zone', to: startedAt, limit: EARLIER })
    .flatMap(({ zone, startedAt: at }) => (zone ? [{ at, domains: zone.domains }] : []));
  const [last] = before;
  if (!last) return null;
  const domains = zoneChanges(
    before.map((each) => each.domains),
    [run.zone.domains],
  );
  return { from: last.at, domains };
}

/** How a check may be started by hand; null where there is none of that name. */
function startingOf(source: ServerSource, name: string): Starting | null {
  const status = source.schedule.checks().find((check) => check.name === name);
  return status ? { who: whoMayStart(source.access()), activity: status.activity } : null;
}

/** The token that a form was sent with. */
function tokenOf(body: unknown): string | null {
  return typeof body === 'string' ? new URLSearchParams(body).get('token') : null;
}
