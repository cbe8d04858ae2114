/**
 * What failing runs have in common and the others lack, ranked; nothing where nothing stands out.
 *
 * Two kinds of traits are compared. Circumstances (a version, a transport, the hour) are known of every run: Fisher's
 * exact test asks whether failing runs have them more often. What was lost (a step, a sender) is known of failing runs
 * alone: there an exact binomial test asks whether it is the same one more often than it would be if each were equally
 * likely. All are corrected together, by Holm's procedure among those that could be significant at all (`many.ts`).
 *
 * A trait that follows from a stronger one is not stated beside it (where it is always the Firefox participant that loses,
 * whoever sends to it uses another browser): it has to stand out among the runs that have the stronger one, too.
 */
import { binomialTail } from './intermittent.ts';
import { tarone } from './many.ts';
import { fisher, fisherLeast } from './rates.ts';

/** What all losses of a run share, of one trait. */
export interface Loss {
  readonly value: string;
  /** The probability of that value, if each loss were equally likely. */
  readonly expected: number;
  /** The same by another trait: where that one's value is as in this run. */
  readonly given?: ReadonlyMap<string, number>;
}

/** A run as far as it is compared. */
export interface ComparedRun {
  readonly failed: boolean;
  /** By trait: all values that the run had. */
  readonly circumstances: ReadonlyMap<string, readonly string[]>;
  /** By trait; null where the losses of the run do not share one value. */
  readonly losses: ReadonlyMap<string, Loss | null>;
}

interface Hits {
  readonly of: number;
  readonly hits: number;
}

export interface Common {
  readonly trait: string;
  readonly value: string;
  /** Failing runs that know the trait, and how many of them have the value. */
  readonly failing: Hits;
  /** The same of the runs that worked; null for a trait that only failing runs have. */
  readonly working: Hits | null;
  /** Corrected for all comparisons that were made. */
  readonly p: number;
}

/** Claims are made below this, after the correction. */
const ALPHA = 0.005;
/** Of fewer failing runs nothing is stated: a true cause could hardly stand out, a false one by chance. */
const LEAST_FAILURES = 5;
/** What half of the failing runs do not share is not what they have in common. */
const LEAST_SHARE = 0.5;

interface Candidate extends Omit<Common, 'p'> {
  readonly raw: number;
  /** The smallest p that the test could give. */
  readonly least: number;
}

/** The most significant first. */
export function commonCauses(runs: readonly ComparedRun[], alpha = ALPHA): Common[] {
  if (runs.filter(({ failed }) => failed).length < LEAST_FAILURES) return [];
  const candidates = candidatesAmong(runs);
  const corrected = tarone(
    candidates.map(({ raw }) => raw),
    candidates.map(({ least }) => least),
    alpha,
  );
  const able = candidates.filter(({ least }) => least <= alpha).length;
  const significant = candidates
    .map((candidate, index) => ({ ...candidate, p: corrected[index]! }))
    .filter(({ p, failing: { of, hits } }) => p <= alpha && hits >= of * LEAST_SHARE)
    .sort((a, b) => a.raw - b.raw || b.failing.hits - a.failing.hits);
  const stated: Common[] = [];
  for (const { raw: _raw, least: _least, ...common } of significant) {
    if (stated.every((stronger) => standsOut(common, stronger, runs) * able <= alpha)) stated.push(common);
  }
  return stated;
}

/** The p of a trait among the runs that have a stronger one. */
function standsOut(common: Common, stronger: Common, runs: readonly ComparedRun[]): number {
  const isLoss = common.working === null;
  // What was lost, and under which circumstances, are different questions.
  if (isLoss !== (stronger.working === null)) return 0;
  const among = runs.filter((run) => (run.failed || !isLoss) && has(run, stronger));
  const found = candidatesAmong(among, isLoss ? stronger.trait : null);
  return found.find(({ trait, value }) => trait === common.trait && value === common.value)?.raw ?? 1;
}

function has(run: ComparedRun, { trait, value, working }: Common): boolean {
  if (working === null) return run.losses.get(trait)?.value === value;
  return run.circumstances.get(trait)?.includes(value) ?? false;
}

function candidatesAmong(runs: readonly ComparedRun[], given: string | null = null): Candidate[] {
  const failing = runs.filter(({ failed }) => failed);
  const working = runs.filter(({ failed }) => !failed);
  return [...lossCandidates(failing, given), ...circumstanceCandidates(failing, working)];
}

function names(runs: readonly ComparedRun[], of: 'circumstances' | 'losses'): string[] {
  return [...new Set(runs.flatMap((run) => [...run[of].keys()]))];
}

function lossCandidates(failing: readonly ComparedRun[], given: string | null): Candidate[] {
  return names(failing, 'losses').flatMap((trait) => {
    // A run whose losses share no value counts as one that has another.
    const known = failing.filter(({ losses }) => losses.has(trait));
    const shared = known.flatMap(({ losses }) => losses.get(trait) ?? []);
    return [...Map.groupBy(shared, ({ value }) => value)].map(([value, its]) => {
      const expected = Math.max(
        ...its.map((each) => (given === null ? undefined : each.given?.get(given)) ?? each.expected),
      );
      return {
        trait,
        value,
        failing: { of: known.length, hits: its.length },
        working: null,
        raw: binomialTail(known.length, its.length, expected),
        least: expected ** known.length,
      };
    });
  });
}

function circumstanceCandidates(
  failing: readonly ComparedRun[],
  working: readonly ComparedRun[],
): Candidate[] {
  return names(failing, 'circumstances').flatMap((trait) => {
    const known = (runs: readonly ComparedRun[]) =>
      runs.flatMap(({ circumstances }) => {
        const its = circumstances.get(trait);
        return its ? [its] : [];
      });
    const [bad, good] = [known(failing), known(working)];
    return [...new Set(bad.flat())].map((value) => {
      const [its, others] = [countOf(bad, value), countOf(good, value)];
      const of = { trait, value, failing: its, working: others };
      return { ...of, raw: fisher(others, its), least: fisherLeast(others, its) };
    });
  });
}

function countOf(all: readonly (readonly string[])[], value: string): Hits {
  return { of: all.length, hits: all.filter((its) => its.includes(value)).length };
}
