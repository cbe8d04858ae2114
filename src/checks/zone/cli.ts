/** `vigie zone`: domains against the template, without a configuration. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseDuration } from '../../config/units.ts';
import { isDomainName, normaliseName, parseServer } from '../../dns/name.ts';
import type { CheckContext, Run } from '../check.ts';
import { runCheck } from '../run.ts';
import { parseDomains } from './domains.ts';
import { zoneKind } from './index.ts';
import { type ZoneOptions, zoneOptions } from './options.ts';
import { showZoneRun } from './show.ts';
import { DEFAULT_TEMPLATE, loadTemplate, TemplateError } from './template.ts';

export const ZONE_USAGE = `Usage: vigie zone DOMAIN... [options]

Compares the mail records of domains (MX, SPF, DKIM, DMARC, report authorisation) with the operator's
template and prints, for what is wrong, the record to publish.

  --template FILE         a template in YAML; by default Deuxfleurs' own
  --set NAME=VALUE        a variable of the template (again for more): operator, mx, relay, selector, key, contact;
                          VALUE may be file:PATH. Without key, the key that the operator's domain publishes counts
  --file FILE             further domains, one per line; - reads standard input
  --resolver HOST[:PORT]  the name server to ask (again for more); by default the system's
  --engine dns2|node      how it is asked; node is c-ares
  --timeout DURATION      for one question with all its retries (5s)
  --egress IP             an address that mail leaves from, which SPF must allow (again for more);
                          by default those of the relay
  --no-name-servers       do not ask the domains' own name servers
  --strict                a degraded result counts as a failure
  --json                  print the run as JSON
  --help                  this text

Exit status: 0 the records are right, 1 something is wrong, 2 wrong usage, 3 could not tell.
`;

/** What the command reads and writes; `signal` aborts it. */
export interface CommandIo {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

class UsageError extends Error {}

/** Runs `vigie zone` with the words behind it; gives the exit status. Never rejects for a user's mistake. */
export async function zoneCommand(argv: string[], io: CommandIo): Promise<number> {
  let parsed: ReturnType<typeof read>;
  try {
    parsed = read(argv);
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    io.stderr.write(`vigie zone: ${cause.message}\nTry "vigie zone --help".\n`);
    return 2;
  }
  if (parsed === null) {
    io.stdout.write(ZONE_USAGE);
    return 0;
  }
  const live = isTerminal(io.stderr);
  const run = await runCheck(zoneKind, parsed.options, contextFor(parsed.options, io, live));
  if (live) io.stderr.write('\r\u001B[K');
  io.stdout.write(
    parsed.json
      ? `${JSON.stringify([run], null, 2)}\n`
      : showZoneRun(run, isTerminal(io.stdout) && !process.env.NO_COLOR),
  );
  return exitStatus(run, parsed.strict);
}

/** 0 pass, 1 fail (`strict`: or degraded), 3 error. */
function exitStatus({ outcome }: Run, strict: boolean): number {
  if (outcome === 'fail' || (strict && outcome === 'degraded')) return 1;
  return outcome === 'error' ? 3 : 0;
}

function contextFor(options: ZoneOptions, { stderr, signal }: CommandIo, live: boolean): CheckContext {
  const say = (fields: object, message: string) => stderr.write(`${message} ${JSON.stringify(fields)}\n`);
  const [first = 'zone'] = options.domains;
  return {
    name: options.domains.length === 1 ? first : 'zone',
    signal,
    evidence: null,
    log: { debug: () => {}, info: () => {}, warn: say, error: say },
    progress: ({ text }) => {
      if (live) stderr.write(`\r\u001B[K${text}`);
    },
  };
}

function isTerminal(stream: NodeJS.WritableStream): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}

const FLAGS = {
  template: { type: 'string' },
  set: { type: 'string', multiple: true },
  file: { type: 'string' },
  resolver: { type: 'string', multiple: true },
  engine: { type: 'string' },
  timeout: { type: 'string' },
  egress: { type: 'string', multiple: true },
  'no-name-servers': { type: 'boolean' },
  strict: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Null: help was asked for. @throws UsageError */
function read(argv: string[]): { options: ZoneOptions; json: boolean; strict: boolean } | null {
  const { values, positionals } = parse(argv);
  if (values.help) return null;
  const domains = positionals.map(readDomain);
  if (values.file !== undefined) domains.push(...readList(values.file));
  if (domains.length === 0) throw new UsageError('expected at least one domain.');
  const variables = Object.fromEntries((values.set ?? []).map(readVariable));
  checkTemplate(values.template, variables);
  const servers = values.resolver ?? [];
  const wrong = servers.find((text) => parseServer(text) === null);
  if (wrong !== undefined) {
    throw new UsageError(
      `--resolver: expected HOST[:PORT], such as 9.9.9.9 or 127.0.0.1:5353, found "${wrong}".`,
    );
  }
  if (values.timeout !== undefined && parseDuration(values.timeout) === null) {
    throw new UsageError(`--timeout: expected a duration, such as 5s, found "${values.timeout}".`);
  }
  const result = zoneOptions.safeParse({
    domains: [...new Set(domains)],
    variables,
    nameServers: values['no-name-servers'] !== true,
    egress: values.egress ?? [],
    ...(values.template === undefined ? {} : { template: values.template }),
    resolver: {
      servers,
      ...(values.engine === undefined ? {} : { engine: values.engine }),
      ...(values.timeout === undefined ? {} : { timeout: values.timeout }),
    },
  });
  if (!result.success) {
    const [issue] = result.error.issues;
    const name = issue?.path.findLast((part) => typeof part === 'string') ?? '';
    throw new UsageError(`--${name}: ${issue?.message}.`);
  }
  return { options: result.data, json: values.json === true, strict: values.strict === true };
}

function parse(argv: string[]) {
  try {
    return parseArgs({ args: argv, options: FLAGS, allowPositionals: true });
  } catch (cause) {
    throw new UsageError((cause as Error).message);
  }
}

function readDomain(text: string): string {
  const name = normaliseName(text);
  if (name === null || !isDomainName(name)) {
    throw new UsageError(`expected a domain, such as example.org, found "${text}".`);
  }
  return name;
}

function readList(file: string): string[] {
  let content: string;
  try {
    content = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw new UsageError(`--file: ${file} cannot be read (${(cause as NodeJS.ErrnoException).code}).`);
  }
  const { domains, wrong } = parseDomains(content);
  const [first] = wrong;
  if (first) {
    throw new UsageError(
      `--file: ${file}:${first.line}: "${first.text}" is not a domain; expected one per line.`,
    );
  }
  return domains;
}

function readVariable(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals <= 0) throw new UsageError(`--set: expected NAME=VALUE, found "${text}".`);
  const name = text.slice(0, equals).trim();
  const value = text.slice(equals + 1);
  if (!value.startsWith('file:')) return [name, value];
  const file = value.slice('file:'.length);
  try {
    return [name, readFileSync(file, 'utf8').trim()];
  } catch (cause) {
    throw new UsageError(`--set ${name}: ${file} cannot be read (${(cause as NodeJS.ErrnoException).code}).`);
  }
}

/** A template that cannot be used is wrong usage, and not a run that could not tell. */
function checkTemplate(file: string | undefined, variables: Record<string, string>): void {
  try {
    loadTemplate(file ?? DEFAULT_TEMPLATE, variables);
  } catch (cause) {
    if (cause instanceof TemplateError) throw new UsageError(cause.message);
    throw cause;
  }
}
