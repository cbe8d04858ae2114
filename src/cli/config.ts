/** `vigie check-config` and `vigie schema`. */
import { EXIT } from '../base/exit-status.ts';
import { counted } from '../base/words.ts';
import { checkKinds } from '../checks/index.ts';
import { unwritable } from '../config/directories.ts';
import { configJsonSchema } from '../config/json-schema.ts';
import { formatProblems, loadConfig } from '../config/load.ts';
import type { Command } from './command.ts';
import { askAround, type Unreachable } from './deep.ts';

export const checkConfig: Command<'check-config'> = async ({ arguments: { FILE: file }, options }, io) => {
  const loaded = await loadConfig(file, checkKinds);
  if (!loaded.ok) {
    io.stderr.write(`${formatProblems(loaded.problems)}\n`);
    return EXIT.usage;
  }
  const { config, problem } = loaded;
  const placed = ({ path, message }: Unreachable) => problem(path, message);
  const warnings = [...loaded.warnings, ...(await unwritable(config)).map(placed)];
  for (const warning of warnings) {
    io.stderr.write(`${formatProblems([{ ...warning, message: `warning: ${warning.message}` }])}\n`);
  }
  const unreachable = options.deep ? (await askAround(config, io.signal)).map(placed) : [];
  if (unreachable.length > 0) io.stderr.write(`${formatProblems(unreachable)}\n`);
  const verdict = unreachable.length > 0 ? 'valid, but not everything in it was found' : 'ok';
  io.stdout.write(`${file}: ${verdict} (${counted(config.checks.length, 'check')})\n`);
  return unreachable.length > 0 ? EXIT.fail : EXIT.pass;
};

export const schema: Command<'schema'> = async (_parsed, io) => {
  io.stdout.write(`${JSON.stringify(configJsonSchema(checkKinds), null, 2)}\n`);
  return EXIT.pass;
};
