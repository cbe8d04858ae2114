/** The evidence of a service's runs: `<directory>/<check>/<run>/`, failures kept longer than passes. */
import type { FileHandle } from 'node:fs/promises';
import { lstat, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { errorCode } from '../base/errno.ts';
import { type EvidenceSink, type Logger, OUTCOMES, type Outcome, type Run } from '../checks/check.ts';
import {
  type EvidenceFile,
  type EvidenceFolder,
  evidenceFolder,
  type RenderReport,
  RUN_FILE,
  safeName,
} from './evidence.ts';

export interface EvidenceOptions {
  readonly directory: string;
  /** Of how many runs that did not pass each check keeps the evidence. */
  readonly keepFailures: number;
  /** The same for runs that passed, which leave a report alone, and for runs that were cut short. */
  readonly keepPasses: number;
  /** Older evidence is deleted, whatever its run. */
  readonly maxAgeMs: number;
  /** What the files of one run may take, in bytes. */
  readonly maxRunSize: number;
  /** What the evidence of one check may take, in bytes; that of its last run stays whatever it takes. */
  readonly maxSize: number;
  readonly log: Logger;
  readonly render: RenderReport;
}

/** An open file of a run's evidence; whoever gets it closes it. */
export interface OpenEvidence extends EvidenceFile {
  readonly handle: FileHandle;
}

export interface EvidenceStore {
  readonly directory: string;
  /** Whether all that the last run left could be written. */
  readonly writable: boolean;
  /** A place for the files of one run. */
  sink(check: string, run: string): EvidenceSink;
  /** Adds the run itself and its report to its evidence, then deletes what is not to be kept of its check. */
  settle(run: Run): Promise<void>;
  /** What is kept of a run, by name; null when nothing is. */
  list(run: string): Promise<EvidenceFile[] | null>;
  /** One file of a run, by the name that `list` gives; null when there is none. */
  open(run: string, file: string): Promise<OpenEvidence | null>;
}

/** Runs that were begun and never settled do not pile up: more than these are not on at one time. */
const BEGUN = 64;
/** No run's file is larger; one that is was not written by Vigie. In bytes. */
const LARGEST_RUN = 128_000_000;
/** So long does a reader wait for what is being written. */
const FINISH_MS = 2000;

export function createEvidenceStore(options: EvidenceOptions): EvidenceStore {
  return new Store(options);
}

class Store implements EvidenceStore {
  readonly #options: EvidenceOptions;
  readonly #begun = new Map<string, EvidenceFolder>();
  /** Runs whose last files are being written. */
  readonly #finishing = new Map<string, Promise<void>>();
  #writable = true;

  constructor(options: EvidenceOptions) {
    this.#options = options;
  }

  get directory(): string {
    return this.#options.directory;
  }

  get writable(): boolean {
    return this.#writable;
  }

  sink(check: string, run: string): EvidenceFolder {
    const { directory, keepFailures, keepPasses, maxRunSize: maxBytes, log, render } = this.#options;
    const folder = evidenceFolder(join(directory, safeName(check), safeName(run)), {
      log,
      render,
      maxBytes,
      wanted: (outcome) => {
        if ((outcome === 'pass' ? keepPasses : keepFailures) === 0) return 'nothing';
        return outcome === 'pass' ? 'report' : 'everything';
      },
    });
    this.#begun.set(run, folder);
    const [oldest] = this.#begun.keys();
    if (this.#begun.size > BEGUN) this.#begun.delete(oldest!);
    return folder;
  }

  async settle(run: Run): Promise<void> {
    const folder = this.#begun.get(run.id) ?? this.sink(run.check, run.id);
    this.#begun.delete(run.id);
    const finishing = folder.finish(run).finally(() => this.#finishing.delete(run.id));
    this.#finishing.set(run.id, finishing);
    await finishing;
    // Of a run that leaves nothing, nothing is learned.
    if (folder.wanted(run.outcome) !== 'nothing') this.#writable = !folder.failed;
    const begun = new Set([...this.#begun.keys()].map(safeName));
    await sweep(join(this.directory, safeName(run.check)), begun, this.#options);
  }

  async list(run: string): Promise<EvidenceFile[] | null> {
    const directory = await this.#find(run);
    return directory === null ? null : filesOf(directory).catch(() => null);
  }

  async open(run: string, file: string): Promise<OpenEvidence | null> {
    const directory = await this.#find(run);
    if (directory === null) return null;
    try {
      // Only what the listing has: a name that leads elsewhere, or a link, is none of it.
      if (!(await filesOf(directory)).some(({ name }) => name === file)) return null;
      const handle = await open(join(directory, file), 'r');
      return { name: file, bytes: (await handle.stat()).size, handle };
    } catch {
      // Deleted meanwhile.
      return null;
    }
  }

  /** Where a run's evidence is: runs are known by their id alone, also after a restart. */
  async #find(run: string): Promise<string | null> {
    if (safeName(run) !== run) return null;
    // Whoever watched a run has its page the moment it ends, before it is all written; a disk that hangs holds up no page.
    const finishing = this.#finishing.get(run);
    if (finishing) await Promise.race([finishing, delay(FINISH_MS, undefined, { ref: false })]);
    const checks = await readdir(this.directory, { withFileTypes: true }).catch(() => []);
    for (const check of checks) {
      if (!check.isDirectory()) continue;
      const path = join(this.directory, check.name, run);
      const found = await lstat(path).catch(() => null);
      if (found?.isDirectory()) return path;
    }
    return null;
  }
}

async function filesOf(directory: string): Promise<EvidenceFile[]> {
  const entries = (await readdir(directory, { withFileTypes: true })).filter((entry) => entry.isFile());
  const files = await Promise.all(
    entries.map(async ({ name }) => ({ name, bytes: (await stat(join(directory, name))).size })),
  );
  return files.sort((a, b) => a.name.localeCompare(b.name));
}

/** Deletes what is too old or too much of one check; runs that are still on are left alone. Names sort by time. */
async function sweep(
  directory: string,
  begun: ReadonlySet<string>,
  { keepFailures, keepPasses, maxAgeMs, maxSize, log }: EvidenceOptions,
): Promise<void> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    const runs = entries.filter((entry) => entry.isDirectory() && !begun.has(entry.name));
    let [failures, passes, bytes] = [0, 0, 0];
    for (const [index, { name }] of runs.sort((a, b) => b.name.localeCompare(a.name)).entries()) {
      const path = join(directory, name);
      const outcome = await outcomeOf(path);
      const many = outcome === null || outcome === 'pass' ? ++passes > keepPasses : ++failures > keepFailures;
      const wanted = !many && (await age(path)) <= maxAgeMs;
      if (wanted) bytes += await sizeOf(path);
      if (!wanted || (index > 0 && bytes > maxSize)) await rm(path, { recursive: true, force: true });
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    log.warn({ directory, error: errorCode(error) }, 'old evidence could not be deleted');
  }
}

/** Of a run's file, all that decides how long its evidence is kept. */
const outcomeOnly = z.looseObject({ outcome: z.enum(OUTCOMES) });

/** Null for a run that did not come to its end, or whose file cannot be read. */
async function outcomeOf(directory: string): Promise<Outcome | null> {
  try {
    const file = join(directory, RUN_FILE);
    if ((await stat(file)).size > LARGEST_RUN) return null;
    return outcomeOnly.parse(JSON.parse(await readFile(file, 'utf8'))).outcome;
  } catch {
    return null;
  }
}

async function sizeOf(directory: string): Promise<number> {
  const files = await filesOf(directory).catch(() => []);
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function age(directory: string): Promise<number> {
  return Date.now() - (await stat(directory)).mtimeMs;
}
