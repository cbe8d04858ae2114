/** The commands, nothing else: one line each. */
import manifest from '../../package.json' with { type: 'json' };
import type { Command, CommandIo } from './io.ts';
import { EXIT, meant, UsageError } from './io.ts';

/** Loaded when asked for: a call starts its browsers sooner without the code of a server. */
const COMMANDS: Record<string, { does: string; load: () => Promise<Command> }> = {
  serve: {
    does: 'run the schedule and the server',
    load: async () => (await import('./serve.ts')).serve,
  },
  run: {
    does: 'run checks of the configuration now, once',
    load: async () => (await import('./run.ts')).run,
  },
  call: { does: 'a call on any deployment', load: async () => (await import('./call.ts')).call },
  signaling: {
    does: 'can people get into a deployment at all? no browser, one second',
    load: async () => (await import('./signaling.ts')).signaling,
  },
  mail: { does: 'the mail checks alone', load: async () => (await import('./run.ts')).mail },
  zone: {
    does: "domains' records against a template",
    load: async () => (await import('./zone.ts')).zoneCommand,
  },
  record: {
    does: 'a baseline: many runs of one check in a file',
    load: async () => (await import('./record.ts')).record,
  },
  compare: {
    does: 'is it worse than before? two recordings, or history',
    load: async () => (await import('./compare.ts')).compare,
  },
  sandbox: {
    does: 'the embedded deployment alone',
    load: async () => (await import('./serve.ts')).sandbox,
  },
  dashboards: {
    does: 'generate Grafana dashboards and alert rules',
    load: async () => (await import('./dashboards.ts')).dashboards,
  },
  'check-config': {
    does: 'what is wrong with a configuration',
    load: async () => (await import('./config.ts')).checkConfig,
  },
  schema: {
    does: "the configuration's JSON Schema",
    load: async () => (await import('./config.ts')).schema,
  },
};

const usage = (): string => `Usage: vigie COMMAND [options]

${Object.entries(COMMANDS)
  .map(([name, { does }]) => `  ${name.padEnd(14)}${does}`)
  .join('\n')}

"vigie COMMAND --help" tells a command's options.
`;

/** Runs the command that these words name; gives the exit status. */
export async function main(argv: readonly string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = argv;
  if (name === '--version' || name === '-V') {
    io.stdout.write(`vigie ${manifest.version}\n`);
    return EXIT.pass;
  }
  if (name === 'help' && rest[0] !== undefined) return main([rest[0], '--help'], io);
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? io.stderr : io.stdout).write(usage());
    return name === undefined ? EXIT.usage : EXIT.pass;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    io.stderr.write(
      `vigie: there is no command "${name}"${meant(name, Object.keys(COMMANDS))}\n\n${usage()}`,
    );
    return EXIT.usage;
  }
  try {
    return await (await command.load())(rest, io);
  } catch (cause) {
    if (!(cause instanceof UsageError)) return ownFault(name, cause, io);
    io.stderr.write(`vigie ${name}: ${cause.message}\nTry "vigie ${name} --help".\n`);
    return EXIT.usage;
  }
}

/** A fault of ours must not look like one of the target's, whose exit status is that of an uncaught exception. */
function ownFault(name: string, cause: unknown, io: CommandIo): number {
  const told = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  io.stderr.write(`vigie ${name}: Vigie itself failed; nothing is said of any target. ${told}\n`);
  return EXIT.error;
}
