/** Two kinds of check for the tests of the loader, with every form of key that real kinds have. */
import { z } from 'zod';
import { duration, file, secret } from '../../../src/base/units.ts';
import type { Kinds } from '../../../src/config/load.ts';

const relay = z
  .strictObject({
    host: z.string().min(1).describe('The relay.'),
    port: z.int({ error: 'expected a port, such as 587' }).min(1).max(65_535).default(587),
    tls: z.boolean().default(true),
    password: secret().optional(),
    ca: file().optional(),
  })
  .transform((value) => ({ ...value, address: `${value.host}:${value.port}` }));

export const kinds: Kinds = {
  call: {
    defaultEvery: '5m',
    schema: z.strictObject({
      url: z.url({ protocol: /^https?$/, error: 'expected an address, such as "https://meet.example.org/"' }),
      participants: z
        .array(z.enum(['chromium', 'firefox'], { error: 'expected "chromium" or "firefox"' }))
        .min(2, 'expected at least 2 participants')
        .default(['chromium', 'chromium', 'chromium']),
      watch: duration({ max: '1h' }).default(5000).describe('How long to watch.'),
      maxLatency: duration({ min: '10ms', max: '10s' }).default(400),
    }),
  },
  mail: {
    defaultEvery: '15m',
    relays: (options) => [(options as { relay: { host: string } }).relay.host],
    schema: z
      .strictObject({
        relay: relay.describe('Where letters are handed in.'),
        senders: z
          .array(
            z.union([z.string().regex(/@/, 'expected an address'), z.strictObject({ address: z.string() })]),
          )
          .default([]),
        inbox: z.strictObject({ within: duration().default(60_000) }).prefault({}),
      })
      .refine(({ senders }) => senders.length !== 1, {
        path: ['senders'],
        error: 'expected two senders or none',
      }),
  },
};
