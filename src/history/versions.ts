/** The versions that runs have seen, and when they changed: an upgrade is an event in history. */
import type { Run } from '../checks/check.ts';
import { versionText } from '../checks/software.ts';

/** What a change of lib-jitsi-meet, the deployment's own library, is reported as. */
export const LIBRARY = 'lib-jitsi-meet';

/** Something that a check sees had another version than in the last run that saw it. */
export interface VersionChange {
  readonly check: string;
  /** What changed: `lib-jitsi-meet`, `chromium`, `firefox`, or a server: `prosody`, `jicofo`, `videobridge`, `web`. */
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  /** ISO 8601: the start of the first run with the new version. */
  readonly at: string;
  /** That run. */
  readonly run: string;
}

/** A change that is in the history file, with the place of its run there. */
export interface PlacedChange extends VersionChange {
  readonly seq: number;
}

/** What a run reports of versions, by subject. What it does not know is absent: that is no change. */
export function versionsOf({
  call,
  software = [],
}: Pick<Run, 'call' | 'software'>): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  if (call?.version) versions.set(LIBRARY, call.version);
  for (const { browser, version } of call?.participants ?? []) if (version) versions.set(browser, version);
  for (const each of software) versions.set(each.part, versionText(each));
  return versions;
}

/** The last known versions of each check; reports what a further run changes in them. */
export class VersionWatch {
  /** By check, then by subject. */
  readonly #known = new Map<string, Map<string, string>>();

  /** Takes a version for known, without a change. */
  remember(check: string, subject: string, version: string): void {
    const known = this.#known.get(check) ?? new Map<string, string>();
    this.#known.set(check, known.set(subject, version));
  }

  /** The last known versions of a check, by subject. */
  known(check: string): ReadonlyMap<string, string> {
    return this.#known.get(check) ?? new Map<string, string>();
  }

  /** What this run, the next of its check, changes. */
  next(run: Run): VersionChange[] {
    const changes: VersionChange[] = [];
    for (const [subject, to] of versionsOf(run)) {
      const from = this.known(run.check).get(subject);
      this.remember(run.check, subject, to);
      if (from === undefined || from === to) continue;
      changes.push({ check: run.check, subject, from, to, at: run.startedAt, run: run.id });
    }
    return changes;
  }
}
