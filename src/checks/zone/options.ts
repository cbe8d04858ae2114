/** The configuration of a `zone` check. */

import { readFileSync } from 'node:fs';
import { FilterParser } from 'ldapts';
import { z } from 'zod';
import { DAY_MS } from '../../base/durations.ts';
import { duration, file, secret } from '../../base/units.ts';
import { isDomainName, normaliseName } from '../../dns/name.ts';
import { resolverOptions } from '../../dns/options.ts';
import { host } from '../hosts/options.ts';
import { parseDomains } from '../records/domains-file.ts';
import { readyTemplate } from './examples.ts';
import { howToChoose, loadTemplate, TemplateError } from './template.ts';

const domain = z
  .string({ error: 'expected a domain, such as "example.org"' })
  .transform((text, context) => {
    const name = normaliseName(text);
    if (name !== null && isDomainName(name)) return name;
    context.issues.push({
      code: 'custom',
      message: 'expected a domain, such as "example.org"',
      input: text,
    });
    return z.NEVER;
  })
  .meta({ type: 'string', examples: ['example.org'] });

const BASE = 'expected the entry under which the domains are listed, such as "ou=domains,dc=example,dc=org"';

const scope = (standard: 'one' | 'sub') =>
  z
    .enum(['one', 'sub'], { error: 'expected "one" or "sub"' })
    .default(standard)
    .describe('"one": the entries directly below the base. "sub": all below it.');
const ldap = z
  .strictObject({
    url: z
      .url({
        protocol: /^ldaps?$/,
        error: 'expected the address of a directory, such as "ldaps://ldap.example.org"',
      })
      .describe('The directory: ldap:// (port 389) or ldaps:// (port 636).'),
    startTls: z
      .boolean()
      .default(false)
      .describe('Encrypt an ldap:// connection with StartTLS; where that fails, nothing is sent.'),
    ca: file().optional().describe('PEM file of the authorities that may have signed the certificate.'),
    bindDn: z.string().min(1).optional().describe('Who logs in; without it the search is anonymous.'),
    password: secret().optional().describe('The password of bindDn.'),
    base: z.string({ error: BASE }).min(1, BASE).describe('The entry under which the domains are listed.'),
    scope: scope('one'),
    filter: z
      .string()
      .min(1)
      .refine(isFilter, 'expected a filter of a directory (RFC 4515), such as "(objectClass=domain)"')
      .default('(objectClass=*)')
      .describe('Which entries are domains (RFC 4515).'),
    attributes: z
      .array(z.string().min(1))
      .min(1)
      .default(['domain', 'cn'])
      .describe('The attribute that holds the domain; the first of these that an entry has counts.'),
    timeout: duration({ min: '100ms', max: '1m' })
      .default(10_000)
      .describe('How long the directory has for each of its answers.'),
    cache: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Where the last known list is kept, for when the directory is down (an absolute path); by default in the user’s cache directory.',
      ),
  })
  .refine(({ bindDn, password }) => password === undefined || bindDn !== undefined, {
    path: ['bindDn'],
    error:
      'expected who logs in with the password, such as "cn=vigie,dc=example,dc=org"; without it the search is anonymous',
  });

function isFilter(text: string): boolean {
  try {
    FilterParser.parseString(text);
    // The parser forgives a parenthesis that is never closed; one in a value is written as \\28 or \\29.
    return text.split('(').length === text.split(')').length;
  } catch {
    return false;
  }
}

const USERS = 'expected the entry under which the users are, such as "ou=users,dc=example,dc=org"';

const users = z.strictObject({
  base: z.string({ error: USERS }).min(1, USERS).describe('The entry under which the users are.'),
  scope: scope('sub'),
  filter: z
    .string()
    .min(1)
    .refine(isFilter, 'expected a filter of a directory (RFC 4515), such as "(mail=*)"')
    .default('(mail=*)')
    .describe('Which entries are users (RFC 4515).'),
  attributes: z
    .array(z.string().min(1))
    .min(1)
    .default(['mail'])
    .describe('The attributes that hold addresses; all of an entry’s values count.'),
  most: z.int().min(1).max(100_000).default(10_000).describe('Addresses that are read at most.'),
  every: duration({ min: '1h', max: '90d' })
    .default(7 * DAY_MS)
    .describe('How often each address is asked about; until then, its latest answer counts.'),
  perMinute: z
    .int()
    .min(1)
    .max(6_000)
    .default(60)
    .describe('Addresses that one mail exchanger is asked about in a minute, in one session at a time.'),
  file: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The file that lists the addresses that are refused (an absolute path); by default `refused-NAME.txt` in $STATE_DIRECTORY, else in the user’s state directory.',
    ),
});

