/** One story of several steps: what began when, and what stayed so. */
import type { Found } from '../../check.ts';
import type { CallCause } from '../causes.ts';
import { arrives, type CallStream } from '../result.ts';
import type { StepPlan } from '../scene/choreography.ts';

export interface JudgedStep {
  readonly plan: StepPlan;
  readonly streams: readonly CallStream[];
  readonly findings: readonly Found<'call'>[];
}

interface Story {
  readonly finding: Found<'call'>;
  readonly plan: StepPlan;
  /** The steps in which it was found again. */
  readonly again: string[];
}

/**
 * The findings of all steps: each has the step that brought it about; what is found again in later steps is one
 * finding. A call of one step has its findings as they are.
 */
export function acrossSteps(steps: readonly JudgedStep[]): Found<'call'>[] {
  const stories = new Map<string, Story>();
  for (const { plan, findings } of steps) {
    for (const finding of findings) {
      const key = subject(finding, plan.name);
      const known = stories.get(key);
      if (known) known.again.push(plan.name);
      else stories.set(key, { finding, plan, again: [] });
    }
  }
  return [...[...stories.values()].map(inStep), ...onePathOnly(steps)];
}

function inStep({ finding, plan: { name, moment }, again }: Story): Found<'call'> {
  if (moment === null && again.length === 0) return finding;
  const ofStep = { ...(moment && { step: name, moment }), ...(again.length > 0 && { againIn: again }) };
  // All causes that a step may have, have these beside their own.
  return { ...finding, cause: { ...finding.cause, ...ofStep } as CallCause };
}

/** What a finding is about: equal for the same trouble in two steps. */
function subject({ cause }: Found<'call'>, step: string): string {
  const { id } = cause;
  if (id === 'stream-gap' || id === 'stream-slow' || id === 'recovery-slow' || id === 'machine-busy') {
    // Each of these is an event of its own.
    return JSON.stringify([step, cause]);
  }
  // Streams that do not arrive are one thing, whatever it is called in a later step.
  if (id === 'stream-missing' || id === 'stream-lost' || id === 'stream-frozen' || id === 'stream-silent')
    return JSON.stringify(['broken', streamsOf(cause.streams)]);
  if (id === 'stream-wrong' || id === 'stream-late' || id === 'mute-ignored' || id === 'mute-untold')
    return JSON.stringify([id, streamsOf(cause.streams)]);
  return JSON.stringify([id, 'participants' in cause ? cause.participants : null]);
}

const streamsOf = (streams: readonly Pick<CallStream, 'receiver' | 'sender' | 'kind'>[]): string[] =>
  streams.map(({ receiver, sender, kind }) => `${sender} ${receiver} ${kind}`).sort();

/** Where the call used both paths and one of them alone has all the trouble, that is worth saying. */
function onePathOnly(steps: readonly JudgedStep[]): Found<'call'>[] {
  const counts = { p2p: { all: 0, broken: 0 }, bridge: { all: 0, broken: 0 } };
  for (const { streams } of steps) {
    for (const stream of streams) {
      const { path } = stream;
      if (path === null) continue;
      counts[path].all++;
      if (!arrives(stream)) counts[path].broken++;
    }
  }
  const { p2p, bridge } = counts;
  if (p2p.all === 0 || bridge.all === 0 || p2p.broken > 0 === bridge.broken > 0) return [];
  return [{ cause: { id: 'one-path-only', streams: counts }, outcome: 'pass', where: 'unknown' }];
}
