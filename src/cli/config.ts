/** `vigie check-config` and `vigie schema`. */
import { checkKinds } from '../checks/index.ts';
import { configJsonSchema } from '../config/json-schema.ts';
import { type Command, EXIT, readArguments, UsageError } from './io.ts';
import { load } from './run.ts';

const HELP = { help: { type: 'boolean', short: 'h', default: false } } as const;

export const checkConfig: Command = async (argv, io) => {
  const { positionals, values } = readArguments({
    args: argv,
    allowPositionals: true,
    options: HELP,
  });
  if (values.help) {
    io.stdout.write(
      'Usage: vigie check-config FILE\n\nSays all that is wrong with a configuration, or that nothing is.\n',
    );
    return EXIT.pass;
  }
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('one configuration file is expected');
  const config = await load(file, io);
  if (!config) return EXIT.usage;
  const { length } = config.checks;
  io.stdout.write(`${file}: ${length} ${length === 1 ? 'check' : 'checks'}, nothing wrong\n`);
  return EXIT.pass;
};

export const schema: Command = async (argv, io) => {
  const { values } = readArguments({ args: argv, options: HELP });
  if (values.help) {
    io.stdout.write(
      "Usage: vigie schema\n\nPrints the configuration's JSON Schema, for editors that complete and check YAML.\n",
    );
    return EXIT.pass;
  }
  io.stdout.write(`${JSON.stringify(configJsonSchema(checkKinds), null, 2)}\n`);
  return EXIT.pass;
};
