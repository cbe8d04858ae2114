/** The pages of guests who are led through a call. */
import type { FastifyInstance } from 'fastify';
import { guestPage } from '../view/guest.ts';
import { mayManage } from './access.ts';
import { pageContext, send } from './page-context.ts';
import type { ServerSource } from './source.ts';
import type { TokenTries } from './tries.ts';

/** Seconds between two renewals of its page. */
const REFRESH_S = 1;

export function guestRoutes(app: FastifyInstance, source: ServerSource, tries: TokenTries): void {
  const { guests } = source;
  if (!guests) return;
  app.post<{ Params: { name: string } }>('/checks/:name/guest', (request, reply) => {
    const token = typeof request.body === 'string' ? new URLSearchParams(request.body).get('token') : null;
    mayManage(request, source.access(), tries, 'leading a guest through a call', token);
    const { t } = pageContext(source, request, reply, null);
    return reply.redirect(`/guests/${guests.begin(request.params.name, t.lang)}`, 303);
  });
  app.get<{ Params: { id: string } }>('/guests/:id', (request, reply) => {
    const { id } = request.params;
    const { check, call } = guests.get(id);
    const context = pageContext(source, request, reply, call.over ? null : REFRESH_S);
    return send(
      reply.header('cache-control', 'no-store'),
      guestPage(id, { check, ...call.view(context.t.lang) }, context),
    );
  });
  // Whoever knows the address of its page may end it; a page elsewhere may not.
  app.post<{ Params: { id: string } }>('/guests/:id/stop', async (request, reply) => {
    mayManage(request, { token: null, open: true }, tries, 'ending a call with a guest');
    const { id } = request.params;
    await guests.get(id).call.stop();
    return reply.redirect(`/guests/${id}`, 303);
  });
}
