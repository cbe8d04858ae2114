/** `vigie reports`: DMARC aggregate reports, those of files or those of the configured mailboxes. */

import { EXIT } from '../base/exit-status.ts';
import { reportsKind } from '../checks/reports/index.ts';
import type { Command } from './command.ts';
import { configFile, jobsOf, load } from './configured.ts';
import { execute } from './execute.ts';
import { UsageError } from './io.ts';
import { DEFAULT_CONFIG } from './options.ts';

export const reports: Command<'reports'> = async ({ arguments: { PATH: paths }, options, given }, io) => {
  if (paths.length === 0) {
    for (const option of ['own', 'known', 'selector'] as const) {
      if (given.has(option)) throw new UsageError(`--${option} needs files; a configured check has its own`);
    }
    return configured(options, io);
  }
  if (given.has('config')) throw new UsageError('--config and files exclude each other');
  const parsed = reportsKind.schema.safeParse({
    files: paths,
    own: options.own,
    known: options.known,
    selectors: options.selector,
  });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError(`--${String(issue!.path[0])}: ${issue!.message}`);
  }
  return execute([{ name: 'reports', kind: reportsKind, options: parsed.data }], options, io);
};

const configured = async (
  options: Parameters<Command<'reports'>>[0]['options'],
  io: Parameters<Command<'reports'>>[1],
) => {
  const file = configFile(options.config);
  if (file === null) {
    throw new UsageError(
      `missing argument PATH: files or directories of reports; or configure a check of the kind reports in ${DEFAULT_CONFIG}`,
    );
  }
  const config = await load(file, io);
  if (config === null) return EXIT.usage;
  const jobs = jobsOf(config).filter(({ kind }) => kind.kind === 'reports');
  if (jobs.length === 0) throw new UsageError(`${file} has no check of the kind reports`);
  return execute(jobs, options, io);
};
