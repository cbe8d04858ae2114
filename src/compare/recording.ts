/** Two sides of a comparison, and whether they can be compared at all. */

import { list } from '../base/words.ts';
import { BROWSERS } from '../browsers/browser.ts';
import type { Kind, Run } from '../checks/check.ts';
import { SERVER_PARTS } from '../checks/software.ts';
import { LIBRARY, versionsOf } from '../history/versions.ts';
import type { Baseline } from './baseline.ts';

/** Runs of one check from one time. What is not known is null, and not compared. */
export interface Recording {
  /** What a person calls it: a file, or "the 20 runs before 9.0.4230". */
  readonly name: string;
  readonly check: string;
  readonly kind: Kind;
  readonly place: string | null;
  readonly vigie: string | null;
  readonly options: unknown;
  readonly runs: readonly Run[];
}

export function fromBaseline(name: string, baseline: Baseline): Recording {
  const { check, kind, place, vigie, configuration, runs } = baseline;
  return { name, check, kind, place, vigie, options: configuration.options, runs };
}

/** Runs without a word of where they come from. There has to be one. */
export function fromRuns(name: string, runs: readonly Run[]): Recording {
  const { check, kind } = runs[0]!;
  return { name, check, kind, place: null, vigie: null, options: null, runs };
}

export interface Differences {
  /** With these no comparison says anything, whoever insists. */
  readonly impossible: readonly string[];
  /** What differs besides the deployment: a change may be of that. */
  readonly refused: readonly string[];
  /** Worth knowing. */
  readonly notes: readonly string[];
}

/** What is different between two recordings, apart from how the runs went. */
export function differences(before: Recording, after: Recording): Differences {
  const impossible = [before, after].flatMap((side) => [
    ...(side.runs.length === 0 ? [`${side.name} has no runs`] : []),
    ...several(side, 'check', (run) => `${run.check} (${run.kind})`),
  ]);
  if (before.kind !== after.kind) {
    impossible.push(`${before.name} is of a ${before.kind} check, ${after.name} of a ${after.kind} check`);
  }
  if (impossible.length > 0) return { impossible, refused: [], notes: [] };
  const refused = [
    ...configuration(before, after),
    ...(before.place !== null && after.place !== null && before.place !== after.place
      ? [`place: recorded on ${before.place} before, on ${after.place} after`]
      : []),
    ...browsers(before, after),
  ];
  return { impossible, refused, notes: notes(before, after) };
}

/** A side whose runs differ in what should be one. */
function several(side: Recording, what: string, of: (run: Run) => string): string[] {
  const values = [...new Set(side.runs.map(of))];
  return values.length > 1 ? [`${side.name} has runs of more than one ${what}: ${list(values)}`] : [];
}

function configuration(before: Recording, after: Recording): string[] {
  if (isObject(before.options) && isObject(after.options)) return keys('', before.options, after.options);
  const digests = (side: Recording) =>
    new Set(side.runs.flatMap(({ configuration: digest }) => digest ?? []));
  const urls = (side: Recording) => new Set(side.runs.flatMap(({ call }) => call?.url ?? []));
  const scenes = (side: Recording) =>
    new Set(
      side.runs.flatMap(({ call }) =>
        call ? call.participants.map(({ browser }) => browser).join(', ') : [],
      ),
    );
  return [
    ...differ('address', urls(before), urls(after)),
    ...differ('participants', scenes(before), scenes(after)),
    ...(differ('', digests(before), digests(after)).length > 0
      ? ["configuration: the check's options are not the same"]
      : []),
  ];
}

/** `watch: 5000 before, 3000 after`, for each key that both have; a key that one side lacks is a Vigie's of another version. */
function keys(at: string, before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  return Object.keys(before).flatMap((key) => {
    const [a, b] = [before[key], after[key]];
    if (!(key in after) || JSON.stringify(a) === JSON.stringify(b)) return [];
    if (isObject(a) && isObject(b)) return keys(`${at}${key}.`, a, b);
    return [`configuration: ${at}${key} is ${shown(a)} before, ${shown(b)} after`];
  });
}

const LONGEST = 60;

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function differ(what: string, before: ReadonlySet<string>, after: ReadonlySet<string>): string[] {
  // What one side does not report is unknown.
  if (before.size === 0 || after.size === 0) return [];
  if (before.size === after.size && [...before].every((value) => after.has(value))) return [];
  return [`${what}: ${list([...before])} before, ${list([...after])} after`];
}

/** Versions by subject, over all runs of a side. */
function versions(side: Recording): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const run of side.runs) {
    for (const [subject, version] of versionsOf(run)) {
      const known = all.get(subject) ?? new Set();
      all.set(subject, known.add(version));
    }
  }
  return all;
}

function browsers(before: Recording, after: Recording): string[] {
  const [first, second] = [versions(before), versions(after)];
  return BROWSERS.flatMap((name) =>
    differ(name, first.get(name) ?? new Set(), second.get(name) ?? new Set()),
  );
}

/** What an upgrade changes. */
const DEPLOYED = [LIBRARY, ...SERVER_PARTS] as const;

function notes(before: Recording, after: Recording): string[] {
  const mixed = (side: Recording) => {
    const its = versions(side);
    return DEPLOYED.flatMap((subject) => {
      const seen = its.get(subject);
      return seen && seen.size > 1 ? [`${side.name} has runs with ${subject} ${list([...seen])}`] : [];
    });
  };
  const vigie =
    before.vigie !== null && after.vigie !== null && before.vigie !== after.vigie
      ? [`recorded by Vigie ${before.vigie} before, ${after.vigie} after: what it detects may differ`]
      : [];
  return [...mixed(before), ...mixed(after), ...vigie];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The versions of the deployment's parts (`lib-jitsi-meet`, its servers) that a side saw; without those it saw none of. */
export function deployedVersions(side: Recording): ReadonlyMap<(typeof DEPLOYED)[number], readonly string[]> {
  const seen = versions(side);
  return new Map(
    DEPLOYED.flatMap((subject) => {
      const its = seen.get(subject);
      return its ? [[subject, [...its]] as const] : [];
    }),
  );
}