const inbound = z.strictObject({
  helo: host.describe('The name that Vigie gives in EHLO: one whose address is that of this machine.'),
  every: duration({ min: '1h', max: '90d' })
    .default(DAY_MS)
    .describe('How often each domain is tested; until then, its latest result is repeated.'),
  perMinute: z
    .int()
    .min(1)
    .max(6_000)
    .default(120)
    .describe('Domains that one mail exchanger is asked about in a minute, in one session at a time.'),
  budget: duration({ min: '5s', max: '30m' })
    .default(60_000)
    .describe('How long these tests may take in one run; the others wait for the next.'),
  timeout: duration({ min: '1s', max: '5m' })
    .default(30_000)
    .describe('How long a mail exchanger has for the connection, and for each answer.'),
  ca: file()
    .optional()
    .describe('PEM file of the authorities that may have signed the certificates; else the system’s.'),
  users: users.optional().describe('Ask about the addresses that the directory of `ldap` has of users, too.'),
});

const transport = z.union(
  [
    z.literal(false),
    z.strictObject({
      advise: z.boolean().default(false).describe('Name the domains that publish neither, as advice.'),
      every: duration({ min: '1h', max: '90d' })
        .default(DAY_MS)
        .describe('How long a policy is kept while its record has the same id.'),
      timeout: duration({ min: '1s', max: '5m' })
        .default(10_000)
        .describe('How long the server of a policy has.'),
      ca: file()
        .optional()
        .describe('PEM file of the authorities that may have signed its certificate; else the system’s.'),
      allowPrivate: z
        .boolean()
        .default(false)
        .describe('Policies may be on private addresses; else those are not asked.'),
    }),
  ],
  { error: 'expected false, or "advise", "every", "timeout", "ca" and "allowPrivate"' },
);

const selector = z
  .string({ error: 'expected a selector, such as "smtp2027"' })
  .max(63)
  .regex(/^[A-Za-z\d](?:[A-Za-z\d_.-]*[A-Za-z\d])?$/, 'expected a selector, such as "smtp2027"')
  .transform((text) => text.toLowerCase())
  .meta({ type: 'string', examples: ['smtp2027'] });

const rotation = z.strictObject({
  selectors: z
    .array(selector)
    .max(5)
    .default([])
    .describe('DKIM selectors to look at beside the template’s: the next one, and those on their way out.'),
  unusedAfter: duration({ min: '1d', max: '400d' })
    .default(7 * DAY_MS)
    .describe('A selector that has not signed a test message for so long may go.'),
  maxAge: z
    .union([z.literal(false), duration({ min: '1d', max: '4000d' })], {
      error: 'expected a duration such as "365d", or false',
    })
    .default(365 * DAY_MS)
    .describe('Advise to replace keys that have been seen for longer; false: do not.'),
});

const expiry = z.strictObject({
  bootstrap: z
    .url({ protocol: /^https$/, error: 'expected an https:// address' })
    .default('https://data.iana.org/rdap/dns.json')
    .describe('The list of the registries’ RDAP servers (RFC 9224); it is read once a day at most.'),
  warnBefore: duration({ min: '1d', max: '365d' })
    .default(30 * DAY_MS)
    .describe('A registration that ends sooner is degraded.'),
  every: duration({ min: '1d', max: '90d' })
    .default(7 * DAY_MS)
    .describe('How often a registry is asked about a domain; every day where its end is near.'),
  perMinute: z
    .int()
    .min(1)
    .max(600)
    .default(60)
    .describe('Questions that one registry is asked in a minute, one at a time.'),
  budget: duration({ min: '1s', max: '10m' })
    .default(30_000)
    .describe('How long registries are asked in one run; the other domains wait for the next.'),
  timeout: duration({ min: '1s', max: '1m' })
    .default(10_000)
    .describe('How long a registry has for an answer.'),
  ca: file()
    .optional()
    .describe('PEM file of the authorities that may have signed the certificates; else the system’s.'),
  allowPrivate: z
    .boolean()
    .default(false)
    .describe('RDAP servers may be on private addresses; else those are not asked.'),
});

