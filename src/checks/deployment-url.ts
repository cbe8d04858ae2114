/** The address of a Jitsi deployment in the configuration. */
import { z } from 'zod';

export const deploymentUrl = z
  .url({
    protocol: /^https?$/,
    normalize: true,
    error: 'expected the address of a Jitsi deployment, such as "https://meet.example.org/"',
  })
  .refine((text) => !/[?#]/.test(text), {
    error:
      'expected an address without "?" and "#": what follows them belongs to a room, not to a deployment',
  })
  .refine((text) => !URL.parse(text)?.username && !URL.parse(text)?.password, {
    error: 'expected an address without a user name and a password',
  })
  .describe("The deployment's address; a tenant's path may follow the host.");

/** The same with a slash at its end: paths are put behind it. */
export function baseOf(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
