/** `vigie zone`: domains against the template, without a configuration. */
import { readFileSync } from 'node:fs';
import { parseDuration } from '../base/units.ts';
import { parseDomains } from '../checks/zone/domains.ts';
import { zoneKind } from '../checks/zone/index.ts';
import { type ZoneOptions, zoneOptions } from '../checks/zone/options.ts';
import { howToChoose, loadTemplate, TemplateError } from '../checks/zone/template.ts';
import { isDomainName, normaliseName, parseServer } from '../dns/name.ts';
import { execute, OUTPUT_OPTIONS } from './execute.ts';
import { type CommandIo, readArguments, UsageError } from './io.ts';

export const ZONE_USAGE = `Usage: vigie zone DOMAIN... [options]

Compares the mail records of domains (MX, SPF, DKIM, DMARC, the authorisation of DMARC reports) with the
operator's template and prints, for what is wrong, the record to publish.

  --template NAME|FILE    what every domain has to publish (required): a ready template by its name, such as
                          deuxfleurs, or a YAML file
  --set NAME=VALUE        a variable of the template: operator, mx, relay, selector, key, contact (repeatable);
                          VALUE may be file:PATH. Without key, the key that the operator's domain publishes counts
  --file FILE             further domains, one per line; - reads standard input
  --resolver HOST[:PORT]  the name server to ask (repeatable); by default the system's
  --timeout DURATION      for one question with all its retries (5s)
  --egress IP             an address that mail leaves from, which SPF must allow (repeatable);
                          by default those of the relay
  --no-name-servers       do not ask the domains' own name servers
  --json                  print the run as JSON
  --junit FILE            write the run as JUnit XML, too
  --evidence DIR          leave the run and all records there
  --strict                a degraded result counts as a failure
  --help                  this text

Exit status: 0 the records are right, 1 something is wrong, 2 wrong usage, 3 could not tell.
`;

/** Runs `vigie zone` with the words behind it; gives the exit status. @throws UsageError */
export async function zoneCommand(argv: string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArguments({
    args: argv,
    allowPositionals: true,
    options: {
      template: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      file: { type: 'string' },
      resolver: { type: 'string', multiple: true, default: [] },
      timeout: { type: 'string' },
      egress: { type: 'string', multiple: true, default: [] },
      'no-name-servers': { type: 'boolean', default: false },
      ...OUTPUT_OPTIONS,
    },
  });
  if (values.help) {
    io.stdout.write(ZONE_USAGE);
    return 0;
  }
  const domains = positionals.map(readDomain);
  if (values.file !== undefined) domains.push(...readList(values.file));
  const options = readOptions([...new Set(domains)], {
    ...values,
    variables: Object.fromEntries(values.set.map(readVariable)),
  });
  const name = options.domains.length === 1 ? options.domains[0]! : 'zone';
  return execute([{ name, kind: zoneKind, options }], values, io);
}

interface Given {
  readonly template?: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
  readonly resolver: readonly string[];
  readonly timeout?: string | undefined;
  readonly egress: readonly string[];
  readonly 'no-name-servers': boolean;
}

function readOptions(domains: readonly string[], given: Given): ZoneOptions {
  if (domains.length === 0) throw new UsageError('expected at least one domain, such as example.org');
  const { template } = given;
  if (template === undefined) {
    throw new UsageError(
      `--template is missing, which states what every domain has to publish: ${howToChoose()}`,
    );
  }
  checkTemplate(template, given.variables);
  const wrong = given.resolver.find((text) => parseServer(text) === null);
  if (wrong !== undefined) {
    throw new UsageError(
      `--resolver: expected HOST[:PORT], such as 9.9.9.9 or 127.0.0.1:5353, found "${wrong}"`,
    );
  }
  if (given.timeout !== undefined && parseDuration(given.timeout) === null) {
    throw new UsageError(`--timeout: expected a duration, such as 5s, found "${given.timeout}"`);
  }
  const result = zoneOptions.safeParse({
    domains,
    variables: given.variables,
    nameServers: !given['no-name-servers'],
    egress: given.egress,
    template,
    resolver: {
      servers: given.resolver,
      ...(given.timeout === undefined ? {} : { timeout: given.timeout }),
    },
  });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const name = issue?.path.findLast((part) => typeof part === 'string') ?? '';
  throw new UsageError(`--${name}: ${issue?.message}`);
}

function readDomain(text: string): string {
  const name = normaliseName(text);
  if (name === null || !isDomainName(name)) {
    throw new UsageError(`expected a domain, such as example.org, found "${text}"`);
  }
  return name;
}

function readList(file: string): string[] {
  let content: string;
  try {
    content = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw new UsageError(`--file: ${file} cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  }
  const { domains, wrong } = parseDomains(content);
  const [first] = wrong;
  if (first) {
    throw new UsageError(
      `--file: ${file}:${first.line}: "${first.text}" is not a domain; expected one per line`,
    );
  }
  return domains;
}

function readVariable(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals <= 0) throw new UsageError(`--set: expected NAME=VALUE, found "${text}"`);
  const name = text.slice(0, equals).trim();
  const value = text.slice(equals + 1);
  if (!value.startsWith('file:')) return [name, value];
  const file = value.slice('file:'.length);
  try {
    return [name, readFileSync(file, 'utf8').trim()];
  } catch (cause) {
    throw new UsageError(`--set ${name}: ${file} cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  }
}

/** A template that cannot be used is wrong usage, and not a run that could not tell. */
function checkTemplate(template: string, variables: Readonly<Record<string, string>>): void {
  try {
    loadTemplate(template, variables);
  } catch (cause) {
    if (cause instanceof TemplateError) throw new UsageError(cause.message);
    throw cause;
  }
}
