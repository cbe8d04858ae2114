/** `vigie notify --test`: whether notifications arrive. */
import { randomUUID } from 'node:crypto';
import { EXIT } from '../base/exit-status.ts';
import { didYouMean } from '../base/suggest.ts';
import { DeliveryError, deliver } from '../notify/deliver.ts';
import { testMessage } from '../notify/message.ts';
import type { Command } from './command.ts';
import { load } from './configured.ts';
import { UsageError } from './io.ts';
import { DEFAULT_CONFIG } from './options.ts';

export const notifyCommand: Command<'notify'> = async ({ arguments: { TARGET: names }, options }, io) => {
  if (!options.test) throw new UsageError('missing --test, which sends a test notification to each target');
  const file = options.config ?? DEFAULT_CONFIG;
  const config = await load(file, io);
  if (!config) return EXIT.usage;
  const { language, targets } = config.notify;
  const known = targets.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, known) || (known.length > 0 ? `; expected ${known.join(', ')}` : '');
    throw new UsageError(`unknown target "${unknown}"${hint}`);
  }
  if (targets.length === 0) throw new UsageError(`${file} has no notify.targets`);
  const { publicUrl, place = null } = config.server;
  const from = { language, base: publicUrl?.replace(/\/+$/, '') ?? null, place };
  const chosen = targets.filter(({ name }) => names.length === 0 || names.includes(name));
  const results = await Promise.all(
    chosen.map(async (target) => {
      const message = testMessage(randomUUID(), target.name, from, new Date());
      try {
        await deliver(target, message, io.signal);
        return { target, fault: null };
      } catch (error) {
        if (!(error instanceof DeliveryError)) throw error;
        return { target, fault: error.message };
      }
    }),
  );
  for (const { target, fault } of results) {
    io.stdout.write(
      `${target.name} (${target.kind}): ${fault === null ? 'sent' : `not delivered: ${fault}`}\n`,
    );
  }
  return results.some(({ fault }) => fault !== null) ? EXIT.fail : EXIT.pass;
};