const SHOWN_LINES = 3;

export const zoneOptions = z
  .strictObject({
    domains: z.array(domain).default([]).describe('The domains to check.'),
    domainsFile: file().optional().describe('A file with one domain per line; # begins a comment.'),
    ldap: ldap.optional().describe('A directory that lists the domains.'),
    except: z.array(domain).default([]).describe('Domains of the file or the directory that are left out.'),
    template: file(
      `expected the template that states what every domain has to publish: ${howToChoose()}`,
      readyTemplate,
    ).describe('What every domain has to publish: the name of a ready template, or the path of a file.'),
    variables: z
      .record(z.string(), z.union([z.string(), z.number().transform(String)]))
      .default({})
      .describe('Values for the variables of the template, such as mx, relay, selector, key.'),
    egress: z
      .array(z.union([z.ipv4(), z.ipv6()], { error: 'expected an IP address' }))
      .default([])
      .describe(
        'Addresses that mail leaves from, which SPF must allow; by default those of the variable relay.',
      ),
    nameServers: z
      .boolean()
      .default(true)
      .describe('Ask each domain’s own name servers too, and report when they differ from the resolver.'),
    inbound: inbound
      .optional()
      .describe(
        'Ask the template’s MX hosts whether they accept each domain’s postmaster and refuse a made-up recipient.',
      ),
    transport: transport
      .prefault({})
      .describe('Check MTA-STS, TLS-RPT and DANE where they are published; false: do not.'),
    rotation: rotation.prefault({}).describe('DKIM selectors and the age of their keys, over all domains.'),
    expiry: expiry
      .optional()
      .describe('Ask the registries when the domains’ registrations end (RDAP); {} for the defaults.'),
    resolver: resolverOptions.describe('The name servers that resolve.'),
    deadline: duration({ min: '5s', max: '1h' })
      .default(120_000)
      .describe('Time limit of a run; domains not reached by then are unknown.'),
  })
  .refine((value) => value.domains.length > 0 || value.domainsFile || value.ldap, {
    error: 'expected domains: list them in domains, in a domainsFile, or name the ldap directory',
  })
  .refine(({ inbound: asked, ldap: directory }) => !asked?.users || directory, {
    path: ['inbound', 'users'],
    error: 'expected the directory that has the users in ldap',
  })
  .superRefine(({ domainsFile }, context) => {
    const message = domainsFile === undefined ? null : domainsFileFault(domainsFile);
    if (message !== null) context.addIssue({ code: 'custom', path: ['domainsFile'], message });
  })
  .superRefine(({ template, variables }, context) => {
    try {
      loadTemplate(template, variables);
    } catch (cause) {
      if (!(cause instanceof TemplateError)) throw cause;
      // A file that cannot be read is reported where the configuration is loaded.
      if (cause.unreadable) return;
      context.addIssue({ code: 'custom', path: ['template'], message: cause.message });
    }
  });

/** The first lines of a list of domains that are none; null where all are, and where the loader reports the file. */
function domainsFileFault(file: string): string | null {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch {
    return null;
  }
  const { wrong } = parseDomains(content);
  if (wrong.length === 0) return null;
  const shown = wrong
    .slice(0, SHOWN_LINES)
    .map(({ line, text }) => `${JSON.stringify(text.slice(0, 60))} on line ${line}`);
  const more = wrong.length > SHOWN_LINES ? ` and ${wrong.length - SHOWN_LINES} more` : '';
  return `expected one domain per line; not a domain: ${shown.join(', ')}${more}`;
}

export type ZoneOptions = z.output<typeof zoneOptions>;
export type LdapOptions = z.output<typeof ldap>;
export type UsersOptions = z.output<typeof users>;
