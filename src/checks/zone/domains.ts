/** The domains of a run: from the configuration, a file and a directory, each once, in order. */
import { readFile } from 'node:fs/promises';
import { errorCode } from '../../base/errno.ts';
import type { Found, Logger } from '../check.ts';
import { parseDomains } from '../records/domains-file.ts';
import { cacheFile, DirectoryError, lastKnown, readDirectory, remember } from './ldap.ts';
import type { ZoneOptions } from './options.ts';
import type { ZoneResult } from './result.ts';

export interface Domains {
  readonly domains: readonly string[];
  /** Those of the configuration or the file that the directory does not list; none where it was not read just now. */
  readonly unlisted: readonly string[];
  readonly source: ZoneResult['source'];
  readonly findings: readonly Found<'zone'>[];
}

/** Never rejects: a source that fails is an `error` finding, and what the others gave is used. */
export async function listDomains(options: ZoneOptions, signal: AbortSignal, log: Logger): Promise<Domains> {
  const findings: Found<'zone'>[] = [];
  const found = [...options.domains];
  let cached: string | null = null;
  let unlisted: string[] = [];
  if (options.domainsFile !== undefined) found.push(...(await fromFile(options.domainsFile, findings)));
  if (options.ldap) {
    const list = await fromLdap(options.ldap, signal, log, findings);
    const listed = new Set(list.domains);
    if (list.fresh) unlisted = found.filter((domain) => !listed.has(domain));
    found.push(...list.domains);
    cached = list.cached;
  }
  const except = new Set(options.except);
  const kind = options.ldap ? 'ldap' : options.domainsFile !== undefined ? 'file' : 'configuration';
  return {
    domains: [...new Set(found)].filter((domain) => !except.has(domain)),
    unlisted: [...new Set(unlisted)].filter((domain) => !except.has(domain)),
    source: { kind, cached },
    findings,
  };
}

async function fromFile(file: string, findings: Found<'zone'>[]): Promise<string[]> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (cause) {
    findings.push({
      cause: { id: 'zone-domains-unreadable', file, code: errorCode(cause) },
      outcome: 'error',
    });
    return [];
  }
  const { domains, wrong } = parseDomains(content);
  for (const { line, text } of wrong) {
    findings.push({ cause: { id: 'zone-domain-invalid', file, line, text }, outcome: 'error' });
  }
  return domains;
}

async function fromLdap(
  options: NonNullable<ZoneOptions['ldap']>,
  signal: AbortSignal,
  log: Logger,
  findings: Found<'zone'>[],
): Promise<{ domains: readonly string[]; cached: string | null; fresh: boolean }> {
  const file = cacheFile(options);
  try {
    const { domains, ignored } = await readDirectory(options, signal);
    if (ignored.length > 0)
      log.warn({ ignored }, 'entries of the directory that are not domains were left out');
    // An empty list is what a lost permission looks like.
    if (domains.length === 0) {
      throw new DirectoryError({ id: 'empty', filter: options.filter });
    }
    await remember(file, { savedAt: new Date().toISOString(), domains: [...domains] }).catch((cause: Error) =>
      log.warn({ file, reason: cause.message }, 'the list of domains could not be kept'),
    );
    return { domains, cached: null, fresh: true };
  } catch (cause) {
    if (!(cause instanceof DirectoryError)) throw cause;
    const known = await lastKnown(file);
    findings.push({
      cause: {
        id: 'zone-directory-down',
        url: options.url,
        base: options.base,
        lastKnown: known?.savedAt ?? null,
        domains: known?.domains.length ?? 0,
        problem: cause.problem,
      },
      outcome: 'error',
    });
    return { domains: known?.domains ?? [], cached: known?.savedAt ?? null, fresh: false };
  }
}
