/** The resolver's keys in the configuration, the same for every check that has one. */
import { z } from 'zod';
import { duration } from '../base/units.ts';
import { parseServer } from './name.ts';
import { DEFAULT_TIMEOUT_MS, DEFAULT_TRIES, type ResolverOptions } from './resolver.ts';

const server = z
  .string({ error: 'expected a name server, such as "9.9.9.9" or "[2620:fe::fe]:53"' })
  .transform((text, context) => {
    const parsed = parseServer(text);
    if (parsed) return parsed;
    context.issues.push({
      code: 'custom',
      message: 'expected a name server, such as "9.9.9.9", "127.0.0.1:5353" or "[2620:fe::fe]:53"',
      input: text,
    });
    return z.NEVER;
  })
  .meta({ type: 'string', examples: ['9.9.9.9', '127.0.0.1:5353', '[2620:fe::fe]:53'] });

/** Parses into what `createResolver` takes; absent, it means the system's resolvers. */
export const resolverOptions = z
  .strictObject({
    servers: z
      .array(server)
      .default([])
      .describe('Name servers, asked in this order; by default those of the system.'),
    timeout: duration({ min: '100ms', max: '1m' })
      .default(DEFAULT_TIMEOUT_MS)
      .describe('For one question with all its retries.'),
    tries: z.int().min(1).max(10).default(DEFAULT_TRIES).describe('How often one question is sent at most.'),
  })
  .prefault({})
  .transform(({ servers, timeout, tries }): ResolverOptions => ({ servers, timeoutMs: timeout, tries }));
