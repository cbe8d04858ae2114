/** One story of several steps: what began when, and what stayed so. */

import { list } from '../../../base/words.ts';
import type { Finding } from '../../check.ts';
import { arrives, type CallStream } from '../result.ts';
import type { StepPlan } from '../scene/choreography.ts';

export interface JudgedStep {
  readonly plan: StepPlan;
  readonly streams: readonly CallStream[];
  readonly findings: readonly Finding[];
}

interface Story {
  readonly finding: Finding;
  /** The steps in which it was found again. */
  readonly again: string[];
}

/**
 * The findings of all steps: each names the step that brought it about; what is still so in later steps is said
 * once. A call of one step has its findings as they are.
 */
export function acrossSteps(steps: readonly JudgedStep[]): Finding[] {
  const told = new Map<string, Story>();
  for (const { plan, findings } of steps) {
    for (const finding of findings) {
      const key = subject(finding, plan.name);
      const known = told.get(key);
      if (known) known.again.push(plan.name);
      else told.set(key, { finding: inStep(finding, plan), again: [] });
    }
  }
  return [...[...told.values()].map(({ finding, again }) => stayed(finding, again)), ...onePathOnly(steps)];
}

function inStep(finding: Finding, { name, moment }: StepPlan): Finding {
  if (moment === null) return finding;
  return {
    ...finding,
    text: `${moment}: ${finding.text}`,
    evidence: { ...finding.evidence, step: name },
  };
}

function stayed(finding: Finding, again: readonly string[]): Finding {
  if (again.length === 0) return finding;
  return {
    ...finding,
    text: `${finding.text.replace(/\.$/, '')}; still so in ${list(again)}.`,
    evidence: { ...finding.evidence, againIn: again },
  };
}

/** Streams that do not arrive are one thing, whatever it is called in a later step. */
const BROKEN = new Set(['stream-missing', 'stream-lost', 'stream-frozen', 'stream-silent']);
/** Each of these is an event of its own. */
const EVENTS = new Set(['stream-gap', 'stream-slow', 'machine-busy']);

/** What a finding is about: equal for the same trouble in two steps. */
function subject({ id, evidence }: Finding, step: string): string {
  if (EVENTS.has(id)) return JSON.stringify([id, step, evidence]);
  const streams = Array.isArray(evidence?.streams) ? (evidence.streams as Partial<CallStream>[]) : null;
  const whose = streams?.map(({ receiver, sender, kind }) => `${sender} ${receiver} ${kind}`).sort();
  return JSON.stringify([BROKEN.has(id) ? 'broken' : id, whose ?? evidence?.participants ?? null]);
}

/** Where the call went both ways and one of them alone has all the trouble, that is worth saying. */
function onePathOnly(steps: readonly JudgedStep[]): Finding[] {
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
  const [bad, good] =
    bridge.broken > 0 ? ['the bridge', 'directly'] : ['the direct connection', 'over the bridge'];
  return [
    {
      id: 'one-path-only',
      outcome: 'pass',
      text: `All of it happens over ${bad}; ${good} every stream arrived.`,
      where: 'unknown',
      evidence: { streams: counts },
    },
  ];
}
