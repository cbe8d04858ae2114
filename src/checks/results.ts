/** What a run found, whichever its kind. */
import type { Kind, Named, Results, Run, RunOf } from './check.ts';

/**
 * The result under the name of its kind, of a run or of one in progress; undefined where it did not get so far.
 * Generic code passes it on to the part of that kind.
 */
export function resultOf<K extends Kind>(kind: K, named: Named<K> | undefined): Results[K] | undefined {
  const results: { readonly [Own in K]?: Results[Own] } | undefined = named;
  return results?.[kind];
}

export function isOfKind<K extends Kind>(kind: K, run: Run): run is Run & RunOf<K> {
  return run.kind === kind;
}
