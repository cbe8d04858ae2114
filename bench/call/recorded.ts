/** Real calls of a lab as they are stored, one JSON object a line: those that nobody broke, and those of which one stream was dropped. */
import { readFileSync } from 'node:fs';
import type { CallStream } from '../../src/checks/call/result.ts';
import type { Run } from '../../src/checks/check.ts';

export type Lost = Pick<CallStream, 'step' | 'receiver' | 'sender' | 'kind'>;

export interface Recorded {
  readonly run: Run;
  /** The stream that was dropped on the network; null in a call that nobody broke. */
  readonly dropped: Lost | null;
}

export function readRecorded(file: string): Recorded[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Recorded]));
}

/** The highest share of a step in which tasks of the machine waited for a processor. */
export function pressureOf({ call }: Run): number | null {
  const known = (call?.steps ?? []).flatMap(({ cpuPressure }) => cpuPressure ?? []);
  return known.length === 0 ? null : Math.max(...known);
}
