/** What only asking shows about a valid configuration: names that do not resolve, directories that do not answer. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { errorCode } from '../base/errno.ts';
import { DirectoryError, readDirectory } from '../checks/zone/ldap.ts';
import type { LdapOptions } from '../checks/zone/options.ts';
import { directoryFault } from '../checks/zone/words/en.ts';
import type { Path } from '../config/problem.ts';
import type { Config } from '../config/schema.ts';
import { isMapping } from '../config/walk.ts';
import { withoutBrackets } from '../net/host-port.ts';

/** One thing that was asked, and why it is of no use. */
export interface Unreachable {
  readonly path: Path;
  readonly message: string;
}

const LOOKUP_MS = 10_000;
/** Keys whose value names a host, in the options of every kind of check. */
const HOST_KEYS = ['host', 'url'];

/** Asks for every name and every directory that a configuration has. Never rejects. */
export async function askAround(config: Config, signal: AbortSignal): Promise<Unreachable[]> {
  const names = new Map<string, Path>();
  const asked: Promise<Unreachable | null>[] = [];
  for (const [index, { options }] of config.checks.entries()) {
    const path = ['checks', index];
    for (const [at, host] of hostsOf(options, path)) if (!names.has(host)) names.set(host, at);
    if (isMapping(options) && isMapping(options.ldap)) {
      asked.push(askDirectory(options.ldap as LdapOptions, [...path, 'ldap'], signal));
    }
  }
  for (const [host, path] of names) asked.push(askName(host, path));
  return (await Promise.all(asked)).filter((found) => found !== null);
}

function hostsOf(value: unknown, path: Path): [Path, string][] {
  if (Array.isArray(value)) return value.flatMap((item, index) => hostsOf(item, [...path, index]));
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, inner]): [Path, string][] => {
    const at = [...path, key];
    if (typeof inner !== 'string' || !HOST_KEYS.includes(key)) return hostsOf(inner, at);
    const host = key === 'url' ? withoutBrackets(new URL(inner).hostname) : inner;
    return isIP(host) === 0 ? [[at, host]] : [];
  });
}

async function askName(host: string, path: Path): Promise<Unreachable | null> {
  try {
    await Promise.race([
      lookup(host),
      new Promise((_, reject) =>
        setTimeout(() => reject(Object.assign(new Error(), { code: 'ETIMEOUT' })), LOOKUP_MS).unref(),
      ),
    ]);
    return null;
  } catch (cause) {
    const code = errorCode(cause);
    const message =
      code === 'ENOTFOUND'
        ? `the name ${host} does not resolve here; is it misspelt?`
        : `the resolver did not answer for ${host} (${code})`;
    return { path, message };
  }
}

async function askDirectory(
  options: LdapOptions,
  path: Path,
  signal: AbortSignal,
): Promise<Unreachable | null> {
  try {
    const { domains } = await readDirectory(options, signal);
    if (domains.length > 0) return null;
    return { path, message: `the directory lists no domain under ${options.base} with ${options.filter}` };
  } catch (cause) {
    if (!(cause instanceof DirectoryError)) throw cause;
    return { path, message: directoryFault(options.url, options.base, cause.problem) };
  }
}
