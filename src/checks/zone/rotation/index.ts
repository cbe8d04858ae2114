/**
 * DKIM selectors over all domains: which are published where, which one signs, since when each key is there. Which one signs is what
 * the mail checks of the same Vigie saw on their test messages from these domains, in their runs, as data.
 */
import { createHash } from 'node:crypto';
import { eachAtOnce } from '../../../base/lane.ts';
import { DnsError, type Resolver } from '../../../dns/resolver.ts';
import type { Past, Run } from '../../check.ts';
import { keyOfRecord, type PublishedKey } from '../../records/dkim.ts';
import { dkimName } from '../../records/names.ts';
import { readTags, tagValue } from '../../records/tags.ts';
import type { DomainFacts } from '../facts.ts';
import { type Memory, type Remembered, recall, remember } from './memory.ts';
import type { SelectorState } from './result.ts';

const SHOWN_DOMAINS = 20;
const AT_ONCE = 64;
/** Runs of mail checks that are looked at; what earlier ones saw is remembered. */
const MAIL_RUNS = 50;

export interface RotationContext {
  readonly resolver: Resolver;
  readonly signal: AbortSignal;
  readonly past: Past | undefined;
  /** ISO 8601. */
  readonly now: string;
}

/** The selectors to look at. */
export interface Selectors {
  /** The template's; null where it has none, or one that differs from domain to domain. */
  readonly template: string | null;
  readonly others: readonly string[];
}

export interface Signature {
  readonly selector: string;
  readonly domain: string;
  readonly at: string;
}

export interface Rotation {
  readonly selectors: readonly SelectorState[];
  /** The selector with which test messages of these domains were last signed; null where no signature was ever seen. */
  readonly signing: string | null;
  /** The latest signature in the runs of the mail checks. */
  readonly signature: Signature | null;
  /** Selectors that were published when they were looked at before. */
  readonly seenBefore: ReadonlySet<string>;
  /** Since when it has been looked whether a selector signs; absent where it is not known. */
  readonly observedSince: ReadonlyMap<string, string>;
}

type Kind = keyof SelectorState['domains'];

/** What one selector is at all domains, counted as it comes. */
class Tally {
  readonly counts: Record<Kind, number> = { published: 0, revoked: 0, missing: 0, unusable: 0, unknown: 0 };
  readonly without: string[] = [];
  readonly keys = new Map<string, { readonly key: PublishedKey; count: number }>();

  /** @param texts what is published; null where that is not known */
  add(domain: string, texts: readonly string[] | null): void {
    const { kind, key } = published(texts);
    this.counts[kind] += 1;
    if (kind !== 'published' && kind !== 'unknown' && this.without.length < SHOWN_DOMAINS)
      this.without.push(domain);
    if (!key) return;
    const print = fingerprintOf(key);
    const same = this.keys.get(print);
    if (same) same.count += 1;
    else this.keys.set(print, { key, count: 1 });
  }

  /** The key that most domains have. */
  usual(): { readonly print: string; readonly key: PublishedKey } | null {
    let most: { print: string; key: PublishedKey; count: number } | null = null;
    for (const [print, { key, count }] of this.keys)
      if (count > (most?.count ?? 0)) most = { print, key, count };
    return most;
  }
}

function published(texts: readonly string[] | null): { kind: Kind; key: PublishedKey | null } {
  if (texts === null) return { kind: 'unknown', key: null };
  if (texts.length === 0) return { kind: 'missing', key: null };
  for (const text of texts) {
    const key = keyOfRecord(text);
    if (key) return { kind: 'published', key };
  }
  const revoked = texts.some((text) => tagValue(readTags(text, 'as written').tags, 'p')?.trim() === '');
  return { kind: revoked ? 'revoked' : 'unusable', key: null };
}

function fingerprintOf({ der }: PublishedKey): string {
  return createHash('sha256').update(der).digest('hex').slice(0, 32);
}

