/** The configuration of a `reports` check. */

import { isIP } from 'node:net';
import { z } from 'zod';
import { DAY_MS } from '../../base/durations.ts';
import { duration, file } from '../../base/units.ts';
import { isDomainName, normaliseName } from '../../dns/name.ts';
import { resolverOptions } from '../../dns/options.ts';
import { parseNetwork } from '../../net/networks.ts';
import { completed, imap as mailbox } from '../hosts/options.ts';

const imap = completed(
  mailbox.extend({
    folder: z.string().min(1).default('INBOX').describe('The folder that reports arrive in.'),
  }),
);

const domain = z
  .string({ error: 'expected a domain, such as "example.org"' })
  .transform((text, context) => {
    const name = normaliseName(text);
    if (name !== null && isDomainName(name)) return name;
    context.issues.push({ code: 'custom', message: 'expected a domain, such as "example.org"', input: text });
    return z.NEVER;
  })
  .meta({ type: 'string', examples: ['example.org'] });

const SOURCE = 'expected an address, a network or a host name, such as "192.0.2.0/28" or "out.example.org"';
const source = z.string({ error: SOURCE }).refine((text) => {
  if (parseNetwork(text) !== null) return true;
  const name = normaliseName(text);
  return name !== null && isDomainName(name) && isIP(text) === 0 && !/^[\d.]+(\/\d+)?$/.test(text);
}, SOURCE);

const percent = (usual: number) =>
  z
    .number({ error: 'expected a percentage between 0 and 100' })
    .min(0, 'expected a percentage between 0 and 100')
    .max(100, 'expected a percentage between 0 and 100')
    .default(usual);

const expectation = z
  .strictObject({
    ownFailures: percent(1).describe(
      'More than this percentage of a domain’s messages from our own servers fail DMARC: fail.',
    ),
    mechanismFailures: percent(5).describe(
      'More than this percentage fail DKIM or SPF while the other passes: degraded.',
    ),
    strangersDelivered: z
      .int()
      .min(1)
      .default(20)
      .describe(
        'Messages of strangers that failed DMARC and were delivered all the same; from this number on: degraded.',
      ),
    silence: duration({ min: '1d', max: '60d' })
      .default(3 * DAY_MS)
      .describe('A domain about which reports came regularly, and for this long none: degraded.'),
  })
  .prefault({});

export const reportsOptions = z
  .strictObject({
    imap: imap.optional().describe('The mailbox that `rua` of the domains names, read by IMAP.'),
    files: z
      .array(z.string().min(1))
      .optional()
      .describe('Files or directories of reports (XML, gzip, ZIP), read anew in every run.'),
    own: z
      .array(source)
      .default([])
      .describe(
        'Our own servers: addresses, networks, host names. Without them, sources are listed and not judged.',
      ),
    known: z
      .array(source)
      .default([])
      .describe('Further servers that may send as the domains, such as that of a newsletter.'),
    selectors: z
      .array(z.string().min(1))
      .default([])
      .describe('The selectors that our servers sign with: a signature with another one is somebody else’s.'),
    domains: z
      .array(domain)
      .default([])
      .describe('The domains whose reports count; without any, those of all reports.'),
    domainsFile: file().optional().describe('A file with one such domain per line; # begins a comment.'),
    window: duration({ min: '1d', max: '90d' })
      .default(7 * DAY_MS)
      .describe('The time that is looked at.'),
    keep: duration({ min: '1d', max: '400d' })
      .default(60 * DAY_MS)
      .describe('How long reports are kept, and how far back the mailbox is read the first time.'),
    store: z
      .string()
      .min(1)
      .optional()
      .describe(
        'The file in which reports are kept (an absolute path); by default `reports-NAME.sqlite` in $STATE_DIRECTORY, else in the user’s state directory.',
      ),
    atOnce: z
      .int()
      .min(1)
      .max(100_000)
      .default(10_000)
      .describe('Messages that one run reads at most; the next one goes on.'),
    expect: expectation.describe('What is expected of the reports.'),
    resolver: resolverOptions.describe('Who is asked for names and addresses.'),
    deadline: duration({ min: '10s', max: '2h' })
      .default(600_000)
      .describe('Time limit of a run; what was read until then is kept.'),
  })
  .refine(({ imap, files }) => (imap === undefined) !== (files === undefined), {
    error: 'expected either imap or files',
  })
  .refine(({ window, keep }) => keep >= window, {
    path: ['keep'],
    error: 'expected at least the time of window',
  });

export type ReportsOptions = z.output<typeof reportsOptions>;
export type ImapOptions = z.output<typeof imap>;
