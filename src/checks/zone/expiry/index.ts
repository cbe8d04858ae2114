/**
 * When the registrations of the domains end: asked of their registries by RDAP, seldom and slowly, for those are strangers' servers.
 * What is not known is no fault of the domain's.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS, HOUR_MS } from '../../../base/durations.ts';
import type { Past } from '../../check.ts';
import { fetchJson, type RdapOptions } from './fetch.ts';
import { type Known, type Memory, recall, remember } from './memory.ts';
import { candidates, questionUrl, readAnswer, readServices, type Services, serviceFor } from './read.ts';
import type { ExpiryCounts, Registration } from './result.ts';

/** The list of RDAP servers is read at most once a day (RFC 9224 8 asks for restraint); where that failed, an hour later. */
const LIST_MS = DAY_MS;
/** Names asked about for one domain, from itself upwards. */
const MAX_NAMES = 3;
/** Failures in a row after which a server is left alone for the rest of the run. */
const MAX_FAILURES = 2;
const HTTP_NOT_FOUND = 404;

export interface ExpiryContext extends RdapOptions {
  readonly check: string;
  readonly past: Past | undefined;
  readonly bootstrap: string;
  readonly everyMs: number;
  readonly warnMs: number;
  readonly budgetMs: number;
  readonly perMinute: number;
  readonly now?: () => number;
}

export interface Expiry {
  readonly registrations: ReadonlyMap<string, Registration>;
  readonly counts: ExpiryCounts;
  /** Domains of which nothing could be found out. */
  readonly unknown: readonly string[];
}

/** Never rejects for what servers and networks do. */
export async function lookAtExpiry(domains: readonly string[], context: ExpiryContext): Promise<Expiry> {
  const now = context.now ?? Date.now;
  const memory = recall(context.check, context.past);
  const services = await servicesOf(memory, context, now());
  const waiting = Map.groupBy(
    due(domains, memory, context, now()),
    (domain) => (services && serviceFor(domain, services)?.address) ?? '',
  );
  waiting.delete('');
  const budget = AbortSignal.any([context.signal, AbortSignal.timeout(context.budgetMs)]);
  if (services) {
    await Promise.all(
      [...waiting.values()].map((its) =>
        askServer(its, services, memory, { ...context, signal: budget }, now),
      ),
    );
  }
  remember(context.past, memory, domains);
  return result(domains, memory, services);
}

/** The world's RDAP servers; null where the list could not be read, now or before. */
async function servicesOf(memory: Memory, context: ExpiryContext, now: number): Promise<Services | null> {
  const { list } = memory;
  const same = list?.url === context.bootstrap ? list : null;
  const wait = same && same.services.size > 0 ? LIST_MS : HOUR_MS;
  if (!same || now - same.at >= wait) {
    const fetched = await fetchJson(new URL(context.bootstrap), context);
    const services = fetched.state === 'json' ? readServices(fetched.json) : null;
    // Where it cannot be read, the one before serves on.
    memory.list = { url: context.bootstrap, at: now, services: services ?? same?.services ?? new Map() };
  }
  const services = memory.list?.services;
  return services && services.size > 0 ? services : null;
}

/** Whose answer is missing or old: first those that were never asked about, then those whose answer is the oldest. */
function due(domains: readonly string[], memory: Memory, context: ExpiryContext, now: number): string[] {
  const askedAt = (domain: string) => memory.domains.get(domain)?.askedAt ?? 0;
  return domains
    .filter((domain) => {
      const known = memory.domains.get(domain);
      return !known || now - known.askedAt >= waitOf(known, context, now);
    })
    .sort((one, other) => askedAt(one) - askedAt(other));
}

function waitOf({ failed, expires }: Known, { everyMs, warnMs }: ExpiryContext, now: number): number {
  if (failed) return HOUR_MS;
  // A renewal ends a warning: what is close is asked about every day.
  const close = expires !== null && Date.parse(expires) - now < warnMs;
  return close ? Math.min(everyMs, DAY_MS) : everyMs;
}

/** Asks one server about its domains, one after the other. */
async function askServer(
  domains: readonly string[],
  services: Services,
  memory: Memory,
  context: ExpiryContext,
  now: () => number,
): Promise<void> {
  let failures = 0;
  for (const domain of domains) {
    if (context.signal.aborted || failures >= MAX_FAILURES) return;
    const known = await askAbout(domain, services, memory, context, now);
    if (known === null) return;
    // An old date is worth more than none.
    const before = memory.domains.get(domain);
    memory.domains.set(
      domain,
      known.failed && before ? { ...before, askedAt: known.askedAt, failed: true } : known,
    );
    failures = known.failed ? failures + 1 : 0;
  }
}

/** What the registry answers about a domain, or about the one above it that is registered; null where the time is up. */
async function askAbout(
  domain: string,
  services: Services,
  memory: Memory,
  context: ExpiryContext,
  now: () => number,
): Promise<Known | null> {
  const service = serviceFor(domain, services);
  if (!service) return null;
  const failed = (): Known => ({
    registered: domain,
    expires: null,
    ending: [],
    askedAt: now(),
    failed: true,
  });
  for (const name of candidates(domain, service.zone).slice(0, MAX_NAMES)) {
    const other = name === domain ? undefined : memory.domains.get(name);
    if (other && !other.failed && now() - other.askedAt < waitOf(other, context, now())) return other;
    const fetched = await fetchJson(questionUrl(service.address, name), context);
    if (context.signal.aborted) return null;
    await sleep(60_000 / context.perMinute, undefined, { signal: context.signal }).catch(() => {});
    if (fetched.state === 'refused' && fetched.status === HTTP_NOT_FOUND) continue;
    const answered = fetched.state === 'json' ? readAnswer(fetched.json, name) : null;
    if (!answered) return failed();
    return { registered: name, ...answered, ending: [...answered.ending], askedAt: now(), failed: false };
  }
  return failed();
}

function result(domains: readonly string[], { domains: all }: Memory, services: Services | null): Expiry {
  const registrations = new Map<string, Registration>();
  const unknown: string[] = [];
  const counts = { known: 0, notPublished: 0, noService: 0, unknown: 0, unasked: 0 };
  for (const domain of domains) {
    const known = all.get(domain);
    if (known?.expires) {
      const { registered, expires, ending, askedAt } = known;
      registrations.set(domain, { registered, expires, ending, askedAt: new Date(askedAt).toISOString() });
      counts.known += 1;
    } else if (known?.failed || (!known && !services)) {
      unknown.push(domain);
      counts.unknown += 1;
    } else if (known) counts.notPublished += 1;
    else if (services && !serviceFor(domain, services)) counts.noService += 1;
    else counts.unasked += 1;
  }
  return { registrations, counts, unknown };
}
