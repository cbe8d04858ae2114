/** `vigie call`: a call on any deployment, without a configuration. */
import { callKind } from '../checks/call/index.ts';
import { participantFromWords } from '../checks/call/scene/participants.ts';
import { flatten } from '../config/explain.ts';
import { addressOf } from './address.ts';
import type { Command } from './command.ts';
import { execute, type Job } from './execute.ts';
import { UsageError } from './io.ts';
import type { CALL } from './options.ts';
import type { OptionValues } from './spec.ts';

export const call: Command<'call'> = async ({ arguments: { URL }, options }, io) =>
  execute([callJob(URL, options)], options, io);

/** A call on the deployment at this address, with the options of the command line. @throws {UsageError} */
export function callJob(url: string, options: OptionValues<typeof CALL>): Job {
  const given = {
    url: addressOf(url),
    participants: options.participants.map(participantFromWords),
    watch: options.watch,
    completeWithin: options.within,
    steps: options.steps,
    rooms: options.rooms,
    p2p: !options['no-p2p'],
    insecure: options.insecure,
    resolve: Object.fromEntries(options.resolve),
  };
  const parsed = callKind.schema.safeParse(given);
  if (!parsed.success) {
    const issues = flatten(parsed.error.issues, given);
    // One sentence is enough for each option.
    const first = new Map(issues.toReversed().map((issue) => [issue.path[0], issue]));
    const messages = [...first.values()].toReversed().map(({ path, message }) => {
      const [key, index] = path;
      const found = typeof index === 'number' ? `, found "${options.participants[index]}"` : '';
      return `${FLAGS[String(key)] ?? path.join('.')}: ${message}${found}`;
    });
    throw new UsageError(messages.join('; '));
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
  rooms: '--rooms',
  resolve: '--resolve',
};
