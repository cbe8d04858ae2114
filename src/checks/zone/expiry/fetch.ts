/** JSON of RDAP servers and of the list of them (RFC 7480): over HTTPS, within bounds, never from our own network. */
import type { IncomingMessage } from 'node:http';
import { withoutBrackets } from '../../../net/host-port.ts';
import { askHttps, bodyWithin, type HttpsOptions } from '../../hosts/https.ts';

/** `timeoutMs`: for one answer, redirections included. */
export type RdapOptions = HttpsOptions;

export type Fetched =
  | { readonly state: 'json'; readonly json: unknown }
  /** Of the status: the server answers, and not with what was asked for. */
  | { readonly state: 'refused'; readonly status: number }
  | { readonly state: 'unknown' };

/** The list of the world's RDAP servers has 90 kB; an answer about a domain some 10. */
const MAX_BYTES = 1_000_000;
/** A registry may lead to the server of the registrar (RFC 7480 5.2). */
const MAX_REDIRECTIONS = 2;
const UNKNOWN: Fetched = { state: 'unknown' };

/** Never rejects for what servers and networks do. */
export async function fetchJson(url: URL, options: RdapOptions): Promise<Fetched> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  let at = url;
  for (let step = 0; step <= MAX_REDIRECTIONS; step++) {
    if (at.protocol !== 'https:' || at.username !== '' || at.password !== '') return UNKNOWN;
    const answer = await once(at, { ...options, signal });
    if (!(answer instanceof URL)) return answer;
    at = answer;
  }
  return UNKNOWN;
}

async function once(url: URL, options: HttpsOptions): Promise<Fetched | URL> {
  const asked = {
    host: withoutBrackets(url.hostname),
    port: Number(url.port || 443),
    path: `${url.pathname}${url.search}`,
    authority: url.host,
    accept: 'application/rdap+json, application/json',
  };
  try {
    return await askHttps(asked, options, (answer) => read(url, answer));
  } catch {
    // Whatever it was, nothing is known of the domain: neither a fault of its own, nor of the operator.
    return UNKNOWN;
  }
}

async function read(url: URL, answer: IncomingMessage): Promise<Fetched | URL> {
  const { statusCode = 0, headers } = answer;
  if (statusCode >= 300 && statusCode < 400) {
    return URL.canParse(headers.location ?? '', url.href) ? new URL(headers.location!, url) : UNKNOWN;
  }
  if (statusCode !== 200) return { state: 'refused', status: statusCode };
  const body = await bodyWithin(answer, MAX_BYTES);
  return body === null ? UNKNOWN : { state: 'json', json: JSON.parse(body.toString('utf8')) as unknown };
}
