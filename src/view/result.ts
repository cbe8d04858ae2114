/** What a run found, drawn by the face of its kind; nothing where it did not get so far. */
import type { Kind, Named, Results, RunOf } from '../checks/check.ts';
import { resultOf } from '../checks/results.ts';
import type { Cell, PageFace, Particulars } from './face.ts';
import { pageFaces } from './faces.ts';
import type { Html } from './html.ts';
import type { Words } from './words/index.ts';

/** For the overview: what is wrong, at a glance. */
export function resultSummary<K extends Kind>(run: RunOf<K>, t: Words): Html | null {
  return drawn(run.kind, run, (face, result) => face.summary(result, t));
}

/** Everything of a run, or of one in progress. */
export function resultDetails<K extends Kind>(
  kind: K,
  named: Named<K> | undefined,
  particulars: Particulars,
): Html | null {
  return drawn(kind, named, (face, result) => face.details(result, particulars));
}

/** What the page of a check follows from run to run. */
export function cellsOf<K extends Kind>(run: RunOf<K>, t: Words): readonly Cell[] {
  return drawn(run.kind, run, (face, result) => face.cells(result, t)) ?? [];
}

/** What is known of a run in progress, in a few lines. */
export function progressOf<K extends Kind>(kind: K, partial: Named<K> | undefined, t: Words): Html | null {
  return drawn(kind, partial, (face, result) => face.progress?.(result, t) ?? null);
}

/** The address of what a run looked at, where a person may open it. */
export function addressOf<K extends Kind>(run: RunOf<K>): string | null {
  return drawn(run.kind, run, (face, result) => face.address?.(result) ?? null);
}

/** Facts for the overview, such as a version: each with its term. */
export function factsOf<K extends Kind>(run: RunOf<K>): readonly (readonly [term: string, value: string])[] {
  return drawn(run.kind, run, (face, result) => face.facts?.(result) ?? null) ?? [];
}

function drawn<K extends Kind, Drawn>(
  kind: K,
  named: Named<K> | undefined,
  draw: (face: PageFace<K>, result: Results[K]) => Drawn | null,
): Drawn | null {
  const result = resultOf(kind, named);
  return result === undefined ? null : draw(pageFaces[kind], result);
}
