/** `vigie run` and `vigie mail`: configured checks, now, once. */
import { existsSync } from 'node:fs';
import type { CheckKind, Kind } from '../checks/check.ts';
import { checkKinds } from '../checks/index.ts';
import { type Config, formatProblems, loadConfig } from '../config/load.ts';
import { sandboxChecks, startSandbox } from '../sandbox/index.ts';
import { execute, type Job, OUTPUT_OPTIONS } from './execute.ts';
import { type Command, type CommandIo, EXIT, meant, readArguments, UsageError } from './io.ts';

export const RUN_USAGE = `Usage: vigie run [CHECK...] [options]

Runs checks of the configuration now, once: all, or those named.

  --config FILE     the configuration (vigie.yaml; where there is none, the sandbox is watched)
  --evidence DIR    leave what the runs saw there
  --json            print the runs as JSON
  --junit FILE      write the runs as JUnit XML, too
  --strict          a degraded result counts as a failure
  --help            this text

Exit status: 0 all pass, 1 something failed, 2 wrong usage or configuration, 3 could not tell.
`;

/** Used where no configuration is named. */
export const DEFAULT_CONFIG = 'vigie.yaml';

const OPTIONS = {
  config: { type: 'string' },
  ...OUTPUT_OPTIONS,
} as const;

export const run: Command = async (argv, io) => {
  const { values, positionals } = readArguments({ args: argv, allowPositionals: true, options: OPTIONS });
  if (values.help) return say(RUN_USAGE, io);
  const file = values.config ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : null);
  if (file === null) return runSandbox(positionals, values, io);
  const config = await load(file, io);
  if (!config) return EXIT.usage;
  return execute(select(config, positionals), values, io);
};

export const mail: Command = async (argv, io) => {
  const { values } = readArguments({ args: argv, options: OPTIONS });
  if (values.help)
    return say(
      RUN_USAGE.replace('vigie run [CHECK...]', 'vigie mail')
        .replace(
          'Runs checks of the configuration now, once: all, or those named.',
          'Runs the mail checks of the configuration now, once.',
        )
        .replace('; where there is none, the sandbox is watched', ''),
      io,
    );
  if (values.config === undefined && !existsSync(DEFAULT_CONFIG)) {
    throw new UsageError(`there is no ${DEFAULT_CONFIG} here; name the configuration with --config`);
  }
  const config = await load(values.config ?? DEFAULT_CONFIG, io);
  if (!config) return EXIT.usage;
  const jobs = jobsOf(config).filter(({ kind }) => kind.kind === 'mail');
  if (jobs.length === 0)
    throw new UsageError(`${values.config ?? DEFAULT_CONFIG} has no check of kind "mail"`);
  return execute(jobs, values, io);
};

function say(text: string, io: CommandIo): number {
  io.stdout.write(text);
  return EXIT.pass;
}

/** The configuration; null when its problems have been printed. */
export async function load(file: string, io: CommandIo): Promise<Config | null> {
  const loaded = await loadConfig(file, checkKinds);
  if (loaded.ok) return loaded.config;
  io.stderr.write(`${formatProblems(loaded.problems)}\n`);
  return null;
}

function jobsOf(config: Config): Job[] {
  const kinds: Readonly<Record<string, CheckKind<Kind, unknown>>> = checkKinds;
  return config.checks.map(({ name, kind, options }) => ({ name, kind: kinds[kind]!, options }));
}

/** The checks of a configuration with these names; all, where none is named. @throws {UsageError} */
export function select(config: Config, names: readonly string[]): Job[] {
  const jobs = jobsOf(config);
  if (names.length === 0) return jobs;
  const known = jobs.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `there is no check "${unknown}"${meant(unknown, known) || `; there is ${known.join(', ')}`}`,
    );
  }
  return jobs.filter(({ name }) => names.includes(name));
}

/** Without a configuration there is still something to see. */
function runSandbox(
  names: readonly string[],
  output: Parameters<typeof execute>[1],
  io: CommandIo,
): Promise<number> {
  return onSandbox(names, io, (jobs) => execute(jobs, output, io));
}

/** Starts the sandbox and gives its checks to `use`; those with these names, or all. @throws {UsageError} */
export async function onSandbox(
  names: readonly string[],
  io: CommandIo,
  use: (jobs: readonly Job[]) => Promise<number>,
): Promise<number> {
  const sandbox = await startSandbox();
  try {
    const kinds: Readonly<Record<string, CheckKind<Kind, unknown>>> = checkKinds;
    const jobs = sandboxChecks(sandbox).map(({ name, kind, options }): Job => {
      return { name, kind: kinds[kind]!, options: kinds[kind]!.schema.parse(options) };
    });
    const unknown = names.find((name) => !jobs.some((job) => job.name === name));
    if (unknown !== undefined) {
      throw new UsageError(
        `there is no ${DEFAULT_CONFIG} here that could have a check "${unknown}"; name one with --config`,
      );
    }
    io.stderr.write("nothing is configured: these are checks of Vigie's own sandbox\n");
    return await use(jobs.filter(({ name }) => names.length === 0 || names.includes(name)));
  } finally {
    await sandbox.close();
  }
}
