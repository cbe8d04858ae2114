/** A history of these runs, with notes in memory. */
import type { Past, Run } from '../../../src/checks/check.ts';

export function openMemory(runs: readonly Run[]): Past {
  const notes = new Map<string, string>();
  return {
    latest: (kind, limit) => runs.filter((run) => run.kind === kind).slice(0, limit),
    recall: (what) => notes.get(what) ?? null,
    note: (what, value) => void notes.set(what, value),
  };
}
