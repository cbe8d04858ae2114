/**
 * How answers travel: compressed where that pays, and not at all where whoever asks has them already.
 *
 * Nothing is compressed that another site's page asked for: the length of a compressed answer says something of what is in it
 * (BREACH), to whoever can make a browser ask. Answers hold no secrets anyway. Streams are passed on as they are: evidence is
 * packed already where it is large, and events would wait in a compressor.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const pack = promisify(gzip);

/** Below this, what is saved is less than a packet. */
const WORTH_PACKING_BYTES = 1400;
/** Above this, most is saved by the quickest level already. */
const LARGE_BYTES = 100_000;
/** At a time: packing takes threads that resolving names and reading files need as well. */
const MOST_AT_ONCE = 2;
const TEXT =
  /^(?:text\/(?!event-stream)|image\/svg\+xml|application\/(?:[\w.-]+\+)?(?:json|xml|openmetrics-text|javascript))/;

/** Adds both to all answers, and whether they may be kept. Whatever changes an answer has to be added before it. */
export function transferAnswers(app: FastifyInstance): void {
  let packing = 0;
  app.addHook('onSend', async (request, reply, payload) => {
    const tagged = typeof payload === 'string' && isTagged(request, reply);
    if (!reply.hasHeader('cache-control'))
      reply.header('cache-control', tagged ? 'private, no-cache' : 'no-store');
    if (typeof payload !== 'string') return payload;
    if (tagged) {
      const tag = `W/"${createHash('sha256').update(payload).digest('base64url').slice(0, 27)}"`;
      reply.header('etag', tag);
      if (has(request.headers['if-none-match'], tag)) {
        reply.code(304);
        return null;
      }
    }
    if (payload.length < WORTH_PACKING_BYTES || !TEXT.test(String(reply.getHeader('content-type'))))
      return payload;
    vary(reply, 'accept-encoding');
    if (!takesGzip(request.headers['accept-encoding']) || isElsewhere(request) || packing >= MOST_AT_ONCE)
      return payload;
    packing += 1;
    try {
      const packed = await pack(payload, { level: payload.length > LARGE_BYTES ? 1 : 6 });
      reply.header('content-encoding', 'gzip').removeHeader('content-length');
      return packed;
    } finally {
      packing -= 1;
    }
  });
}

/** What programs ask for again and again. Pages and metrics are another text each time, and nobody keeps them. */
function isTagged({ method, routeOptions: { url = '' } }: FastifyRequest, reply: FastifyReply): boolean {
  const read = method === 'GET' || method === 'HEAD';
  return read && reply.statusCode === 200 && !url.startsWith('/metrics') && !isPage(reply);
}

const isPage = (reply: FastifyReply): boolean =>
  String(reply.getHeader('content-type')).startsWith('text/html');

/** Whether a tag is among those of If-None-Match, by the weak comparison (RFC 9110, 13.1.2). */
function has(header: string | undefined, tag: string): boolean {
  const opaque = tag.slice(2);
  return (
    header?.split(',').some((each) => {
      const its = each.trim();
      return its === '*' || its.replace(/^W\//, '') === opaque;
    }) ?? false
  );
}

function takesGzip(header: string | string[] | undefined): boolean {
  const weights = new Map<string, number>();
  for (const each of String(header ?? '').split(',')) {
    const [coding = '', ...parameters] = each.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(coding, weight === undefined ? 1 : Number.parseFloat(weight.slice(2)) || 0);
  }
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}

/** Whether a page of another site made the browser ask. */
function isElsewhere({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
}

function vary(reply: FastifyReply, header: string): void {
  const before = reply.getHeader('vary');
  reply.header('vary', before === undefined ? header : `${String(before)}, ${header}`);
}
