/** What the terminal shows of the runs of one kind, beside their findings. */
import type { Kind, Results, Run } from '../checks/check.ts';
import type { Paint } from './paint.ts';

/** What every kind of run has, beside its result. */
export type RunFrame = Pick<Run, 'phases' | 'software'>;

export interface TerminalFace<K extends Kind> {
  /**
   * The particulars of a run; none where there is nothing to add to its findings.
   * @param width columns that may be used; without it, as many as the lines take.
   */
  particulars(result: Results[K], run: RunFrame, paint: Paint, width?: number): string[];
  /** What is known of a run in progress, drawn over itself; without it, its phase alone is shown. */
  readonly live?: (partial: Results[K], paint: Paint, width: number) => string[];
}
