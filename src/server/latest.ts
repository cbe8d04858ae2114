/**
 * Where alerts and dashboards lead: labels of metrics know a check but no run, so that there is an address of
 * its latest one; and the runbooks, which must be at hand when something is broken.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { OUTCOMES } from '../checks/check.ts';
import { runbookPage } from '../view/runbook.ts';
import { ApiError } from './errors.ts';
import { pageContext, send, wantsPage } from './page-context.ts';
import type { ServerSource } from './source.ts';

const RUNBOOKS = join(import.meta.dirname, '../../dashboards/runbooks');
/** The index, or an alert's name: nothing that could lead elsewhere. */
const RUNBOOK = /^(?:README|Vigie[A-Za-z]+)\.md$/;

const latestQuery = z.object({ check: z.string(), outcome: z.enum(OUTCOMES).optional() });

export function latestRoutes(app: FastifyInstance, source: ServerSource): void {
  const { store } = source;
  app.get('/runs/latest', (request, reply) => {
    const query = latestQuery.safeParse(request.query);
    if (!query.success) {
      throw new ApiError('bad-request', 'The address of a latest run has to name its check: ?check=meet');
    }
    const { check, outcome } = query.data;
    // Dashboards have alerts that are about no check.
    if (check === '') return reply.redirect('/', 302);
    const [run] = store.list({ check, ...(outcome && { outcome }), limit: 1 });
    if (!run) {
      const such = outcome ? ` with the outcome ${outcome}` : '';
      throw new ApiError('no-such-run', `No run of ${check}${such} is known, or none is kept any longer.`);
    }
    return reply.redirect(`/runs/${run.id}`, 302);
  });

  app.get('/runbooks/', (_request, reply) => reply.redirect('/runbooks/README.md', 302));

  // A page for browsers; for everybody else the text itself.
  app.get<{ Params: { name: string } }>('/runbooks/:name', async (request, reply) => {
    const { name } = request.params;
    const text = RUNBOOK.test(name) ? await readFile(join(RUNBOOKS, name), 'utf8').catch(() => null) : null;
    if (text === null) throw new ApiError('not-found', 'There is no such runbook; /runbooks/ lists them.');
    if (!wantsPage(request)) {
      return reply.header('vary', 'accept').type('text/plain; charset=utf-8').send(text);
    }
    const page = runbookPage(text, pageContext(source, request, reply, null));
    return send(reply.header('vary', 'accept, accept-language, cookie'), page);
  });
}
