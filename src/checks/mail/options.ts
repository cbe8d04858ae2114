/** The configuration of a `mail` check. */

import { z } from 'zod';
import { DAY_MS } from '../../base/durations.ts';
import { duration, file, secret } from '../../base/units.ts';
import { resolverOptions } from '../../dns/options.ts';
import { parseHostPort } from '../../net/host-port.ts';
import { completed, host, imap, port, tls, tlsOf } from '../hosts/options.ts';
import { SHAPES } from './shape-names.ts';

const address = z
  .string({ error: 'expected a mail address, such as "probe@example.org"' })
  .regex(
    /^[^\s@<>()",;:\\[\]]+@[^\s@<>()",;:\\[\]]+$/,
    'expected a mail address, such as "probe@example.org"',
  );

const submission = z
  .strictObject({
    host: host.describe('The relay that accepts mail from its users.'),
    port: port(587).default(587).describe('587 (STARTTLS) or 465 (TLS from the start).'),
    tls: tls
      .optional()
      .describe('"starttls" (required, never skipped) or "implicit"; implicit by default on 465.'),
    user: z.string().min(1).optional().describe("The user that logs in; a sender's own user comes first."),
    password: secret().optional().describe("That user's password."),
    ca: file()
      .optional()
      .describe('PEM file of the authorities that may have signed the certificate; else the system’s.'),
    name: host.default('vigie.invalid').describe('The name that Vigie gives in EHLO.'),
    timeout: duration({ min: '1s', max: '5m' })
      .default(15_000)
      .describe('How long the relay has for each answer, and for the connection.'),
  })
  .transform((value) => ({ ...value, tls: tlsOf(value) }));

const bounces = completed(imap);

const sender = z.strictObject({
  address: address.describe('The From and envelope address; its domain is the one that is checked.'),
  user: z
    .string()
    .min(1)
    .optional()
    .describe('The user that logs in for this sender, where it is not submission.user.'),
  password: secret().optional().describe("That user's password."),
  returnPath: address
    .optional()
    .describe('Another envelope address; `{token}` in it becomes the token of the test message.'),
  bounces: bounces.optional().describe("The mailbox that this sender's bounces go to, read by IMAP."),
});

const listen = z
  .string({ error: 'expected an address and a port, such as "0.0.0.0:25"' })
  .transform((text, context) => {
    const server = parseHostPort(text, { defaultPort: 25, anyHost: '0.0.0.0' });
    if (server) return server;
    context.issues.push({
      code: 'custom',
      message: 'expected an address and a port, such as "0.0.0.0:25" or "[::]:25"',
      input: text,
    });
    return z.NEVER;
  })
  .meta({ type: 'string', examples: ['0.0.0.0:25', '[::]:2525'] });

const mx = z.strictObject({
  listen: listen.describe('Where the embedded mail server listens; an MX record must lead there on port 25.'),
  domain: host.describe('The domain of the test recipients, whose MX record is this server.'),
  name: host.optional().describe('The name that the server gives in its greeting; the domain by default.'),
  key: file()
    .optional()
    .describe('PEM file of the private key for STARTTLS; without it STARTTLS is not offered.'),
  cert: file().optional().describe('PEM file of the certificate chain for STARTTLS.'),
  maxSize: z
    .int()
    .min(10_000)
    .max(50_000_000)
    .default(1_000_000)
    .describe('The largest message accepted, in bytes.'),
  proxies: z
    .array(host)
    .default([])
    .describe(
      'Load balancers in front that send a PROXY (version 1) header; without it they hide the relay.',
    ),
  linger: duration({ max: '30d' })
    .default(DAY_MS)
    .describe(
      'How long the server keeps listening after a run, so that late messages are accepted and counted.',
    ),
});

const mailbox = completed(
  imap.extend({
    address: address.describe('The address of this mailbox.'),
    separator: z
      .union([z.enum(['+', '-', '=', '.']), z.literal(false)], {
        error: 'expected "+", "-", "=", "." or false',
      })
      .default('+')
      .describe('What the mailbox’s server takes between the name and a tag; false: the address as it is.'),
    receivedBy: z
      .array(host)
      .optional()
      .describe(
        'Names of the servers whose Received line is trusted for SPF; by default the address’s MX hosts.',
      ),
    authservId: z
      .array(host)
      .min(1, 'expected at least one name')
      .optional()
      .describe(
        'Names that the Authentication-Results of this mailbox’s server begin with; by default those known of its MX hosts.',
      ),
  }),
);

