/** The list of hosted domains in a directory (LDAP), and the last known one for when it is down. */

import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { handling } from '../../base/handling.ts';
import { createLane, inLane } from '../../base/lane.ts';
import { replaceFile } from '../../base/replace-file.ts';
import type { DirectoryProblem } from './directory-problem.ts';
import type { DirectoryList, DirectoryQuestion, DirectoryReply, DirectorySearch } from './ldap-thread.ts';
import type { LdapOptions } from './options.ts';

/** A thread that is well gives a sign of life every half second, on a machine that is not busy. */
const SILENT_MS = 10_000;
const MEMORY = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4, stackSizeMb: 4 } as const;

/** The directory did not give a list. What happened, without a secret. */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError';
  readonly problem: DirectoryProblem;

  constructor(problem: DirectoryProblem) {
    super(`the directory gave no list: ${problem.id}`);
    this.problem = problem;
  }
}

/** One at a time: of a hostile directory it takes up to 120 MB. */
const threads = createLane(1);

/** No operator hosts as many. */
const MOST_DOMAINS = 1_000_000;

/** The domains that a directory lists, and the entries whose attribute is none. @throws as `searchDirectory` */
export async function readDirectory(
  options: LdapOptions,
  signal: AbortSignal,
  silentMs = SILENT_MS,
): Promise<{ domains: readonly string[]; ignored: readonly string[] }> {
  const search = { ...options, reads: 'domains', most: MOST_DOMAINS } as const;
  const { values, ignored } = await searchDirectory(options, search, signal, silentMs);
  return { domains: values, ignored };
}

/**
 * Asks the directory, in a thread that is ended when it gives no sign of life for `silentMs` or has no memory left; one directory at
 * a time. Every step has `options.timeout`.
 * @throws DirectoryError; the reason of the signal when that aborts
 */
export function searchDirectory(
  options: LdapOptions,
  search: DirectorySearch,
  signal: AbortSignal,
  silentMs = SILENT_MS,
): Promise<DirectoryList> {
  return inLane(threads, () => inThread(questionOf(options, search), signal, silentMs));
}

/** A thread is given data alone. */
function questionOf(
  { url, startTls, ca, bindDn, timeout, password }: LdapOptions,
  { base, scope, filter, attributes, reads, most }: DirectorySearch,
): DirectoryQuestion {
  const search = { base, scope, filter, attributes, reads, most };
  return { url, startTls, ca, bindDn, timeout, plainPassword: password?.reveal() ?? '', ...search };
}

async function inThread(
  question: DirectoryQuestion,
  signal: AbortSignal,
  silentMs: number,
): Promise<DirectoryList> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./ldap-thread.ts', import.meta.url), {
    workerData: question,
    env: {},
    execArgv: ['--no-warnings'],
    resourceLimits: MEMORY,
  });
  const { promise, resolve, reject } = Promise.withResolvers<DirectoryList>();
  const lost = () => reject(new DirectoryError({ id: 'unreadable' }));
  const onAbort = () => reject(signal.reason as Error);
  const silence = setTimeout(lost, silentMs);
  const take = handling(reject, (reply: DirectoryReply) => {
    if (reply.type === 'list') resolve(reply.list);
    else if (reply.type === 'none') reject(new DirectoryError(reply.problem));
    else silence.refresh();
  });
  worker.on('message', take).on('error', lost).on('exit', lost);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await promise;
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
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

/** Keeps a list. @throws the error of the file system */
export async function remember(file: string, list: KnownList): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await replaceFile(file, `${JSON.stringify(list)}\n`, 0o600);
}
