/** Calls on a sandbox as tests want them, and what they ask of the run. */
import { callKind } from '../../../src/checks/call/index.ts';
import type { Run } from '../../../src/checks/check.ts';
import { runCheck } from '../../../src/checks/run.ts';
import { silent } from '../schedule/kinds.ts';

/** Runs a call with these settings; `onWatch` is called for each step that becomes complete. */
export function playCall(settings: object, onWatch: (step: string) => void = () => {}): Promise<Run> {
  const seen = new Set<string>();
  return runCheck(callKind, callKind.schema.parse(settings), {
    name: 'sandbox',
    signal: new AbortController().signal,
    evidence: null,
    log: silent,
    progress: ({ phase, partial }) => {
      const step = partial?.call?.steps.at(-1)?.name;
      if (phase !== 'watch' || !step || seen.has(step)) return;
      seen.add(step);
      onWatch(step);
    },
  });
}

/** Findings that are more than advice, as `outcome id`. */
export const wrong = (run: Run): string[] =>
  run.findings.filter(({ outcome }) => outcome !== 'pass').map(({ id, outcome }) => `${outcome} ${id}`);

export const causeOf = (run: Run, id: string) => run.findings.find((finding) => finding.id === id)?.cause;
