/** The HTTP server: metrics, health, the API and the pages, all of them views of the same runs. */
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { PastOfChecks } from '../view/state.ts';
import { en } from '../view/words/index.ts';
import { apiRoutes } from './api.ts';
import { assetRoutes } from './assets.ts';
import { availabilityRoutes } from './availability.ts';
import { baseOf, markupWithBase, withBase, withoutBase } from './base-path.ts';
import { limitConnections } from './connections.ts';
import { ApiError, toApiError } from './errors.ts';
import { evidenceRoutes } from './evidence.ts';
import { guestRoutes } from './guest-routes.ts';
import { isOurHost } from './hosts.ts';
import { latestRoutes } from './latest.ts';
import { managementRoutes } from './management.ts';
import { knownMethods } from './methods.ts';
import { CONTENT_TYPES, preferredFormat } from './metrics/exposition.ts';
import { createMetrics } from './metrics/index.ts';
import { processMetrics } from './metrics/process.ts';
import { openApiRoutes } from './openapi/description.ts';
import { outwardRoutes } from './outward.ts';
import { sendErrorPage, wantsPage } from './page-context.ts';
import { pageRoutes } from './pages.ts';
import { placesRoutes } from './places.ts';
import type { ServerSource } from './source.ts';
import { transferAnswers } from './transfer.ts';
import { TokenTries } from './tries.ts';
import { Turns } from './turns.ts';

/** No request needs a body but the form that has the token; another one is read up to here and ignored. */
const BODY_LIMIT = 4096;
/** A request has to have arrived within this time. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Between two requests. */
const KEEP_ALIVE_MS = 5000;
const REQUESTS_PER_SOCKET = 1000;
/** Of a name that is repeated in an answer. */
const LONGEST_NAME = 100;
const CHECKING_MS = 1000;
/** Whoever scrapes or probes may call us what it likes: log lines have names, outcomes and figures alone. */
const ANY_HOST: ReadonlySet<string | undefined> = new Set([
  '/healthz',
  '/-/healthy',
  '/-/ready',
  '/metrics',
  '/metrics/process',
]);
/** What is answered at once, whoever asks for pages meanwhile: it costs nothing. */
const AT_ONCE: ReadonlySet<string | undefined> = new Set(['/healthz', '/-/healthy', '/-/ready']);
/** How long answers that are under way may take after the server was asked to close. */
const CLOSE_MS = 2000;

/**
 * Nothing is loaded but our own style sheets, script and pictures; nothing is framed, or sent elsewhere. A form's origin
 * is sent to this server alone: with no referrer at all, browsers would send it to nobody.
 */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** A server that does not listen yet. Its `close` takes at most `CLOSE_MS`. */
export function createServer(source: ServerSource): FastifyInstance {
  const base = () => baseOf(source);
  const app = fastify({
    logger: false,
    rewriteUrl: ({ url }) => withoutBase(url ?? '/', base()),
    trustProxy: (address) => source.trustedProxies?.().has(address) ?? false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxRequestsPerSocket: REQUESTS_PER_SOCKET,
    // Node looks at its time limits twice a minute only, unless told otherwise.
    http: { connectionsCheckingInterval: CHECKING_MS, headersTimeout: REQUEST_TIMEOUT_MS },
  });
  limitConnections(app.server);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null, undefined));

  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, body),
  );

  app.addHook('onRequest', async (request) => {
    const { host } = request.headers;
    if (ANY_HOST.has(request.routeOptions.url) || isOurHost(host, namesOf(source))) return;
    throw new ApiError(
      'wrong-host',
      `This service is not called ${host?.slice(0, LONGEST_NAME) ?? 'nothing'}. Where it is, set server.publicUrl in the configuration, or add the name to server.hosts.`,
    );
  });
  const turns = new Turns();
  app.addHook('onRequest', async (request) => {
    if (!AT_ONCE.has(request.routeOptions.url)) await turns.take(request);
  });
  const methodsOf = knownMethods(app);
  app.addHook('onSend', async (_request, reply, payload) => {
    const location = reply.getHeader('location');
    if (typeof location === 'string') reply.header('location', withBase(location, base()));
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      if (!reply.hasHeader(name)) reply.header(name, value);
    }
    return typeof payload === 'string' && isMarkup(reply) ? markupWithBase(payload, base()) : payload;
  });
  transferAnswers(app);
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(request.url.replace(/\?.*$/s, ''));
    if (methods.length > 0) reply.header('allow', methods.join(', '));
    return answer(source, request, reply, nothingHere(request.method, methods));
  });
  app.setErrorHandler((error, request, reply) => {
    const known = toApiError(error);
    if (known.code === 'internal') {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      source.log.error({ path: request.routeOptions.url, error: text }, 'a request could not be answered');
    }
    return answer(source, request, reply, known);
  });

  closesInTime(app);
  const tries = source.tries ?? new TokenTries(source.log);
  metricsRoutes(app, source, tries);
  managementRoutes(app, source, tries);
  app.get('/healthz', () => ({ status: 'ok', version: source.version, sandbox: source.sandbox }));
  apiRoutes(app, source, tries);
  availabilityRoutes(app, source);
  openApiRoutes(app, source);
  latestRoutes(app, source);
  const past = new PastOfChecks(source.store, source.histories);
  pageRoutes(app, source, past, tries);
  guestRoutes(app, source, tries);
  outwardRoutes(app, source, past);
  placesRoutes(app, source, past);
  assetRoutes(app);
  evidenceRoutes(app, source);
  return app;
}

