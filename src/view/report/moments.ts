/** When things broke, on Vigie's clock. */
import type { CallRecording } from '../../checks/call/keep/recording.ts';
import type { CallResult, CallStream } from '../../checks/call/result.ts';
import type { Words } from '../words/index.ts';

/** When a stream broke, as far as that is known. */
export interface Moment {
  readonly at: number;
  readonly label: string;
}

/** When a step began; the first one does when the participants are asked to join. */
export function beginningOf({ steps }: CallResult, { startedAt }: CallRecording, step: string): number {
  const first = steps[0]?.atMs ?? 0;
  return startedAt + (steps.find(({ name }) => name === step)?.atMs ?? first) - first;
}

/**
 * The first moment at which one of these streams broke: the last good mark of one that stopped; of one that never
 * came in a later step, the step's beginning. Null where there is neither.
 */
export function firstBreak(
  broken: readonly CallStream[],
  call: CallResult,
  recording: CallRecording,
  t: Words,
): Moment | null {
  const moments = broken.flatMap(({ lostAt, verdict, step }): Moment[] => {
    if (lostAt !== null) return [{ at: Date.parse(lostAt), label: t.drawn.lastMark }];
    if (verdict === 'late' || step === call.steps[0]?.name) return [];
    return [{ at: beginningOf(call, recording, step), label: t.drawn.begins(step) }];
  });
  return moments.sort((a, b) => a.at - b.at)[0] ?? null;
}
