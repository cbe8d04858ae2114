/** The list of hosted domains in a directory (LDAP), and the last known one for when it is down. */

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { connect, isIP, type Socket } from 'node:net';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { Client, type Entry } from 'ldapts';
import { z } from 'zod';
import { errorCode } from '../../base/errno.ts';
import { handling } from '../../base/handling.ts';
import { isDomainName, normaliseName } from '../../dns/name.ts';
import { withoutBrackets } from '../../net/host-port.ts';
import type { DirectoryProblem } from './causes.ts';
import type { LdapOptions } from './options.ts';

/** What a directory may send, in bytes: five thousand domains have one megabyte. The library copies all it has with each piece. */
const MAX_BYTES = 4_000_000;

/** The directory did not give a list. What happened, without a secret. */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError';
  readonly problem: DirectoryProblem;

  constructor(problem: DirectoryProblem) {
    super(`the directory gave no list: ${problem.id}`);
    this.problem = problem;
  }
}

export interface DirectoryList {
  readonly domains: readonly string[];
  /** Entries whose attribute is not a domain, as written. */
  readonly ignored: readonly string[];
}

/** Asks the directory. Every step has `options.timeout`. @throws DirectoryError */
export async function readDirectory(options: LdapOptions, signal: AbortSignal): Promise<DirectoryList> {
  const tls = await tlsOptions(options);
  const limit = new Limit();
  const client = new Client({
    url: options.url,
    timeout: options.timeout,
    connectTimeout: options.timeout,
    createConnection: ((...to: Parameters<typeof connect>) => limit.on(connect(...to))) as typeof connect,
    createSecureConnection: ((...to: Parameters<typeof connectTls>) =>
      limit.on(connectTls(...to))) as typeof connectTls,
    ...(options.url.startsWith('ldaps:') ? { tlsOptions: tls } : {}),
  });
  const onAbort = () => void client.unbind().catch(() => {});
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    if (options.startTls && !options.url.startsWith('ldaps:')) await client.startTLS(tls);
    if (options.bindDn !== undefined) await client.bind(options.bindDn, options.password?.reveal() ?? '');
    const { searchEntries } = await client.search(options.base, {
      scope: options.scope,
      filter: options.filter,
      attributes: [...options.attributes],
      paged: true,
    });
    return fromEntries(searchEntries, options.attributes);
  } catch (cause) {
    if (limit.passed) throw new DirectoryError({ id: 'too-much', megabytes: MAX_BYTES / 1e6 });
    throw cause instanceof DirectoryError ? cause : new DirectoryError(problemOf(cause, options));
  } finally {
    signal.removeEventListener('abort', onAbort);
    await client.unbind().catch(() => {});
  }
}

/** Ends connections on which more comes than a directory has to say: the library keeps all of it. */
class Limit {
  passed = false;
  #bytes = 0;

  on<T extends Socket>(socket: T): T {
    const count = handling(
      (cause) => socket.destroy(cause),
      (chunk: Buffer) => {
        this.#bytes += chunk.length;
        if (this.#bytes <= MAX_BYTES) return;
        this.passed = true;
        socket.destroy(new Error('the directory sends too much'));
      },
    );
    return socket.on('data', count);
  }
}

async function tlsOptions({ url, ca }: LdapOptions): Promise<ConnectionOptions> {
  const host = withoutBrackets(new URL(url).hostname);
  const name = isIP(host) ? {} : { servername: host };
  if (ca === undefined) return { host, ...name };
  try {
    return { host, ...name, ca: await readFile(ca) };
  } catch (cause) {
    throw new DirectoryError({ id: 'ca-unreadable', file: ca, code: errorCode(cause) });
  }
}

/** The first of the attributes that an entry has counts; a domain that is listed twice counts once. */
export function fromEntries(entries: readonly Entry[], attributes: readonly string[]): DirectoryList {
  const domains = new Set<string>();
  const ignored: string[] = [];
  for (const entry of entries) {
    const key = attributes
      .map((wanted) => Object.keys(entry).find((name) => name.toLowerCase() === wanted.toLowerCase()))
      .find((name) => name !== undefined && values(entry[name]).length > 0);
    for (const value of key === undefined ? [] : values(entry[key])) {
      const name = normaliseName(value);
      if (name !== null && isDomainName(name)) domains.add(name);
      else ignored.push(value);
    }
  }
  return { domains: [...domains].sort(), ignored };
}

function values(attribute: Entry[string] | undefined): string[] {
  const all = attribute === undefined ? [] : Array.isArray(attribute) ? attribute : [attribute];
  return all.map(String).filter((value) => value !== '');
}

function problemOf(cause: unknown, { bindDn, timeout }: LdapOptions): DirectoryProblem {
  // Node's errors have a word as their code, the directory's a number (RFC 4511 4.1.9).
  const error = cause as Error & { code?: string | number };
  if (error.name === 'InvalidCredentialsError') return { id: 'password-refused', bindDn: bindDn ?? '' };
  if (error.name === 'NoSuchObjectError') return { id: 'no-entry', anonymous: bindDn === undefined };
  // The client has no class of its own for a time-out.
  if (/timeout|timed out/i.test(error.message)) return { id: 'timeout', seconds: timeout / 1000 };
  const code = typeof error.code === 'number' ? `LDAP result ${error.code}` : (error.code ?? error.name);
  return { id: 'other', message: `${error.message.trim() || code} (${code})` };
}

const cacheSchema = z.object({ savedAt: z.string(), domains: z.array(z.string()) });
export type KnownList = z.output<typeof cacheSchema>;

/** Where the last known list is kept when the configuration names no file: one file per directory and search. */
export function cacheFile({ cache, url, base, filter }: LdapOptions): string {
  if (cache !== undefined) return cache;
  const digest = createHash('sha256')
    .update(JSON.stringify([url, base, filter]))
    .digest('hex')
    .slice(0, 12);
  const home = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(home, 'vigie', `domains-${digest}.json`);
}

/** The last known list; null when there is none that can be read. */
export async function lastKnown(file: string): Promise<KnownList | null> {
  try {
    return cacheSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Keeps a list. A crash in between leaves the old one. @throws the error of the file system */
export async function remember(file: string, list: KnownList): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.new`;
  await writeFile(fresh, `${JSON.stringify(list)}\n`, { mode: 0o600 });
  await rename(fresh, file);
}
