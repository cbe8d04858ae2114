/** What a check may know of earlier runs, from the history. */
import type { Past } from '../checks/check.ts';
import type { RunStore } from '../history/store.ts';

/** Each check has notes of its own. */
export function pastOf(store: RunStore, check: string): Past {
  const named = (what: string) => `check ${check}: ${what}`;
  return {
    latest: (kind, limit) => store.list({ kind, limit }),
    recall: (what) => store.note(named(what)),
    note: (what, value) => {
      if (store.note(named(what)) !== value) store.keepNote(named(what), value);
    },
  };
}
