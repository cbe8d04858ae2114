/** `vigie check-config` and `vigie schema`. */
import { EXIT } from '../base/exit-status.ts';
import { counted } from '../base/words.ts';
import { checkKinds } from '../checks/index.ts';
import { configJsonSchema } from '../config/json-schema.ts';
import type { Command } from './command.ts';
import { load } from './configured.ts';

export const checkConfig: Command<'check-config'> = async ({ arguments: { FILE: file } }, io) => {
  const config = await load(file, io);
  if (!config) return EXIT.usage;
  io.stdout.write(`${file}: ok (${counted(config.checks.length, 'check')})\n`);
  return EXIT.pass;
};

export const schema: Command<'schema'> = async (_parsed, io) => {
  io.stdout.write(`${JSON.stringify(configJsonSchema(checkKinds), null, 2)}\n`);
  return EXIT.pass;
};
