/** Phases of a run, as data and under one name. */
import type { Phase } from './check.ts';

/** Runs parts of a check and notes how long each took, also of one that throws. Milliseconds. */
export function timing(phases: Phase[]) {
  return async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    try {
      return await work();
    } finally {
      phases.push({ name, ms: Math.round(performance.now() - start) });
    }
  };
}

const JOINT = ': ';

/** `third-joins: act`: one name for a phase, as metrics, comparisons and earlier runs have it. */
export function phaseLabel({ step, name }: Pick<Phase, 'step' | 'name'>): string {
  return step === undefined ? name : `${step}${JOINT}${name}`;
}

/** A phase as it is, also of a run of an earlier version, which kept the step in the name. */
export function phaseOf<Kept extends Phase>(phase: Kept): Phase {
  const at = phase.name.indexOf(JOINT);
  if (phase.step !== undefined || at < 0) return phase;
  return { step: phase.name.slice(0, at), name: phase.name.slice(at + JOINT.length), ms: phase.ms };
}
