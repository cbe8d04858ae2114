/** What all routes that answer with a page share. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PageContext } from '../view/layout.ts';
import { errorPage } from '../view/run.ts';
import { chooseLanguage } from '../view/words/index.ts';
import { baseOf } from './base-path.ts';
import type { ApiError } from './errors.ts';
import type { ServerSource } from './source.ts';

/** Answers a person's browser that asked for something that is not there. */
export function sendErrorPage(
  request: FastifyRequest,
  reply: FastifyReply,
  source: ServerSource,
  error: ApiError,
): FastifyReply {
  const context = pageContext(source, request, reply, null);
  return send(reply, errorPage(context.t.refusal[error.code], error.message, context));
}

/** What every page knows of the service and of its reader, whose choice of a language is remembered. */
export function pageContext(
  source: ServerSource,
  request: FastifyRequest,
  reply: FastifyReply,
  refresh: number | null,
): PageContext {
  const { version, sandbox } = source;
  const { t, cookie } = chooseLanguage(request, baseOf(source));
  if (cookie) reply.header('set-cookie', cookie);
  reply.header('content-language', t.lang).header('vary', 'accept-language, cookie');
  const still = isOff(request);
  const place = source.place?.() ?? null;
  return { now: new Date(), version, place, sandbox, refresh: still ? null : refresh, still, t };
}

/** The reader may have stopped the page from renewing itself. */
function isOff({ query }: FastifyRequest): boolean {
  return typeof query === 'object' && query !== null && 'refresh' in query && query.refresh === 'off';
}

/** Whether it is a person's browser that asks. */
export function wantsPage({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('text/html') === true;
}

export function send(reply: FastifyReply, page: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(page);
}
