/** The option `room` of checks of a Jitsi: the name of the room that is met in, or asked for. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/** What every deployment accepts in a name; upper case letters would be another name in XMPP than in the address. */
const NAME = /^(?=.{1,100}$)(?=.*[a-z0-9*])[a-z0-9._-]*\*?[a-z0-9._-]*$/;

export const roomOption = z
  .string()
  .regex(NAME, {
    error:
      'expected a room of lower case letters, digits, ".", "_" and "-", with at most one "*" in it, such as "test-*"',
  })
  .default('vigie-*')
  .describe(
    'The name of the room; "*" stands for 12 random characters. For deployments that accept some names alone. A fixed name is met by whoever else knows it.',
  );

/** A room of such a name. */
export function roomOf(pattern: string): string {
  return pattern.replace('*', randomBytes(6).toString('hex'));
}
