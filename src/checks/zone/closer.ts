/** What needs further lookups to be explained, made only where a record does not match the template. */
import { type Answer, DnsError } from '../../dns/resolver.ts';
import { failureOf } from '../lookup-failure.ts';
import { isDmarc } from '../records/dmarc.ts';
import { dmarcName } from '../records/names.ts';
import { organisationOf } from '../records/organisation.ts';
import { isSpf } from '../records/spf.ts';
import { readTags, tagValue } from '../records/tags.ts';
import { type Assessment, assess, type Question } from './assess.ts';
import { type Asking, ask, textsAt } from './context.ts';
import type { SpfEvaluator } from './evaluate-spf.ts';
import type { Note } from './notes.ts';
import type { UnknownReason } from './result.ts';
import { readSpf } from './spf-terms.ts';
import type { Expected } from './template.ts';
import { zoneOf } from './zone-cut.ts';

/** MX hosts that are looked up, to see whether they are aliases. */
const MAX_HOSTS = 5;
/** Terms of a record that are evaluated alone. */
const MAX_TERMS = 40;
/** No name that anybody would publish: an answer for it comes from a wildcard record. */
const UNUSED_LABEL = 'vigie-wildcard-test';

/** A record, explained; or why it cannot be judged after all. */
export type Closer = { readonly assessment: Assessment } | { readonly reason: UnknownReason };

/** @param answer what the resolver answered to the question */
export async function lookCloser(
  question: Question,
  expected: Expected,
  answer: Answer,
  assessment: Assessment,
  evaluator: SpfEvaluator,
  asking: Asking,
): Promise<Closer> {
  const { level, notes } = assessment;
  if (level === 'exact' || level === 'equivalent') return { assessment };
  if (question.record === 'spf' && (level === 'extra' || level === 'different')) {
    const judged = await judgeSpf(expected, assessment, evaluator);
    if ('reason' in judged) return judged;
    return { assessment: noted(judged.assessment, aliasOf(question, answer)) };
  }
  if (level === 'extra') return { assessment };
  const more = await Promise.all([
    ...(level === 'missing' ? [elsewhere(question, expected, asking)] : []),
    ...(question.record === 'spf' && level === 'missing' ? [typeSpf(question, asking)] : []),
    ...(question.record === 'mx' ? [aliasedHosts(expected, answer, asking)] : []),
    ...(question.record === 'dmarc' && level === 'missing' ? [inherited(expected.domain, asking)] : []),
    wildcard(question, answer, asking),
  ]);
  return { assessment: { ...assessment, notes: [...notes, ...aliasOf(question, answer), ...more.flat()] } };
}

function noted(assessment: Assessment, notes: readonly Note[]): Assessment {
  return { ...assessment, notes: [...assessment.notes, ...notes] };
}

/** A record that can be read may still let everybody pass, or be one that no receiver can evaluate. */
async function judgeSpf(
  expected: Expected,
  assessment: Assessment,
  evaluator: SpfEvaluator,
): Promise<Closer> {
  const [record] = assessment.found;
  const readable =
    record !== undefined && isSpf(record) && !assessment.differences.some(({ how }) => how === 'syntax');
  if (!readable) return { assessment };
  const verdict = await evaluator.judge(record);
  if (verdict.id === 'open') {
    const note: Note = {
      id: 'everybody-passes',
      terms: await openTerms(record, expected, evaluator),
      addresses: [...verdict.addresses],
    };
    return { assessment: noted({ ...assessment, level: 'different' }, [note]) };
  }
  if (verdict.id === 'fault') {
    if (assessment.notes.some(({ id }) => id === 'too-many-lookups')) return { assessment };
    const note: Note = { id: 'permerror', fault: verdict.fault };
    return { assessment: noted({ ...assessment, level: 'different' }, [note]) };
  }
  // A record that is wrong whatever the lookup would have found stays so.
  if (verdict.id === 'unknown' && assessment.level === 'extra') {
    return { reason: { id: 'spf-lookup', lookup: failureOf(verdict.failure) } };
  }
  return { assessment };
}

/** The terms by which everybody passes, each alone; all that permit somebody where they do so together. */
async function openTerms(record: string, { domain }: Expected, evaluator: SpfEvaluator): Promise<string[]> {
  const permitting = readSpf(record, domain).terms.filter(
    ({ kind, qualifier, name }) => (kind === 'mechanism' && qualifier === '+') || name === 'redirect',
  );
  const open: string[] = [];
  for (const { text } of permitting.slice(0, MAX_TERMS)) {
    const { id } = await evaluator.judge(`v=spf1 ${text}`);
    if (id === 'open') open.push(text);
  }
  return open.length > 0 ? open : permitting.map(({ text }) => text);
}

