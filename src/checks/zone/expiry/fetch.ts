/** JSON of RDAP servers and of the list of them (RFC 7480): over HTTPS, within bounds, never from our own network. */
import { type IncomingMessage, request } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Resolver } from '../../../dns/resolver.ts';
import { isPrivate } from '../../../net/addresses.ts';
import { encrypt } from '../../../net/dial.ts';
import { PrivateTarget } from '../../../net/lookups.ts';
import { connectTo } from '../../hosts/host.ts';

export interface RdapOptions {
  readonly resolver: Resolver;
  readonly ca: string | undefined;
  /** Private addresses are meant; else an answer does not lead Vigie into its own network. */
  readonly allowPrivate: boolean;
  /** For one answer, redirections included. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

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
    const answer = await once(at, options, signal);
    if (!(answer instanceof URL)) return answer;
    at = answer;
  }
  return UNKNOWN;
}

async function once(url: URL, options: RdapOptions, signal: AbortSignal): Promise<Fetched | URL> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  let secure: TLSSocket | null = null;
  try {
    const choose = (all: readonly string[]) => {
      const allowed = options.allowPrivate ? all : all.filter((address) => !isPrivate(address));
      if (allowed.length === 0) throw new PrivateTarget(host);
      return allowed;
    };
    const { socket } = await connectTo(host, Number(url.port || 443), { ...options, choose, signal });
    const { ca } = options;
    secure = await encrypt(socket, { servername: host, ...(ca !== undefined && { ca }) }, signal);
    return await ask(url, secure, signal);
  } catch {
    // Whatever it was, nothing is known of the domain: neither a fault of its own, nor of the operator.
    return UNKNOWN;
  } finally {
    secure?.destroy();
  }
}

function ask(url: URL, socket: TLSSocket, signal: AbortSignal): Promise<Fetched | URL> {
  return new Promise((resolve, reject) => {
    const headers = {
      host: url.host,
      'user-agent': 'Vigie',
      accept: 'application/rdap+json, application/json',
      connection: 'close',
    };
    const path = `${url.pathname}${url.search}`;
    const asking = request({ path, headers, createConnection: () => socket, signal }, (answer) => {
      read(url, answer).then(resolve, reject);
    });
    asking.on('error', reject);
    asking.end();
  });
}

async function read(url: URL, answer: IncomingMessage): Promise<Fetched | URL> {
  const { statusCode = 0, headers } = answer;
  if (statusCode >= 300 && statusCode < 400) {
    return URL.canParse(headers.location ?? '', url.href) ? new URL(headers.location!, url) : UNKNOWN;
  }
  if (statusCode !== 200) return { state: 'refused', status: statusCode };
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) return UNKNOWN;
    chunks.push(chunk);
  }
  return { state: 'json', json: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown };
}
