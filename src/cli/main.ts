/** Finds the command that is asked for, reads its command line, runs it. */

import manifest from '../../package.json' with { type: 'json' };
import { printable } from '../base/escape.ts';
import { EXIT } from '../base/exit-status.ts';
import { didYouMean } from '../base/suggest.ts';
import { parseArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { type CommandIo, UsageError } from './io.ts';
import { type ArgumentsOf, COMMAND_NAMES, COMMANDS, type CommandName, isCommand } from './table.ts';
import { commandUsage, overallUsage } from './usage.ts';

/** Loaded when asked for: a call starts its browsers sooner without the code of a server. */
const LOADERS: { readonly [Name in CommandName]: () => Promise<Command<Name>> } = {
  serve: async () => (await import('./serve.ts')).serve,
  run: async () => (await import('./run.ts')).run,
  call: async () => (await import('./call.ts')).call,
  signaling: async () => (await import('./signaling.ts')).signaling,
  mail: async () => (await import('./run.ts')).mail,
  zone: async () => (await import('./zone.ts')).zoneCommand,
  reports: async () => (await import('./reports.ts')).reports,
  record: async () => (await import('./record.ts')).record,
  compare: async () => (await import('./compare.ts')).compare,
  guest: async () => (await import('./guest.ts')).guest,
  changes: async () => (await import('./changes.ts')).changes,
  sandbox: async () => (await import('./sandbox.ts')).sandbox,
  dashboards: async () => (await import('./dashboards.ts')).dashboards,
  doctor: async () => (await import('./doctor.ts')).doctor,
  explain: async () => (await import('./explain.ts')).explain,
  notify: async () => (await import('./notify.ts')).notifyCommand,
  'check-config': async () => (await import('./config.ts')).checkConfig,
  schema: async () => (await import('./config.ts')).schema,
  completion: async () => (await import('./completion.ts')).completion,
  manual: async () => (await import('./manual.ts')).manual,
};

/** Runs `vigie` with these words behind it; gives the exit status. Never rejects. */
export async function main(argv: readonly string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = argv;
  if (name === '--version' || name === '-V') {
    io.stdout.write(`vigie ${manifest.version}\n`);
    return EXIT.pass;
  }
  if (name === 'help' && rest[0] !== undefined) return main([rest[0], '--help'], io);
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? io.stderr : io.stdout).write(overallUsage());
    return name === undefined ? EXIT.usage : EXIT.pass;
  }
  if (isCommand(name)) return start(name, rest, io);
  const what = name.startsWith('-') ? 'option' : 'command';
  io.stderr.write(`vigie: unknown ${what} "${name}"${didYouMean(name, COMMAND_NAMES)}\n\n${overallUsage()}`);
  return EXIT.usage;
}

async function start<Name extends CommandName>(
  name: Name,
  argv: readonly string[],
  io: CommandIo,
): Promise<number> {
  try {
    const parsed: ArgumentsOf<Name> = parseArguments(COMMANDS[name], argv);
    if (parsed.options.help) {
      io.stdout.write(await commandUsage(name));
      return EXIT.pass;
    }
    const command = await LOADERS[name]();
    return await command(parsed, io);
  } catch (cause) {
    if (!(cause instanceof UsageError)) return internalError(name, cause, io);
    io.stderr.write(`vigie ${name}: ${printable(cause.message)}\nTry "vigie ${name} --help".\n`);
    return EXIT.usage;
  }
}

/** An internal error must not look like a failure of the target, whose exit status an uncaught exception has. */
function internalError(name: string, cause: unknown, io: CommandIo): number {
  const details = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  io.stderr.write(
    `vigie ${name}: internal error; this reports nothing about any target. ${printable(details)}\n`,
  );
  return EXIT.error;
}
