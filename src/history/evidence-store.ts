/** The evidence of a service's runs: `<directory>/<check>/<run>/`, failures kept longer than passes. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvidenceSink, Logger, Outcome, Run } from '../checks/check.ts';
import { errorCode } from '../config/errno.ts';
import { directorySink, safeName } from './evidence.ts';

export interface EvidenceOptions {
  readonly directory: string;
  /** Of how many runs that did not pass each check keeps the evidence. */
  readonly keepFailures: number;
  /** The same for runs that passed, and for runs that were cut short. */
  readonly keepPasses: number;
  /** Older evidence is deleted, whatever its run. */
  readonly maxAgeMs: number;
  readonly log: Logger;
}

export interface EvidenceStore {
  readonly directory: string;
  /** A place for the files of one run. */
  sink(check: string, run: string): EvidenceSink;
  /** Adds the run itself (`run.json`) to its evidence, then deletes what is not to be kept of its check. */
  settle(run: Run): Promise<void>;
}

const RUN_FILE = 'run.json';

export function createEvidenceStore(options: EvidenceOptions): EvidenceStore {
  const { directory, log } = options;
  const sink = (check: string, run: string) =>
    directorySink(join(directory, safeName(check), safeName(run)), log);
  return {
    directory,
    sink,
    async settle(run) {
      const wanted = run.outcome === 'pass' ? options.keepPasses : options.keepFailures;
      if (wanted > 0) await sink(run.check, run.id).write(RUN_FILE, `${JSON.stringify(run, null, 2)}\n`);
      await sweep(join(directory, safeName(run.check)), options);
    },
  };
}

/** Deletes what is too old or too much of one check. Names of runs sort by time. */
async function sweep(
  directory: string,
  { keepFailures, keepPasses, maxAgeMs, log }: EvidenceOptions,
): Promise<void> {
  try {
    const runs = (await readdir(directory, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    let [failures, passes] = [0, 0];
    for (const { name } of runs.sort((a, b) => b.name.localeCompare(a.name))) {
      const path = join(directory, name);
      const outcome = await outcomeOf(path);
      const much = outcome === null || outcome === 'pass' ? ++passes > keepPasses : ++failures > keepFailures;
      if (much || (await age(path)) > maxAgeMs) await rm(path, { recursive: true, force: true });
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    log.warn({ directory, error: errorCode(error) }, 'old evidence could not be deleted');
  }
}

/** Null for a run that did not come to its end. */
async function outcomeOf(directory: string): Promise<Outcome | null> {
  try {
    return (JSON.parse(await readFile(join(directory, RUN_FILE), 'utf8')) as Run).outcome;
  } catch {
    return null;
  }
}

async function age(directory: string): Promise<number> {
  return Date.now() - (await stat(directory)).mtimeMs;
}
