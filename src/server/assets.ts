/** What pages load, at addresses that can be kept for good. */
import type { FastifyInstance } from 'fastify';
import { DRAWINGS, liveScript, STYLE } from '../view/assets.ts';

export function assetRoutes(app: FastifyInstance): void {
  for (const { path, type, body } of [STYLE, DRAWINGS, liveScript()]) {
    app.get(path, (_request, reply) =>
      reply.header('cache-control', 'public, max-age=31536000, immutable').type(type).send(body),
    );
  }
}
