/** `vigie serve` and `vigie sandbox`. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { checkKinds } from '../checks/index.ts';
import { parseListen } from '../config/schema.ts';
import { reportRun } from '../report/run.ts';
import { SandboxError, SwitchError, sandboxConfiguration, startSandbox, WORDINGS } from '../sandbox/index.ts';
import { serve as startService } from '../service/serve.ts';
import { type Command, EXIT, hasColor, readArguments, UsageError } from './io.ts';
import { DEFAULT_CONFIG } from './run.ts';

export const SERVE_USAGE = `Usage: vigie serve [--config FILE] [--listen ADDRESS]

Runs the checks on their schedule, and serves pages, metrics and an API until it is ended (SIGTERM, Ctrl-C).
SIGHUP reads the configuration anew; a faulty one is refused and the one before stays in use.

  --config FILE     the configuration (vigie.yaml; where there is none, Vigie watches its own sandbox)
  --listen ADDRESS  where pages, metrics and API are served, whatever the configuration says: ":9797" on all
                    addresses (in a container), "127.0.0.1:9797"
  --help            this text
`;

export const serve: Command = async (argv, io) => {
  const { values } = readArguments({
    args: argv,
    options: {
      config: { type: 'string' },
      listen: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.stdout.write(SERVE_USAGE);
    return EXIT.pass;
  }
  const listen = values.listen === undefined ? undefined : parseListen(values.listen);
  if (listen === null) {
    throw new UsageError(
      `--listen: expected an address and a port, such as ":9797" or "127.0.0.1:9797", found "${values.listen}"`,
    );
  }
  return startService({
    ...(listen && { listen }),
    configFile: values.config ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : null),
    kinds: checkKinds,
    report: (run) => reportRun(run, hasColor(io.stdout)),
  });
};

const BREAK_WIDTH = 20;

/** Text in lines of 80 characters, to stand right of the words that it explains. */
function folded(text: string): string {
  return text.replaceAll(/(.{1,80})(?: |$)/g, `$1\n${' '.repeat(BREAK_WIDTH + 2)}`).trimEnd();
}

export const SANDBOX_USAGE = `Usage: vigie sandbox [--break WHAT]... [--port PORT]

Starts Vigie's own small deployment alone, for trying things out and for fire drills, until it is ended.

  --break WHAT      what is broken from the start, such as "audio A->B" or "library-missing" (again for more)
  --port PORT       where its page listens on the loopback address (8787); name server, submission (STARTTLS,
                    TLS) and delivery have the four ports after it; 0: any that are free
  --help            this text

What can be broken, and what comes of it (A, B, C … are the participants of a call):

${WORDINGS.map(({ syntax, sees }) => `  ${syntax.padEnd(BREAK_WIDTH)}${folded(sees)}`).join('\n')}
`;

const SANDBOX_PORT = 8787;
/** Four more follow it. */
const LAST_PORT = 65_531;

export const sandbox: Command = async (argv, io) => {
  const { values } = readArguments({
    args: argv,
    options: {
      break: { type: 'string', multiple: true },
      port: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.stdout.write(SANDBOX_USAGE);
    return EXIT.pass;
  }
  const port = values.port === undefined ? SANDBOX_PORT : Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > LAST_PORT) {
    throw new UsageError(`--port: expected a number between 0 and ${LAST_PORT}, found "${values.port}"`);
  }
  const mailPorts =
    port === 0 ? {} : { dns: port + 1, submission: port + 2, submissions: port + 3, mx: port + 4 };
  try {
    const running = await startSandbox({ port, mailPorts, breaks: values.break ?? [] });
    io.stdout.write(
      `${running.describe()}\n\nA configuration for a Vigie on this machine that watches it:\n`,
    );
    io.stdout.write(`\n${sandboxConfiguration(running)}`);
    if (!io.signal.aborted) await once(io.signal, 'abort');
    await running.close();
    return EXIT.pass;
  } catch (cause) {
    if (cause instanceof SwitchError || cause instanceof SandboxError) throw new UsageError(cause.message);
    throw cause;
  }
};