/** Nothing can stand beside a CNAME, and what stands at its target is what receivers see (RFC 2181 10.1). */
function aliasOf({ name }: Question, { aliases }: Answer): Note[] {
  const target = aliases.at(-1);
  return target === undefined ? [] : [{ id: 'alias', name, target }];
}

/** The record at a name that a form made of the right one, or that was taken for it. */
async function elsewhere(question: Question, expected: Expected, asking: Asking): Promise<Note[]> {
  if (question.zone !== expected.domain) return [];
  const { name } = question;
  const zone = await zoneOf(name, asking);
  // A form that appends the domain automatically, given the whole name, publishes it one level too deep.
  for (const suffix of new Set([expected.domain, zone ?? expected.domain])) {
    const doubled = { ...question, name: `${name}.${suffix}` };
    const answer = await ask(doubled, asking);
    if (answer instanceof DnsError || assess(doubled, expected, answer).found.length === 0) continue;
    return [{ id: 'one-level-too-deep', name: doubled.name }];
  }
  for (const wrong of wrongNames(question, expected)) {
    const text = (await textsAt(wrong, asking)).find(question.record === 'dmarc' ? isDmarc : isKey);
    if (text !== undefined) return [{ id: 'wrong-name', name: wrong, right: name, record: text }];
  }
  return [];
}

function isKey(text: string): boolean {
  return /^\s*v\s*=\s*DKIM1\b/i.test(text) || /(?:^|;)\s*k\s*=\s*(?:rsa|ed25519)\s*;.*\bp\s*=/i.test(text);
}

function wrongNames({ record, name }: Question, { domain }: Expected): string[] {
  if (record === 'dmarc') return [domain, `dmarc.${domain}`];
  if (record !== 'dkim') return [];
  const selector = name.slice(0, name.indexOf('.'));
  return [domain, `_domainkey.${domain}`, `${selector}.${domain}`, `${selector}.domainkey.${domain}`];
}

/** The record above a domain without one, whose policy receivers apply meanwhile (RFC 9989 4.10.1). */
async function inherited(domain: string, asking: Asking): Promise<Note[]> {
  const organisation = await organisationOf((name) => textsAt(name, asking), domain);
  if (organisation === domain) return [];
  const name = dmarcName(organisation);
  const [record] = (await textsAt(name, asking)).filter(isDmarc);
  const { tags } = readTags(record ?? '');
  const policy = tagValue(tags, 'sp') ?? tagValue(tags, 'p');
  return policy === null ? [] : [{ id: 'inherited-policy', name, policy: policy.toLowerCase() }];
}

/** A record of type SPF (99), which RFC 7208 3.1 gave up; receivers ask for TXT alone. */
async function typeSpf({ name }: Question, { resolver, signal }: Asking): Promise<Note[]> {
  try {
    const { records } = await resolver.lookup(name, 'SPF', { signal });
    const [record] = records.map((strings) => strings.join('')).filter(isSpf);
    return record === undefined ? [] : [{ id: 'type-spf', record }];
  } catch (cause) {
    if (cause instanceof DnsError) return [];
    throw cause;
  }
}

/** MX hosts that are aliases, which they must not be (RFC 2181 10.3). */
async function aliasedHosts(
  expected: Expected,
  answer: Answer,
  { resolver, signal }: Asking,
): Promise<Note[]> {
  const right = new Set((expected.mx ?? []).map(({ exchange }) => exchange));
  const hosts = (answer as Answer<'MX'>).records
    .map(({ exchange }) => exchange)
    .filter((host) => host !== '' && !right.has(host));
  const notes = await Promise.all(
    [...new Set(hosts)].slice(0, MAX_HOSTS).map(async (host): Promise<Note[]> => {
      try {
        const target = (await resolver.lookup(host, 'A', { signal })).aliases.at(-1);
        return target === undefined ? [] : [{ id: 'mx-alias', host, target }];
      } catch (cause) {
        if (cause instanceof DnsError) return [];
        throw cause;
      }
    }),
  );
  return notes.flat();
}

/** A wildcard answers at every name that nothing else is published at (RFC 4592). */
async function wildcard(question: Question, answer: Answer, asking: Asking): Promise<Note[]> {
  if (question.record !== 'dkim' && question.record !== 'dmarc') return [];
  if (answer.status !== 'found' || answer.aliases.length > 0) return [];
  const parent = question.name.slice(question.name.indexOf('.') + 1);
  const texts = (answer as Answer<'TXT'>).records.map((strings) => strings.join(''));
  const others = await textsAt(`${UNUSED_LABEL}.${parent}`, asking);
  const [text] = others.filter((other) => texts.includes(other));
  return text === undefined ? [] : [{ id: 'wildcard', name: question.name, record: text }];
}
