/** The configuration's schema: what all checks share, and everything that is not a check. */
import { validateDetailed } from 'node-cron';
import { z } from 'zod';
import { type About, PLAIN, SEVERITIES } from '../base/about.ts';
import { parseDuration } from '../base/durations.ts';
import type { Schedule } from '../base/schedule.ts';
import { duration, parseSize, secret, size } from '../base/units.ts';
import { oneOf } from '../base/words.ts';
import type { CheckKind, Kind } from '../checks/check.ts';
import { parseListen } from '../net/listen.ts';
import { parseNetwork } from '../net/networks.ts';
import { shortestGapMs } from './cadence.ts';
import { line } from './line.ts';
import { notify } from './notify.ts';
import { status } from './status.ts';

/** The kinds of check that a configuration may name. */
export type Kinds = Readonly<
  Record<
    string,
    Pick<CheckKind<Kind, unknown>, 'schema' | 'defaultEvery'> &
      Partial<Pick<CheckKind<Kind, unknown>, 'heavy' | 'deadlineMs' | 'severity' | 'relays'>>
  >
>;

const listen = z
  .string({ error: 'expected an address and a port, such as "127.0.0.1:9797"' })
  .transform((text, context) => {
    const parsed = parseListen(text);
    if (parsed) return parsed;
    context.issues.push({
      code: 'custom',
      message: 'expected an address and a port, such as "127.0.0.1:9797", "[::]:9797" or ":9797"',
      input: text,
    });
    return z.NEVER;
  })
  .meta({ type: 'string', examples: ['127.0.0.1:9797', ':9797', '[::1]:9797'] });

