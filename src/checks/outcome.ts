/** How findings become an outcome, and an outcome a line. */
import type { Finding, Outcome } from './check.ts';

/** Worst first. A certain failure outranks not being able to tell the rest; checks withhold what they cannot tell. */
const SEVERITY: readonly Outcome[] = ['fail', 'error', 'degraded', 'pass'];

/** The outcome of a run with these findings: the worst of them, `pass` without any. */
export function outcomeOf(findings: readonly Pick<Finding, 'outcome'>[]): Outcome {
  return SEVERITY.find((outcome) => findings.some((finding) => finding.outcome === outcome)) ?? 'pass';
}

/** Findings with the worst first; those of one outcome keep their order. */
export function worstFirst<Each extends Pick<Finding, 'outcome'>>(findings: readonly Each[]): Each[] {
  return [...findings].sort((a, b) => SEVERITY.indexOf(a.outcome) - SEVERITY.indexOf(b.outcome));
}

/** How many runs could tell whether the target works, of those with each outcome. */
export function decidedRuns({ pass, degraded, fail }: Readonly<Record<Outcome, number>>): number {
  return pass + degraded + fail;
}

/** Whether the target does what it is there for: `degraded` works, below its thresholds. */
export function works(outcome: Outcome): boolean {
  return outcome === 'pass' || outcome === 'degraded';
}
