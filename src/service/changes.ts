/** Each change of a check's state, once, as such: what a run brings is logged with every run. */
import { type Logger, OUTCOMES, type Run } from '../checks/check.ts';
import type { RunStore } from '../history/store.ts';

/** Logs that a run, which is kept already, ended otherwise than the one before; also than one of an earlier process. */
export function logChange(run: Run, store: Pick<RunStore, 'list'>, log: Logger): void {
  const { check, kind, outcome: to, id, summary } = run;
  const before = store.list({ check, kind, limit: 2 }).find((other) => other.id !== id);
  if (!before || before.outcome === to) return;
  const { outcome: from } = before;
  const fields = { event: 'state-changed', check, kind, from, to, run: id };
  const message = `${check}: state changed from ${from} to ${to}, ${summary}`;
  // In the order of the list, each is worse than those before it.
  if (OUTCOMES.indexOf(to) < OUTCOMES.indexOf(from)) log.info(fields, message);
  else log.warn(fields, message);
}
