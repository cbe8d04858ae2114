/** `vigie signaling`: the signaling of any deployment, without a configuration. */
import { signalingKind } from '../checks/signaling/index.ts';
import { addressOf } from './address.ts';
import type { Command } from './command.ts';
import { execute } from './execute.ts';
import { UsageError } from './io.ts';

export const signaling: Command<'signaling'> = async ({ arguments: { URL: url }, options }, io) => {
  const { require: required = [], accounts, timeout, insecure } = options;
  const parsed = signalingKind.schema.safeParse({
    url: addressOf(url),
    insecure,
    timeout,
    expect: {
      ...Object.fromEntries(required.map((offer) => [offer, 'required'])),
      ...(accounts ? { guests: 'optional' } : {}),
    },
  });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError(`${issue!.path[0] === 'timeout' ? '--timeout' : 'URL'}: ${issue!.message}`);
  }
  const { host } = new URL(parsed.data.url);
  return execute([{ name: host, kind: signalingKind, options: parsed.data }], options, io);
};