const receive = z
  .strictObject({
    mx: mx.optional().describe('Receive as a real MX. The better choice: it sees the relay’s real address.'),
    imap: mailbox.optional().describe('Receive in a mailbox that is read by IMAP.'),
    within: duration({ min: '1s', max: '1h' })
      .default(60_000)
      .describe('How long after its acceptance a message may take before it counts as not delivered.'),
  })
  .refine((value) => (value.mx === undefined) !== (value.imap === undefined), {
    error: 'expected either mx or imap, not both',
  });

const expectation = z
  .strictObject({
    selector: z.string().min(1).optional().describe('The selector that the relay signs with.'),
    minBits: z
      .int()
      .min(1024)
      .max(16_384)
      .default(2048)
      .describe('The smallest RSA key that is accepted without a finding, in bits.'),
    key: file()
      .optional()
      .describe(
        'PEM file of the public key that the relay signs with; without it a wrong key is recognised by comparison with other domains.',
      ),
    policy: z
      .enum(['none', 'quarantine', 'reject'], { error: 'expected "none", "quarantine" or "reject"' })
      .default('reject')
      .describe('The policy that each DMARC record must have.'),
    deliveredIn: duration({ min: '100ms', max: '1h' })
      .default(20_000)
      .describe('A delivery that takes longer than this is degraded.'),
    certificateDays: z
      .int()
      .min(0)
      .max(365)
      .default(14)
      .describe('A certificate with fewer days left is degraded.'),
  })
  .prefault({});

const probes = z
  .strictObject({
    stranger: z
      .boolean()
      .default(true)
      .describe('Ask the relay to accept a message without a login; it must refuse. None is sent.'),
    foreignFrom: address
      .optional()
      .describe(
        'An address on the relay that the first sender’s account does not own: the relay must refuse it, or not sign it.',
      ),
  })
  .prefault({});

const shapes = z.union(
  [
    z.literal(false),
    z.strictObject({
      every: duration({ min: '1h', max: '90d' })
        .default(DAY_MS)
        .describe('How often they are sent; until then, the latest results are repeated.'),
      kinds: z
        .array(z.enum(SHAPES))
        .min(1)
        .default([...SHAPES])
        .describe('Which of them.'),
    }),
  ],
  { error: 'expected false, or "every" and "kinds"' },
);

const listName = host.describe('The name of the list, such as "zen.spamhaus.org".');
const listOptions = z.strictObject({
  list: listName,
  about: z
    .enum(['addresses', 'domains'], { error: 'expected "addresses" or "domains"' })
    .default('addresses')
    .describe('What it lists.'),
  ignore: z
    .array(z.ipv4({ error: 'expected an answer of the list, such as "127.0.0.10"' }))
    .default([])
    .describe('Answers of the list that do not count.'),
});
const blocklist = z.union([
  listName.transform((list): z.output<typeof listOptions> => ({ list, about: 'addresses', ignore: [] })),
  listOptions,
]);

export const mailOptions = z
  .strictObject({
    submission: submission.describe('Where and how test messages are submitted.'),
    senders: z
      .array(z.union([address.transform((value): z.output<typeof sender> => ({ address: value })), sender]))
      .min(1, 'expected at least one sender')
      .describe(
        'One sender in each domain that is to be judged: an address, or an address with its own login.',
      ),
    stagger: duration({ max: '5m' }).default(250).describe('The pause between two test messages.'),
    receive: receive.describe('How test messages are received: mx or imap.'),
    bounces: bounces.optional().describe('The mailbox that bounces go to, read by IMAP.'),
    expect: expectation.describe('What is expected of the test messages.'),
    probes: probes.describe('Attempts that the relay must refuse.'),
    shapes: shapes
      .prefault({})
      .describe(
        'Messages of real shape (8-bit text, long lines, attachment, HTML, forms of From) from the first sender; false: none.',
      ),
    blocklists: z
      .array(blocklist)
      .max(20, 'expected at most 20 lists')
      .default([])
      .describe(
        'DNS block lists that the relay’s addresses, or the senders’ domains, are looked up in; by default none.',
      ),
    resolver: resolverOptions.describe('Who is asked for names, keys and records.'),
  })
  .superRefine((value, context) => {
    for (const [index, { user, password }] of value.senders.entries()) {
      if ((user ?? value.submission.user) && (password ?? value.submission.password)) continue;
      context.addIssue({
        code: 'custom',
        path: ['senders', index],
        message: 'expected a user and a password, here or in submission: mail is submitted only with a login',
      });
    }
  });

export type MailOptions = z.output<typeof mailOptions>;
export type SubmissionOptions = MailOptions['submission'];
export type Sender = z.output<typeof sender>;
export type MxOptions = z.output<typeof mx>;
export type MailboxOptions = z.output<typeof mailbox>;
export type BouncesOptions = z.output<typeof bounces>;
export type Expectation = MailOptions['expect'];
