/** `vigie run` and `vigie mail`: configured checks, now, once. */
import { EXIT } from '../base/exit-status.ts';
import type { Command } from './command.ts';
import { configFile, jobsOf, load, onSandbox, select } from './configured.ts';
import { execute } from './execute.ts';
import { UsageError } from './io.ts';
import { DEFAULT_CONFIG } from './options.ts';

export const run: Command<'run'> = async ({ arguments: { CHECK: names }, options }, io) => {
  const file = configFile(options.config);
  if (file === null) return onSandbox(names, io, (jobs) => execute(jobs, options, io));
  const config = await load(file, io);
  if (!config) return EXIT.usage;
  return execute(select(config, names), options, io);
};

export const mail: Command<'mail'> = async ({ options }, io) => {
  const file = configFile(options.config);
  if (file === null) {
    throw new UsageError(
      `there is no ${DEFAULT_CONFIG} in this directory; name a configuration with --config`,
    );
  }
  const config = await load(file, io);
  if (!config) return EXIT.usage;
  const jobs = jobsOf(config).filter(({ kind }) => kind.kind === 'mail');
  if (jobs.length === 0) throw new UsageError(`${file} has no check of kind "mail"`);
  return execute(jobs, options, io);
};