export async function lookAtSelectors(
  domains: readonly DomainFacts[],
  { template, others }: Selectors,
  operator: string | null,
  context: RotationContext,
): Promise<Rotation> {
  const tallies = new Map<string, Tally>();
  if (template !== null) tallies.set(template, templateTally(domains));
  const names = domains.filter(({ exists }) => exists !== false).map(({ domain }) => domain);
  for (const selector of new Set(others)) {
    if (!tallies.has(selector)) tallies.set(selector, await askedTally(names, selector, context));
  }
  const memory = recall(context.past);
  const seenBefore = new Set(
    Object.entries(memory.selectors).flatMap(([name, { seen }]) =>
      Object.keys(seen).length > 0 ? [name] : [],
    ),
  );
  const concerned = new Set([
    ...domains.map(({ domain }) => domain),
    ...(operator === null ? [] : [operator]),
  ]);
  const signature = noteSignatures(
    memory,
    context.past?.latest('mail', MAIL_RUNS) ?? [],
    concerned,
    context.now,
  );
  const signing = signingOf(memory);
  const states = [...tallies].map(([selector, tally]): SelectorState => {
    const usual = tally.usual();
    const before = remembered(memory, selector, context.now);
    for (const print of tally.keys.keys()) before.seen[print] ??= context.now;
    return {
      selector,
      template: selector === template,
      role: roleOf(selector, signing, before),
      domains: tally.counts,
      without: tally.without,
      algorithm: usual?.key.algorithm ?? null,
      bits: usual?.key.bits ?? null,
      fingerprint: usual?.print ?? null,
      variants: tally.keys.size,
      since: context.past && usual ? (before.seen[usual.print] ?? null) : null,
      signedAt: before.signedAt,
    };
  });
  remember(context.past, memory);
  return { selectors: states, signing, signature, seenBefore, observedSince: observed(memory) };
}

/** The template's selector has been looked up with the other records. */
function templateTally(domains: readonly DomainFacts[]): Tally {
  const tally = new Tally();
  for (const { domain, exists, records } of domains) {
    const record = records.find((each) => each.record === 'dkim');
    if (record && exists !== false) tally.add(domain, record.level === 'unknown' ? null : record.found);
  }
  return tally;
}

async function askedTally(
  domains: readonly string[],
  selector: string,
  { resolver, signal }: RotationContext,
): Promise<Tally> {
  const tally = new Tally();
  await eachAtOnce(domains, AT_ONCE, async (domain) => {
    try {
      const { records } = await resolver.lookup(dkimName(selector, domain), 'TXT', { signal });
      tally.add(
        domain,
        records.map((strings) => strings.join('')),
      );
    } catch (cause) {
      if (!(cause instanceof DnsError)) throw cause;
      tally.add(domain, null);
    }
  });
  return tally;
}

function remembered(memory: Memory, selector: string, now: string): Remembered {
  memory.selectors[selector] ??= { seen: {}, watchedSince: now, signedAt: null };
  return memory.selectors[selector];
}

/** Notes what signed the test messages of these runs, and answers the latest signature. */
function noteSignatures(
  memory: Memory,
  runs: readonly Run[],
  domains: ReadonlySet<string>,
  now: string,
): Signature | null {
  let latest: Signature | null = null;
  for (const run of runs) {
    for (const { delivery, dkim } of run.mail?.letters ?? []) {
      if (!delivery || dkim?.result !== 'pass' || !dkim.selector || !dkim.domain) continue;
      if (!domains.has(dkim.domain.toLowerCase())) continue;
      const one = { selector: dkim.selector.toLowerCase(), domain: dkim.domain, at: run.startedAt };
      const known = remembered(memory, one.selector, now);
      if (known.signedAt === null || known.signedAt < one.at) known.signedAt = one.at;
      if (memory.signaturesSince === null || memory.signaturesSince > one.at) memory.signaturesSince = one.at;
      if (latest === null || latest.at < one.at) latest = one;
    }
  }
  return latest;
}

function signingOf({ selectors }: Memory): string | null {
  const [latest] = Object.entries(selectors)
    .filter(([, { signedAt }]) => signedAt !== null)
    .sort(([, a], [, b]) => b.signedAt!.localeCompare(a.signedAt!));
  return latest?.[0] ?? null;
}

function roleOf(selector: string, signing: string | null, { signedAt }: Remembered): SelectorState['role'] {
  if (signing === null) return 'unknown';
  if (signing === selector) return 'signs';
  return signedAt === null ? 'idle' : 'replaced';
}

function observed({ signaturesSince, selectors }: Memory): Map<string, string> {
  if (signaturesSince === null) return new Map();
  return new Map(
    Object.entries(selectors).map(([name, { watchedSince, signedAt }]) => [
      name,
      signedAt ?? (watchedSince > signaturesSince ? watchedSince : signaturesSince),
    ]),
  );
}
