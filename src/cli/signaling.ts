/** `vigie signaling`: the signaling of any deployment, without a configuration. */
import { signalingKind } from '../checks/signaling/index.ts';
import { addressOf } from './address.ts';
import type { Command } from './command.ts';
import { execute } from './execute.ts';
import { UsageError } from './io.ts';

export const signaling: Command<'signaling'> = async ({ arguments: { URL: url }, options }, io) => {
  const { require: required = [], accounts, timeout, insecure, family, resolve } = options;
  const parsed = signalingKind.schema.safeParse({
    url: addressOf(url),
    insecure,
    timeout,
    bridge: !options['no-bridge'],
    family: family === 'any' ? family : Number(family),
    resolve: Object.fromEntries(resolve),
    expect: {
      ...Object.fromEntries(required.map((offer) => [offer, 'required'])),
      ...(accounts ? { guests: 'optional' } : {}),
    },
  });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const flag = { timeout: '--timeout', resolve: '--resolve' }[String(issue!.path[0])] ?? 'URL';
    throw new UsageError(`${flag}: ${issue!.message}`);
  }
  const { host } = new URL(parsed.data.url);
  return execute([{ name: host, kind: signalingKind, options: parsed.data }], options, io);
};
