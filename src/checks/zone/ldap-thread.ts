/**
 * The thread in which a directory is asked. Its answers are read by a library that some of them occupy for ever (an element that is
 * longer than what is around it), until no memory is left.
 */
import { readFile } from 'node:fs/promises';
import { connect, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { parentPort, workerData } from 'node:worker_threads';
import { Client, type Entry } from 'ldapts';
import { errorCode } from '../../base/errno.ts';
import { handling } from '../../base/handling.ts';
import { isDomainName, normaliseName } from '../../dns/name.ts';
import { withoutBrackets } from '../../net/host-port.ts';
import type { DirectoryProblem } from './directory-problem.ts';
import type { LdapOptions } from './options.ts';
import { readAddress } from './users/address.ts';

/** What the thread is asked; the password in the clear. */
export interface DirectoryQuestion
  extends Pick<LdapOptions, 'url' | 'startTls' | 'ca' | 'bindDn' | 'timeout'>,
    DirectorySearch {
  readonly plainPassword: string;
}

/** What is searched for, and how what is found is read. */
export interface DirectorySearch extends Pick<LdapOptions, 'base' | 'scope' | 'filter' | 'attributes'> {
  /** Of a domain the first attribute counts that an entry has; of addresses all do. */
  readonly reads: 'domains' | 'addresses';
  /** The most that are read. */
  readonly most: number;
}

/** What it says: a sign of life now and then, and its answer. */
export type DirectoryReply =
  | { readonly type: 'alive' }
  | { readonly type: 'list'; readonly list: DirectoryList }
  | { readonly type: 'none'; readonly problem: DirectoryProblem };

export interface DirectoryList {
  readonly values: readonly string[];
  /** What is none, as written. */
  readonly ignored: readonly string[];
  /** There are more than were to be read. */
  readonly more: boolean;
}

const ALIVE_MS = 500;

/** What a directory may send, in bytes: five thousand domains have one megabyte. The library copies all it has with each piece. */
const MAX_BYTES = 4_000_000;

/** Why there is none. */
class NoList extends Error {
  readonly problem: DirectoryProblem;

  constructor(problem: DirectoryProblem) {
    super(problem.id);
    this.problem = problem;
  }
}

/** Asks the directory. Every step has `timeout`. @throws NoList */
async function ask(question: DirectoryQuestion): Promise<DirectoryList> {
  const { url, timeout, bindDn, plainPassword, attributes, reads, most } = question;
  const tls = await tlsOptions(question);
  const limit = new Limit();
  const client = new Client({
    ...{ url, timeout, connectTimeout: timeout },
    createConnection: ((...to: Parameters<typeof connect>) => limit.on(connect(...to))) as typeof connect,
    createSecureConnection: ((...to: Parameters<typeof connectTls>) =>
      limit.on(connectTls(...to))) as typeof connectTls,
    ...(url.startsWith('ldaps:') ? { tlsOptions: tls } : {}),
  });
  try {
    if (question.startTls && !url.startsWith('ldaps:')) await client.startTLS(tls);
    if (bindDn !== undefined) await client.bind(bindDn, plainPassword);
    const read = new Set<string>();
    const ignored: string[] = [];
    // Page by page: entries take ten times the memory of what is read of them.
    const pages = client.searchPaginated(question.base, {
      scope: question.scope,
      filter: question.filter,
      attributes: [...attributes],
    });
    for await (const { searchEntries } of pages) {
      for (const value of valuesOf(searchEntries, attributes, reads)) {
        const one = reads === 'domains' ? domainIn(value) : readAddress(value);
        if (one === null) ignored.push(value);
        else if (read.size < most) read.add(one);
        else if (!read.has(one)) return { values: [...read].sort(), ignored, more: true };
      }
    }
    return { values: [...read].sort(), ignored, more: false };
  } catch (cause) {
    throw new NoList(
      limit.passed ? { id: 'too-much', megabytes: MAX_BYTES / 1e6 } : problemOf(cause, question),
    );
  } finally {
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

async function tlsOptions({ url, ca }: DirectoryQuestion): Promise<ConnectionOptions> {
  const host = withoutBrackets(new URL(url).hostname);
  const name = isIP(host) ? {} : { servername: host };
  if (ca === undefined) return { host, ...name };
  try {
    return { host, ...name, ca: await readFile(ca) };
  } catch (cause) {
    throw new NoList({ id: 'ca-unreadable', file: ca, code: errorCode(cause) });
  }
}

function domainIn(value: string): string | null {
  const name = normaliseName(value);
  return name !== null && isDomainName(name) ? name : null;
}

/** What may be read: the values of the attributes, or of the first of them that an entry has. */
function valuesOf(
  entries: readonly Entry[],
  attributes: readonly string[],
  reads: DirectorySearch['reads'],
): string[] {
  return entries.flatMap((entry) => {
    const found = attributes
      .map((wanted) => Object.keys(entry).find((name) => name.toLowerCase() === wanted.toLowerCase()))
      .map((name) => (name === undefined ? [] : values(entry[name])))
      .filter((its) => its.length > 0);
    return reads === 'domains' ? (found[0] ?? []) : found.flat();
  });
}

function values(attribute: Entry[string] | undefined): string[] {
  const all = attribute === undefined ? [] : Array.isArray(attribute) ? attribute : [attribute];
  return all.map(String).filter((value) => value !== '');
}

function problemOf(cause: unknown, { bindDn, timeout }: DirectoryQuestion): DirectoryProblem {
  // Node's errors have a word as their code, the directory's a number (RFC 4511 4.1.9).
  const error = cause as Error & { code?: string | number };
  if (error.name === 'InvalidCredentialsError') return { id: 'password-refused', bindDn: bindDn ?? '' };
  if (error.name === 'NoSuchObjectError') return { id: 'no-entry', anonymous: bindDn === undefined };
  // The client has no class of its own for a time-out.
  if (/timeout|timed out/i.test(error.message)) return { id: 'timeout', seconds: timeout / 1000 };
  const code = typeof error.code === 'number' ? `LDAP result ${error.code}` : (error.code ?? error.name);
  return { id: 'other', message: `${error.message.trim() || code} (${code})` };
}

const reply = (message: DirectoryReply): void => parentPort?.postMessage(message);
const alive = setInterval(() => reply({ type: 'alive' }), ALIVE_MS);
try {
  reply({ type: 'list', list: await ask(workerData as DirectoryQuestion) });
} catch (cause) {
  if (!(cause instanceof NoList)) throw cause;
  reply({ type: 'none', problem: cause.problem });
} finally {
  clearInterval(alive);
}