/**
 * Browsers open connections ahead of their requests. Node takes those for busy, closes only idle ones, and looks at no
 * time limit any more once it closes (`lib/_http_server.js`, `httpServerPreClose`): it would wait for such a browser.
 */
function closesInTime(app: FastifyInstance): void {
  app.addHook('preClose', async () => {
    const timer = setTimeout(() => app.server.closeAllConnections(), CLOSE_MS);
    app.server.once('close', () => clearTimeout(timer));
    timer.unref();
  });
}

function metricsRoutes(app: FastifyInstance, source: ServerSource, tries: TokenTries): void {
  const { version, store, histories, schedule, lastReload } = source;
  const metrics = createMetrics({
    version,
    store,
    histories,
    checks: () => schedule.checks(),
    lastReload,
    place: () => source.place?.() ?? null,
    tokensRefused: () => tries.refused,
    internalErrors: () => source.internalErrors().count,
    evidenceWritable: () => source.evidence()?.writable ?? null,
    ...(source.notifications && { notifications: source.notifications }),
  });
  app.addHook('onClose', async () => metrics.close());
  app.get('/metrics', async ({ headers }, reply) => {
    const format = preferredFormat(headers.accept);
    reply.type(CONTENT_TYPES[format]).header('vary', 'accept');
    return reply.send(await metrics.scrape(format));
  });
  app.get('/metrics/process', async (_request, reply) => {
    const registry = processMetrics();
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

/** An error, as JSON or, for a person's browser that asked for a page, as a page. */
function answer(
  source: ServerSource,
  request: FastifyRequest,
  reply: FastifyReply,
  error: ApiError,
): FastifyReply {
  reply.code(error.status);
  if (error.code === 'token-missing') reply.header('www-authenticate', 'Bearer');
  if (!request.url.startsWith('/api/') && wantsPage(request))
    return sendErrorPage(request, reply, source, error);
  const { code, status, message: detail, details } = error;
  // RFC 9457; `error` is older than it, and stays.
  const problem = { type: 'about:blank', title: en.refusal[code], status, detail };
  return reply
    .type('application/problem+json; charset=utf-8')
    .send({ ...problem, error: { code, message: detail, ...details } });
}

function nothingHere(method: string, allowed: readonly string[]): ApiError {
  return allowed.length > 0
    ? new ApiError('method-not-allowed', `${method} is not possible here, ${allowed.join(', ')} is.`)
    : new ApiError('not-found', 'There is nothing at this address.');
}

/** The configured names of this service. */
function namesOf(source: ServerSource): string[] {
  const url = source.publicUrl?.() ?? null;
  return [
    ...(source.hosts?.() ?? []),
    ...(url === null ? [] : [new URL(url).hostname.replace(/^\[|\]$/g, '')]),
  ];
}

const MARKUP = /^(?:text\/html|application\/atom\+xml)\b/;
const isMarkup = (reply: FastifyReply): boolean => MARKUP.test(String(reply.getHeader('content-type')));
