/** What runs left, by the run's id: a list, and each file as what it is. */
import { extname } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { evidencePage } from '../view/run.ts';
import { baseOf, withBase } from './base-path.ts';
import { ApiError } from './errors.ts';
import { pageContext, send } from './page-context.ts';
import type { ServerSource } from './source.ts';

/** What is not here is downloaded. Test messages and consoles come from elsewhere: they are shown as the text they are. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.eml': 'text/plain; charset=utf-8',
  '.png': 'image/png',
};

/**
 * A report is a page of its own: it may show its own styles and pictures, and nothing else; were there a script in
 * it, it would not run, and would not be of this origin. Files may be downloaded from it.
 */
const POLICY =
  "sandbox allow-downloads; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function evidenceRoutes(app: FastifyInstance, source: ServerSource): void {
  const listOf = async (id: string) => {
    const files = (await source.evidence()?.list(id)) ?? null;
    if (files) return files;
    throw new ApiError('no-such-evidence', `No evidence of run ${id} is kept, or no longer.`);
  };

  app.get<{ Params: { id: string } }>('/api/runs/:id/evidence', async ({ params }) => ({
    files: (await listOf(params.id)).map(({ name, bytes }) => ({
      name,
      bytes,
      url: withBase(`/runs/${params.id}/evidence/${encodeURIComponent(name)}`, baseOf(source)),
    })),
  }));

  app.get<{ Params: { id: string } }>('/runs/:id/evidence', async (request, reply) => {
    const { id } = request.params;
    const files = await listOf(id);
    const context = pageContext(source, request, reply, null);
    return send(reply, evidencePage(id, files, source.store.get(id) !== null, context));
  });

  app.get<{ Params: { id: string; file: string } }>('/runs/:id/evidence/:file', async ({ params }, reply) => {
    const found = await source.evidence()?.open(params.id, params.file);
    if (!found) throw new ApiError('no-such-evidence', 'This file is not known, or it is no longer kept.');
    const type = TYPES[extname(found.name)];
    reply.header('content-security-policy', POLICY);
    reply.header('content-length', String(found.bytes));
    if (!type) reply.header('content-disposition', `attachment; filename="${found.name}"`);
    return reply
      .type(type ?? (found.name.endsWith('.gz') ? 'application/gzip' : 'application/octet-stream'))
      .send(found.handle.createReadStream());
  });
}
