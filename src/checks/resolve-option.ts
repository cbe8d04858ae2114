/** The option `resolve` of checks of a Jitsi: addresses that are not asked of DNS, as `curl --resolve` has them. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { withoutBrackets } from '../net/host-port.ts';

const HOST = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*\.?$/i;

const address = z
  .string()
  .transform(withoutBrackets)
  .refine((text) => isIP(text) !== 0, {
    error: 'expected an IP address, such as "203.0.113.5" or "2001:db8::5"',
  });

export const resolveOption = z
  .record(
    z
      .string()
      .regex(HOST, { error: 'expected the name of a host, such as "meet.example.org"' })
      .toLowerCase(),
    address,
  )
  .default({})
  .meta({ examples: [{ 'meet.example.org': '203.0.113.5' }] })
  .describe(
    'Addresses of hosts, instead of those in DNS: a new server is tried before DNS leads to it, with the right name and certificate.',
  );
