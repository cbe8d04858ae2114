/** `vigie call`: a call on any deployment, without a configuration. */

import { list } from '../base/words.ts';
import { callKind } from '../checks/call/index.ts';
import { CHOREOGRAPHIES } from '../checks/call/scene/choreography.ts';
import { participantFromWords } from '../checks/call/scene/participants.ts';
import { flatten } from '../config/explain.ts';
import { execute, type Job, OUTPUT_OPTIONS } from './execute.ts';
import { addressOf, type Command, meant, oneAddress, readArguments, seconds, UsageError } from './io.ts';

export const CALL_USAGE = `Usage: vigie call URL [options]

Sits people down in a room of the Jitsi deployment at URL and says who does not hear or see whom.

  --participants LIST   browsers, 2 to 10, such as chromium,chromium,firefox (three chromium);
                        chromium+udp-blocked or firefox+relay-only is behind such a network,
                        chromium@http://HOST:9222 runs elsewhere
  --watch SECONDS       how long the complete call is observed (5)
  --within SECONDS      how long everybody has to hear and see everybody (20)
  --steps NAME          what they do: join (all at once), trickle (one after the other), handover (two
                        alone, then a third, then two again), reload, rejoin, mute, long (join)
  --no-p2p              never the direct connection of two, always the bridge
  --insecure            do not verify the certificate
  --evidence DIR        leave statistics, events, console and a screenshot of each participant there
  --json                print the run as JSON
  --junit FILE          write the run as JUnit XML, too
  --strict              a degraded result counts as a failure
  --help                this text

Exit status: 0 all is well, 1 something is broken, 2 wrong usage, 3 could not tell (a fault of ours).
`;

/** The options of a call, for every command that makes one. */
export const CALL_OPTIONS = {
  participants: { type: 'string' },
  watch: { type: 'string' },
  within: { type: 'string' },
  steps: { type: 'string' },
  'no-p2p': { type: 'boolean', default: false },
  insecure: { type: 'boolean', default: false },
} as const;

/** The values of `CALL_OPTIONS` as they were given. */
export interface CallValues {
  readonly participants?: string | undefined;
  readonly watch?: string | undefined;
  readonly within?: string | undefined;
  readonly steps?: string | undefined;
  readonly 'no-p2p': boolean;
  readonly insecure: boolean;
}

export const call: Command = async (argv, io) => {
  const { values, positionals } = readArguments({
    args: argv,
    allowPositionals: true,
    options: {
      ...CALL_OPTIONS,
      ...OUTPUT_OPTIONS,
    },
  });
  if (values.help) {
    io.stdout.write(CALL_USAGE);
    return 0;
  }
  return execute([callJob(oneAddress(positionals), values)], values, io);
};

/** A call on the deployment at this address, as the options of the command line want it. @throws {UsageError} */
export function callJob(url: string, values: CallValues): Job {
  if (values.steps !== undefined && !(CHOREOGRAPHIES as readonly string[]).includes(values.steps)) {
    throw new UsageError(
      `--steps: there is no choreography "${values.steps}"; there is ${list(CHOREOGRAPHIES)}${meant(values.steps, CHOREOGRAPHIES)}`,
    );
  }
  const given = {
    url: addressOf(url),
    ...(values.participants === undefined
      ? {}
      : { participants: values.participants.split(',').map(participantFromWords) }),
    ...(values.watch === undefined ? {} : { watch: seconds('--watch', values.watch) }),
    ...(values.within === undefined ? {} : { completeWithin: seconds('--within', values.within) }),
    ...(values.steps === undefined ? {} : { steps: values.steps }),
    p2p: !values['no-p2p'],
    insecure: values.insecure,
  };
  const parsed = callKind.schema.safeParse(given);
  if (!parsed.success) {
    const written = values.participants?.split(',') ?? [];
    const found = (index: unknown) =>
      typeof index === 'number' ? `, found "${written[index]?.trim()}"` : '';
    const issues = flatten(parsed.error.issues, given);
    // One sentence is enough for each option.
    const faults = new Map(issues.toReversed().map((issue) => [issue.path[0], issue]));
    throw new UsageError(
      [...faults.values()]
        .toReversed()
        .map(
          ({ path, message }) => `${FLAGS[String(path[0])] ?? path.join('.')}: ${message}${found(path[1])}`,
        )
        .join('; '),
    );
  }
  const { host } = new URL(parsed.data.url);
  return { name: host, kind: callKind, options: parsed.data };
}

/** What a key of the options is called on the command line. */
const FLAGS: Record<string, string> = {
  url: 'URL',
  participants: '--participants',
  watch: '--watch',
  completeWithin: '--within',
  steps: '--steps',
};
