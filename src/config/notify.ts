/** The configuration of notifications: whom Vigie itself notifies, where there is no Alertmanager. */
import { z } from 'zod';
import { parseDuration } from '../base/durations.ts';
import { LANGUAGES } from '../base/language.ts';
import { duration, type Secret, secret } from '../base/units.ts';

const isPage = (url: string) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

/** An address that is a secret: whoever knows it can write there. */
const secretUrl = (example: string) =>
  secret().refine((value: Secret) => isPage(value.reveal()), {
    error: `expected an address that begins with https://, such as ${example}`,
  });

/** `topicRegex` in ntfy's `server/server.go`; any other is refused there. */
const TOPIC = /\/[-_A-Za-z0-9]{1,64}\/*$/;
const pathOf = (url: string) => URL.parse(url)?.pathname ?? '';

const NAME = 'expected a name of lower-case letters, digits and hyphens, such as "oncall"';
const text = (what: string, longest = 200) => {
  const expected = `expected ${what}`;
  return z
    .string({ error: expected })
    .min(1, expected)
    .max(longest, expected)
    .regex(/^[^\p{Cc}]*$/u, expected);
};
const address = text('a mail address, such as "oncall@example.org"').regex(
  /^[^\s@<>()",;:\\[\]]+@[^\s@<>()",;:\\[\]]+$/,
  'expected a mail address, such as "oncall@example.org"',
);

/** What every target has. */
const shared = {
  name: z
    .string({ error: NAME })
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, NAME)
    .describe('The name in metrics and logs; unique among the targets.'),
  severity: z
    .enum(['critical', 'warning'], { error: 'expected "critical" or "warning"' })
    .default('warning')
    .describe('"critical": of critical faults alone; "warning": of warnings as well.'),
  groups: z
    .array(text('the group of a check'), { error: 'expected a list of groups, such as "[Jitsi]"' })
    .min(1, 'expected at least one group')
    .optional()
    .describe('Of checks of these groups alone.'),
  labels: z
    .record(z.string(), text('the value of a label'), {
      error: 'expected names with values, such as "team: platform"',
    })
    .optional()
    .describe('Of checks that have all these labels alone.'),
  resolved: z
    .boolean({ error: 'expected true or false' })
    .default(true)
    .describe('Whether it is notified when a fault is over.'),
  remind: duration({ min: '5m', max: '30d' })
    .default(parseDuration('1d')!)
    .describe('While a fault lasts, it is notified again after so long.'),
};
const token = secret().optional().describe('Sent as "Authorization: Bearer …".');

const target = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('ntfy').describe('A topic of an ntfy server.'),
      ...shared,
      url: secretUrl('https://ntfy.example.org/oncall')
        .refine((value) => TOPIC.test(pathOf(value.reveal())), {
          error:
            'expected an address that ends with a topic of letters, digits, "-" and "_", such as https://ntfy.example.org/oncall',
        })
        .describe('The topic, with its server.'),
      token,
    }),
    z.strictObject({
      kind: z.literal('matrix').describe('A room of Matrix, unencrypted.'),
      ...shared,
      homeserver: z
        .string({ error: 'expected an address, such as "https://matrix.example.org"' })
        .refine(isPage, 'expected an address, such as "https://matrix.example.org"')
        .describe('The homeserver of the account that writes.'),
      room: text('the id of a room, such as "!abc:example.org"')
        .regex(/^!/, 'expected the id of a room, such as "!abc:example.org"')
        .describe('The id of the room; the account has to be in it.'),
      token: secret().describe('The access token of the account.'),
    }),
    z.strictObject({
      kind: z.literal('mattermost').describe('An incoming webhook of Mattermost.'),
      ...shared,
      url: secretUrl('https://chat.example.org/hooks/…').describe('The address of the webhook.'),
    }),
    z.strictObject({
      kind: z.literal('slack').describe('An incoming webhook of Slack, or of what is compatible with it.'),
      ...shared,
      url: secretUrl('https://hooks.slack.com/services/…').describe('The address of the webhook.'),
    }),
    z.strictObject({
      kind: z.literal('webhook').describe('JSON to any address.'),
      ...shared,
      url: secretUrl('https://example.org/hooks/vigie').describe('Where the JSON is sent (POST).'),
      token,
    }),
    z
      .strictObject({
        kind: z.literal('email').describe('Mail, by a server other than those that are watched.'),
        ...shared,
        host: text('a host name, such as "mail.elsewhere.example"').describe(
          'The SMTP server; not a relay that a check watches: its faults could not be reported.',
        ),
        port: z
          .int({ error: 'expected a port' })
          .min(1, 'expected a port')
          .max(65_535, 'expected a port')
          .default(587)
          .describe('587 (STARTTLS), 465 (TLS from the start), or another.'),
        tls: z
          .enum(['starttls', 'implicit', 'none'], { error: 'expected "starttls", "implicit" or "none"' })
          .optional()
          .describe(
            'By default implicit on 465, else starttls, which is required. "none" without a login only.',
          ),
        user: text('the name of a user').optional().describe('The user that logs in.'),
        password: secret().optional().describe("That user's password."),
        from: address.describe('The sender.'),
        to: z
          .array(address)
          .min(1, 'expected at least one address')
          .max(20, 'expected at most 20 addresses')
          .describe('The recipients.'),
      })
      .refine(({ tls, password }) => tls !== 'none' || password === undefined, {
        path: ['tls'],
        error: 'expected "starttls" or "implicit": a password is not sent without TLS',
      }),
    z.strictObject({
      kind: z.literal('command').describe('A program on this machine.'),
      ...shared,
      argv: z
        .array(text('an argument', 4096), { error: 'expected a list: the program and its arguments' })
        .min(1, 'expected the program and its arguments')
        .describe(
          'The program, by its full path, and its arguments, without a shell; the JSON is its standard input.',
        ),
    }),
  ],
  {
    error:
      'expected a kind of target: "ntfy", "matrix", "mattermost", "slack", "webhook", "email" or "command"',
  },
);

const heartbeat = z.strictObject({
  url: secretUrl('https://hc-ping.example.org/…').describe(
    'Asked for (GET) while checks run: an outside service that notices when this stops.',
  ),
  every: duration({ min: '10s', max: '1d' }).default(parseDuration('1m')!).describe('How often.'),
});

const MOST_TARGETS = 20;

export const notify = z
  .strictObject({
    language: z
      .enum(LANGUAGES, { error: 'expected "en" or "fr"' })
      .default('en')
      .describe('The language of notifications.'),
    wait: duration({ min: '0s', max: '10m' })
      .default(parseDuration('5s')!)
      .describe('What comes to light within this time is one notification.'),
    targets: z
      .array(target, { error: 'expected a list of targets, such as "- { name: oncall, kind: ntfy, … }"' })
      .max(MOST_TARGETS, `expected at most ${MOST_TARGETS} targets`)
      .default([])
      .superRefine((targets, context) => {
        for (const [index, { name }] of targets.entries()) {
          if (targets.findIndex((other) => other.name === name) === index) continue;
          context.addIssue({
            code: 'custom',
            path: [index, 'name'],
            message: 'expected each target to have a name of its own',
          });
        }
      })
      .describe('Who is notified.'),
    heartbeat: heartbeat.optional().describe("Vigie's own dead man's switch."),
  })
  .prefault({})
  .describe('Notifications by Vigie itself, where there is no Alertmanager.');

export type NotifyConfig = z.output<typeof notify>;
export type TargetConfig = NotifyConfig['targets'][number];
