/** Keys of the configuration that several kinds of check have for servers and mailboxes. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { duration, file, secret } from '../../base/units.ts';

const HOST = 'expected a host name or an address, such as "out.example.org"';
export const host = z
  .string({ error: 'expected a host name, such as "out.example.org"' })
  .regex(/^[A-Za-z0-9_.:-]+$/, HOST)
  // With a colon it is an IPv6 address.
  .refine((text) => !text.includes(':') || isIP(text) !== 0, `${HOST}, without a port`);

export const port = (usual: number) =>
  z
    .int({ error: `expected a port between 1 and 65535, such as ${usual}` })
    .min(1)
    .max(65_535);

export const tls = z.enum(['starttls', 'implicit'], { error: 'expected "starttls" or "implicit"' });

/** `starttls` on the plain-text ports, `implicit` on 465 and 993. */
export function tlsOf(options: {
  port: number;
  tls?: 'starttls' | 'implicit' | undefined;
}): 'starttls' | 'implicit' {
  return options.tls ?? (options.port === 465 || options.port === 993 ? 'implicit' : 'starttls');
}

/** A mailbox; `completed` adds what keys have to do with each other. */
export const imap = z.strictObject({
  host: host.describe('The IMAP server.'),
  port: port(993).default(993).describe('993 (TLS from the start) or 143 (STARTTLS).'),
  tls: tls
    .optional()
    .describe('"starttls" (required, never skipped) or "implicit"; implicit by default on 993.'),
  user: z.string().min(1).describe('The user that logs in.'),
  password: secret().optional().describe("That user's password."),
  accessTokenFile: file()
    .optional()
    .describe(
      'In place of the password: a file with an OAuth 2.0 access token, which another program keeps valid; it is read for each login.',
    ),
  ca: file()
    .optional()
    .describe('PEM file of the authorities that may have signed the certificate; else the system’s.'),
  folder: z.string().min(1).default('INBOX').describe('The folder that test messages arrive in.'),
  timeout: duration({ min: '1s', max: '5m' })
    .default(15_000)
    .describe('How long the server has for each answer.'),
});

interface Login {
  readonly password?: unknown;
  readonly accessTokenFile?: unknown;
  readonly port: number;
  readonly tls?: 'starttls' | 'implicit' | undefined;
}

/** A mailbox that is logged in to in one way, over the TLS that its port has. */
export const completed = <Mailbox extends z.ZodType<Login>>(mailbox: Mailbox) =>
  mailbox
    .refine(({ password, accessTokenFile }) => (password === undefined) !== (accessTokenFile === undefined), {
      path: ['password'],
      error: 'expected either password or accessTokenFile, for the login',
    })
    .transform((value) => ({ ...value, tls: tlsOf(value) }));