const PUBLIC_URL = 'expected an http or https address without a query, such as "https://example.org/vigie/"';
const publicUrl = z
  .string({ error: PUBLIC_URL })
  .refine((text) => {
    const url = URL.parse(text);
    if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
    return url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  }, PUBLIC_URL)
  .transform((text) => new URL(text).href.replace(/\/*$/, '/'))
  .meta({ type: 'string', examples: ['https://example.org/vigie/'] });

const PLACE = 'expected a line of at most 40 characters, such as "lyon"';

const NETWORK = 'expected an IP address or a network, such as "10.0.0.0/8"';
const network = z.string({ error: NETWORK }).refine((text) => parseNetwork(text) !== null, NETWORK);

const server = z
  .strictObject({
    listen: listen
      .prefault('127.0.0.1:9797')
      .describe('Address and port of metrics, API and pages. ":9797" listens on all addresses.'),
    publicUrl: publicUrl
      .optional()
      .describe(
        'The address under which people reach the pages, such as "https://example.org/vigie/". Its host name need not be listed in hosts. A proxy may pass its path on or strip it.',
      ),
    place: z
      .string({ error: PLACE })
      .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,40}$/u, PLACE)
      .optional()
      .describe('Where this Vigie runs, such as "lyon": in runs, metrics and on pages.'),
    trustedProxies: z
      .array(network)
      .default([])
      .describe(
        'Addresses and networks of proxies in front, such as "10.0.0.0/8"; their X-Forwarded-For is believed, and nobody else\'s.',
      ),
    hosts: z
      .array(z.string({ error: 'expected a host name, such as "vigie.example.org"' }).min(1))
      .default([])
      .describe(
        'Names by which browsers may call this service, such as that of a proxy in front; addresses, names without a dot and private ones need not be listed. "*" allows every name.',
      ),
    token: secret()
      .optional()
      .describe(
        'Whoever sends it may start runs by hand, in the API and on the pages. Without it nobody may.',
      ),
  })
  .prefault({})
  .describe('Metrics, API and pages.');

const keep = (what: string, usual: number) =>
  z
    .int({ error: 'expected a whole number, 0 or more' })
    .min(0, 'expected a whole number, 0 or more')
    .default(usual)
    .describe(`Number of ${what} per check whose evidence is kept, newest first. 0 keeps none.`);

const evidence = z
  .strictObject({
    dir: z
      .string({ error: 'expected the path of a directory' })
      .min(1, 'expected the path of a directory')
      .optional()
      .describe(
        'The directory for evidence: statistics, consoles, screenshots, SMTP transcripts. Without it, "evidence" in $STATE_DIRECTORY, else in "vigie" in $XDG_STATE_HOME, else beside the configuration.',
      ),
    keepFailures: keep('runs that did not pass', 50),
    keepPasses: keep('runs that passed', 2),
    maxAge: duration({ min: '1h' })
      .default(parseDuration('30d')!)
      .describe('Older evidence is deleted, whatever the outcome of its run.'),
    maxRunSize: size('100kB')
      .default(parseSize('20MB')!)
      .describe('Maximum size of the files of one run; files that exceed it are left out.'),
    maxSize: size('1MB')
      .default(parseSize('500MB')!)
      .describe(
        'Maximum size of the evidence of one check; the oldest is deleted first, that of the last run is kept.',
      ),
  })
  .prefault({})
  .describe('The evidence of runs, and how long it is kept.');

const DIRECTORY = 'expected the path of a directory, or ":memory:" to keep runs no longer than the process';
const history = z
  .strictObject({
    dir: z
      .string({ error: DIRECTORY })
      .min(1, DIRECTORY)
      .optional()
      .describe(
        'The directory for the history of runs; without it, "history" beside the one for evidence. ":memory:" keeps runs no longer than the process.',
      ),
    keep: z
      .int({ error: 'expected a whole number of runs, 100 or more' })
      .min(100, 'expected a whole number of runs, 100 or more')
      .default(50_000)
      .describe('Number of runs per check that are kept, newest first.'),
    maxAge: duration({ min: '1d' })
      .default(parseDuration('180d')!)
      .describe('Older runs are deleted; the last run of a check that passed is kept.'),
    maxSize: size('10MB')
      .default(parseSize('1GB')!)
      .describe('Maximum size of all runs on disk; the oldest are deleted first.'),
  })
  .prefault({})
  .describe('The runs, and how long they are kept.');

const FORMATS = ['json', 'logfmt', 'pretty'] as const;
const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
const log = z
  .strictObject({
    level: z
      .enum(LEVELS, { error: 'expected "debug", "info", "warn" or "error"' })
      .default('info')
      .describe('Minimum level written to standard error.'),
    format: z
      .enum(FORMATS, { error: 'expected "json", "logfmt" or "pretty"' })
      .optional()
      .describe('The form of its lines; by default "pretty" on a terminal and "json" elsewhere.'),
  })
  .prefault({})
  .describe('The log on standard error.');

export const CHECKS_DESCRIPTION = 'The checks to run. Each has a name, a kind, and the keys of its kind.';

/** Everything but the checks, whose keys depend on their kind. */
export const frame = z.strictObject({
  server,
  evidence,
  history,
  log,
  status,
  notify,
  checks: z
    .array(z.unknown(), { error: 'expected a list of checks, such as "- name: meet"' })
    .min(1, 'expected at least one check')
    .describe(CHECKS_DESCRIPTION),
});

const NAME = 'expected a name of lower-case letters, digits and hyphens, such as "meet-main"';
/** Names for expressions that are often needed, as in other crons; node-cron knows them. */
export const CRON_NICKNAMES = ['@hourly', '@daily', '@weekly', '@monthly', '@yearly'] as const;

const LEAST_EVERY = '5s';
const LEAST_EVERY_MS = parseDuration(LEAST_EVERY)!;
/** Signs of the dialect of Quartz and Spring, which is not understood here. */
const QUARTZ = /\?|(^|[\s,])\d+\/\d/;

const cron = z
  .string({ error: 'expected a cron expression, such as "0 3 * * *" or "@hourly"' })
  .superRefine((text, context) => {
    const message = cronProblem(text);
    if (message !== null) context.addIssue({ code: 'custom', message });
  })
  .meta({ examples: ['*/5 * * * *', '0 3 * * *', ...CRON_NICKNAMES] });

/** What is expected instead of this cron expression; null where it is valid. */
function cronProblem(text: string): string | null {
  const { valid, errors } = validateDetailed(text);
  if (valid) {
    const gap = shortestGapMs(text);
    if (gap >= LEAST_EVERY_MS) return null;
    return `expected at least ${LEAST_EVERY} between two runs; this one has ${gap / 1000} s (the first of six fields is seconds)`;
  }
  if (QUARTZ.test(text)) {
    return 'expected a cron expression of 5 or 6 fields, such as "*/5 * * * *"; write "*" for Quartz\'s "?", and "*/5" for its "0/5"';
  }
  if (text.startsWith('@')) {
    return `expected ${oneOf(CRON_NICKNAMES.map((name) => `"${name}"`))}, or a cron expression of 5 or 6 fields`;
  }
  const [first] = errors;
  const where = first === undefined || first.field === 'expression' ? '' : ` (its ${first.field} is wrong)`;
  return `expected a cron expression of 5 or 6 fields, such as "0 3 * * *"${where}`;
}

const MOST_LABELS = 10;
const labels = z
  .record(z.string().regex(/^[a-z][a-z0-9_]{0,29}$/), line(100, '"platform"'), {
    error: `expected names with values, such as "team: platform"; names have lower-case letters, digits and "_", 30 at most`,
  })
  .refine((all) => Object.keys(all).length <= MOST_LABELS, {
    error: `expected at most ${MOST_LABELS} labels`,
  });

const MAINTENANCE = 'expected a list of windows, such as "- { cron: "0 3 * * 0", duration: 1h }"';
const maintenance = z
  .array(
    z.strictObject(
      {
        cron: cron.describe('When it begins, in UTC.'),
        duration: duration({ min: '1m', max: '7d' }).describe('How long it lasts.'),
      },
      { error: 'expected a window: cron and duration' },
    ),
    { error: MAINTENANCE },
  )
  .max(20, 'expected at most 20 windows');

/** What may be said of every check. */
const about = {
  title: line(80, '"Video calls"')
    .optional()
    .describe('The title on pages, in alerts and notifications; by default its name.'),
  group: line(60, '"Jitsi"').optional().describe('What it belongs to: pages list it under this heading.'),
  severity: z
    .enum(SEVERITIES, { error: 'expected "critical", "warning" or "none"' })
    .optional()
    .describe(
      'How severe its alerts and notifications are at most: "critical", "warning", or "none" for no alerts at all. By default critical; zone checks: warning.',
    ),
  labels: labels
    .optional()
    .describe(
      'Labels of your own, in vigie_check_info as label_NAME; notifications can be selected by them.',
    ),
  enabled: z
    .boolean({ error: 'expected true or false' })
    .default(true)
    .describe('false: it is not run, and shown as disabled.'),
  maintenance: maintenance
    .optional()
    .describe('Recurring times in which it runs as usual and nobody is notified.'),
  confirm: z
    .int({ error: 'expected a number of runs, 0 to 5' })
    .min(0, 'expected a number of runs, 0 to 5')
    .max(5, 'expected a number of runs, 0 to 5')
    .default(0)
    .describe('Number of runs that follow a first failure at once, to confirm it.'),
};

/** The keys that every check has; its kind's keys come beside them. */
export function sharedKeys(kinds: readonly string[]) {
  const expected = `expected a kind of check: ${kinds.map((kind) => `"${kind}"`).join(', ')}`;
  return z
    .strictObject({
      name: z
        .string({ error: NAME })
        .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, NAME)
        .describe('The name in metrics, pages and reports; unique.'),
      kind: z.enum(kinds as [string, ...string[]], { error: expected }).describe('The kind of the check.'),
      every: duration({ min: LEAST_EVERY, max: '7d' })
        .optional()
        .describe('The time from the start of one run to the start of the next.'),
      cron: cron
        .optional()
        .describe(
          'When it runs, in UTC: a cron expression of 5 fields, or 6 with seconds first, or a name such as @hourly.',
        ),
      ...about,
    })
    .refine(({ every, cron }) => every === undefined || cron === undefined, {
      path: ['cron'],
      error: 'expected either every or cron, not both',
    });
}

/** A check as it is configured. `options` is what its kind's schema made of its keys. */
export interface CheckConfig {
  readonly name: string;
  readonly kind: string;
  readonly schedule: Schedule;
  readonly about: About;
  readonly options: unknown;
}

type Frame = z.output<typeof frame>;

export type Config = Omit<Frame, 'checks' | 'evidence' | 'history'> & {
  readonly evidence: Frame['evidence'] & { readonly dir: string };
  readonly history: Frame['history'] & { readonly dir: string };
  readonly checks: readonly CheckConfig[];
};

/** The schedule that a check configures, or the default one of its kind. */
export function scheduleOf(
  { every, cron }: { every?: number | undefined; cron?: string | undefined },
  { defaultEvery }: Kinds[string],
): Schedule {
  if (cron !== undefined) return { cron };
  return { everyMs: every ?? parseDuration(defaultEvery)! };
}

/** What is said of a check, or by default of its kind. */
export function aboutOf(
  { title, group, severity, labels, enabled, maintenance, confirm }: z.output<ReturnType<typeof sharedKeys>>,
  kind: Kinds[string],
): About {
  return {
    title: title ?? PLAIN.title,
    group: group ?? PLAIN.group,
    severity: severity ?? kind.severity ?? PLAIN.severity,
    labels: labels ?? PLAIN.labels,
    enabled,
    maintenance: maintenance ?? PLAIN.maintenance,
    confirm,
  };
}
