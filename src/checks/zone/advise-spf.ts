/** The SPF record to publish: evaluated before it is shown, so that following the advice breaks nothing. */
import { failureOf } from '../lookup-failure.ts';
import { furtherSenders, withTerms } from './compare-spf.ts';
import type { SpfEvaluator, SpfVerdict } from './evaluate-spf.ts';
import type { DroppedTerm, Note } from './notes.ts';

/** Further senders of a domain that are tried one by one; nobody has as many who can be evaluated. */
const MAX_TRIED = 40;

export interface SpfAdvice {
  /** Null: nothing can be advised, and `notes` state why. */
  readonly value: string | null;
  readonly kept: readonly string[];
  readonly notes: readonly Note[];
}

/**
 * The template's record, with the senders that the domain has beside it, so that publishing it breaks no other sender.
 * It lets the relay pass and nobody else's address, and can be evaluated; what would break that is left out, and named.
 * @param senders the addresses of the relay; empty where they are not known
 */
export async function adviseSpf(
  expected: string,
  found: readonly string[],
  domain: string,
  evaluator: SpfEvaluator,
  senders: readonly string[],
): Promise<SpfAdvice> {
  const base = await evaluator.judge(expected, senders);
  if (base.id !== 'good') return { value: null, kept: [], notes: [withheld(base)] };
  const { further, unusable } = furtherSenders(expected, found, domain);
  const tried = further.slice(0, MAX_TRIED);
  const dropped: DroppedTerm[] = [
    ...unusable,
    ...further.slice(MAX_TRIED).map((term): DroppedTerm => ({ term, why: 'untried' })),
  ];
  const all = await evaluator.judge(withTerms(expected, tried), senders);
  const kept: string[] = all.id === 'good' ? tried : [];
  if (all.id !== 'good') {
    for (const term of tried) {
      const verdict = await evaluator.judge(withTerms(expected, [...kept, term]), senders);
      // The limits are exceeded, so nothing is kept that finds nothing anyway.
      if (verdict.id === 'good' && verdict.voids > base.voids) dropped.push({ term, why: 'void' });
      else if (verdict.id === 'good') kept.push(term);
      else dropped.push(reasonFor(term, verdict));
    }
  }
  const notes: Note[] = dropped.length > 0 ? [{ id: 'terms-dropped', terms: dropped }] : [];
  return { value: withTerms(expected, kept), kept, notes };
}

type Bad = Exclude<SpfVerdict, { readonly id: 'good' }>;

function reasonFor(term: string, verdict: Bad): DroppedTerm {
  switch (verdict.id) {
    case 'open':
      return { term, why: 'everybody-passes' };
    case 'fault':
      return { term, why: 'permerror', fault: verdict.fault };
    case 'unknown':
      return { term, why: 'lookup', lookup: failureOf(verdict.failure) };
    case 'refused':
      return { term, why: 'relay-refused' };
  }
}

function withheld(verdict: Bad): Note {
  switch (verdict.id) {
    case 'open':
      return { id: 'advice-withheld', why: 'everybody-passes' };
    case 'fault':
      return { id: 'advice-withheld', why: 'permerror', fault: verdict.fault };
    case 'unknown':
      return { id: 'advice-withheld', why: 'lookup', lookup: failureOf(verdict.failure) };
    case 'refused':
      return { id: 'advice-withheld', why: 'relay-refused' };
  }
}
