/** The same choreography in several rooms: those of the second room follow in the alphabet on those of the first. */
import { nameOf } from './acts.ts';
import type { StepPlan } from './choreography.ts';

/** The steps of the room whose first participant has this number; their names are those of the first room. */
export function stepsFrom(first: number, steps: readonly StepPlan[]): StepPlan[] {
  if (first === 0) return [...steps];
  const rename = (name: string) => nameOf(first + name.charCodeAt(0) - nameOf(0).charCodeAt(0));
  const all = (names: readonly string[]) => names.map(rename);
  return steps.map((step) => ({
    ...step,
    moment: step.moment && 'who' in step.moment ? { ...step.moment, who: all(step.moment.who) } : step.moment,
    acts: step.acts.map((act) => ('who' in act ? { ...act, who: all(act.who) } : act)),
    present: all(step.present),
    waiting: all(step.waiting),
    sharing: all(step.sharing),
    // `A audio`
    muted: new Set([...step.muted].map((key) => `${rename(key)}${key.slice(1)}`)),
  }));
}
