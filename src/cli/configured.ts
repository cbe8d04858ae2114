/** The checks that a command runs: those of a configuration or, where there is none, the sandbox's. */
import { existsSync } from 'node:fs';
import { didYouMean } from '../base/suggest.ts';
import type { CheckKind, Kind } from '../checks/check.ts';
import { checkKinds } from '../checks/index.ts';
import { type CheckConfig, type Config, formatProblems, loadConfig } from '../config/load.ts';
import { sandboxChecks, startSandbox } from '../sandbox/index.ts';
import type { Job } from './execute.ts';
import { type CommandIo, UsageError } from './io.ts';
import { DEFAULT_CONFIG } from './options.ts';

const KINDS: Readonly<Record<string, CheckKind<Kind, unknown>>> = checkKinds;

/** The configuration that is named, or the usual one where it exists; null where there is none. */
export function configFile(named: string | undefined): string | null {
  return named ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : null);
}

/** The configuration; null when its problems have been printed. */
export async function load(file: string, io: CommandIo): Promise<Config | null> {
  const loaded = await loadConfig(file, checkKinds);
  if (loaded.ok) return loaded.config;
  io.stderr.write(`${formatProblems(loaded.problems)}\n`);
  return null;
}

/** All checks of a configuration that are not disabled. */
export function jobsOf(config: Config): Job[] {
  return config.checks.filter(({ about }) => about.enabled).map(jobOf);
}

function jobOf({ name, kind, options }: CheckConfig): Job {
  return { name, kind: KINDS[kind]!, options };
}

/** The checks with these names, disabled ones as well; without names, all that are not disabled. @throws {UsageError} */
export function select(config: Config, names: readonly string[]): Job[] {
  if (names.length === 0) {
    const jobs = jobsOf(config);
    if (jobs.length === 0) throw new UsageError('every check is disabled; name those to run');
    return jobs;
  }
  const jobs = config.checks.map(jobOf);
  const known = jobs.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(unknownCheck(unknown, known));
  return jobs.filter(({ name }) => names.includes(name));
}

/** The message for the name of a check that does not exist. */
export function unknownCheck(name: string, known: readonly string[]): string {
  return `unknown check "${name}"${didYouMean(name, known) || `; expected ${known.join(', ')}`}`;
}

/** Starts the sandbox and gives its checks to `use`; those with these names, or all. @throws {UsageError} */
export async function onSandbox(
  names: readonly string[],
  io: CommandIo,
  use: (jobs: readonly Job[]) => Promise<number>,
): Promise<number> {
  const sandbox = await startSandbox();
  try {
    const jobs = sandboxChecks(sandbox).map(({ name, kind, options }): Job => {
      return { name, kind: KINDS[kind]!, options: KINDS[kind]!.schema.parse(options) };
    });
    const unknown = names.find((name) => !jobs.some((job) => job.name === name));
    if (unknown !== undefined) {
      throw new UsageError(
        `there is no ${DEFAULT_CONFIG} in this directory, and the sandbox has no check "${unknown}"; name a configuration with --config`,
      );
    }
    io.stderr.write("no configuration: running the checks of Vigie's own sandbox\n");
    return await use(jobs.filter(({ name }) => names.length === 0 || names.includes(name)));
  } finally {
    await sandbox.close();
  }
}
