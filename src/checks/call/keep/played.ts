/** What a call was asked to do, as plain data from which it can be repeated. */

import { redact } from '../../../base/redact.ts';
import { type CallOptions, callOptions } from '../options.ts';
import type { StepPlan } from '../scene/choreography.ts';
import { participantInWords } from '../scene/participants.ts';
import { CHOREOGRAPHIES, type ChoreographyName } from '../scene/scenes.ts';

export interface Played {
  readonly url: string;
  /** As the command line writes them, without secrets of their addresses; null where it cannot. */
  readonly participants: readonly string[] | null;
  /** The built-in scene; null for steps that a configuration wrote itself. */
  readonly scene: ChoreographyName | null;
  /** Milliseconds, the same in each step; null where it is the usual, or differs between the steps. */
  readonly watch: number | null;
  readonly completeWithin: number | null;
  readonly p2p: boolean;
  /** Absent in recordings of before there could be several. */
  readonly rooms?: number;
  readonly insecure: boolean;
}

export function playedBy({ url, participants, steps, p2p, insecure, rooms }: CallOptions): Played {
  const words = participants.map((plan) => participantInWords(plan, redact));
  const common = {
    url,
    participants: words.includes(null) ? null : words.filter((word) => word !== null),
    p2p,
    insecure,
    rooms,
  };
  for (const scene of CHOREOGRAPHIES) {
    const parsed = callOptions.safeParse({
      url,
      participants: participants.map(() => 'chromium'),
      steps: scene,
    });
    if (!parsed.success || acts(parsed.data.steps) !== acts(steps)) continue;
    const usual = parsed.data.steps;
    return {
      ...common,
      scene,
      watch: unusual(steps, usual, 'watch'),
      completeWithin: unusual(steps, usual, 'completeWithin'),
    };
  }
  return { ...common, scene: null, watch: null, completeWithin: null };
}

/** Everything of steps but their times. */
const acts = (steps: readonly StepPlan[]): string =>
  JSON.stringify(steps.map(({ name, acts: done, path }) => [name, done, path]));

function unusual(
  steps: readonly StepPlan[],
  usual: readonly StepPlan[],
  key: 'watch' | 'completeWithin',
): number | null {
  const first = steps[0]?.[key] ?? null;
  if (steps.some((step) => step[key] !== first)) return null;
  return steps.every((step, index) => step[key] === usual[index]?.[key]) ? null : first;
}
