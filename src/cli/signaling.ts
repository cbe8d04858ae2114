/** `vigie signaling`: the way into any deployment, without a configuration. */

import { list } from '../base/words.ts';
import { signalingKind } from '../checks/signaling/index.ts';
import { execute, OUTPUT_OPTIONS } from './execute.ts';
import { addressOf, type Command, meant, oneAddress, readArguments, seconds, UsageError } from './io.ts';

export const SIGNALING_USAGE = `Usage: vigie signaling URL [options]

Asks for all that a call on the Jitsi deployment at URL needs before there is media: web front, configuration,
library, XMPP over WebSocket and BOSH, login, conference request, TURN. It takes a second, and no browser.

  --require LIST      what has to be offered, of websocket,bosh,turn; without it, what is offered has to work
  --accounts          people need an account here: that guests are not let in is meant so
  --timeout SECONDS   how long each part has to answer (5)
  --insecure          do not verify the certificates
  --evidence DIR      leave the run there
  --json              print the run as JSON
  --junit FILE        write the run as JUnit XML, too
  --strict            a degraded result counts as a failure
  --help              this text

Exit status: 0 all is well, 1 something is broken, 2 wrong usage, 3 could not tell (a fault of ours).
`;

const OFFERS = ['websocket', 'bosh', 'turn'] as const;

export const signaling: Command = async (argv, io) => {
  const { values, positionals } = readArguments({
    args: argv,
    allowPositionals: true,
    options: {
      require: { type: 'string' },
      accounts: { type: 'boolean', default: false },
      timeout: { type: 'string' },
      insecure: { type: 'boolean', default: false },
      ...OUTPUT_OPTIONS,
    },
  });
  if (values.help) {
    io.stdout.write(SIGNALING_USAGE);
    return 0;
  }
  const parsed = signalingKind.schema.safeParse({
    url: addressOf(oneAddress(positionals)),
    insecure: values.insecure,
    ...(values.timeout === undefined ? {} : { timeout: seconds('--timeout', values.timeout) }),
    expect: { ...required(values.require), ...(values.accounts ? { guests: 'optional' } : {}) },
  });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError(`${issue!.path[0] === 'timeout' ? '--timeout' : 'URL'}: ${issue!.message}`);
  }
  const { host } = new URL(parsed.data.url);
  return execute([{ name: host, kind: signalingKind, options: parsed.data }], values, io);
};

/** `--require` as the keys of `expect`. @throws {UsageError} */
function required(text: string | undefined): Record<string, 'required'> {
  const words = text?.split(',').map((word) => word.trim()) ?? [];
  const unknown = words.find((word) => !(OFFERS as readonly string[]).includes(word));
  if (unknown !== undefined) {
    throw new UsageError(
      `--require: "${unknown}" is nothing that is offered; there is ${list(OFFERS)}${meant(unknown, OFFERS)}`,
    );
  }
  return Object.fromEntries(words.map((word) => [word, 'required']));
}
