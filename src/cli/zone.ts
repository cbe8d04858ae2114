/** `vigie zone`: domains against the template, without a configuration. */
import { readFileSync } from 'node:fs';
import { errorCode } from '../base/errno.ts';
import { oneLine, terminalJson } from '../base/escape.ts';
import { createLane, inLane } from '../base/lane.ts';
import { parseDomains } from '../checks/records/domains-file.ts';
import { zoneKind } from '../checks/zone/index.ts';
import { type ZoneOptions, zoneOptions } from '../checks/zone/options.ts';
import { howToChoose, loadTemplate, TemplateError } from '../checks/zone/template.ts';
import { isDomainName, normaliseName, parseServer } from '../dns/name.ts';
import { customerMessage } from '../report/customer/message.ts';
import type { Command } from './command.ts';
import { execute, exitStatus, type Job, runJob, writeAll } from './execute.ts';
import { type CommandIo, UsageError } from './io.ts';
import type { ArgumentsOf } from './table.ts';

type Options = ArgumentsOf<'zone'>['options'];

export const zoneCommand: Command<'zone'> = async ({ arguments: { DOMAIN }, options, given }, io) => {
  const domains = DOMAIN.map(readDomain);
  if (options.file !== undefined) domains.push(...readList(options.file));
  const read = readOptions([...new Set(domains)], options);
  const name = read.domains.length === 1 ? read.domains[0]! : 'zone';
  const job = { name, kind: zoneKind, options: read };
  if (options['for-customer']) return forCustomers(job, options, io);
  for (const option of ['language', 'registrar'] as const) {
    if (given.has(option)) throw new UsageError(`--${option} needs --for-customer`);
  }
  if (options['json-lines']) return asLines(job, options, io);
  return execute([job], options, io);
};

/** Prints a message for each domain in place of the run. What prevents the run goes to standard error. */
async function forCustomers(job: Job, options: Options, io: CommandIo): Promise<number> {
  refuse('for-customer', ['json', 'junit', 'json-lines'], options);
  const run = await runJob(job, false, options, io);
  const { language, registrar = null } = options;
  const domains = run.zone?.domains ?? [];
  const messages = domains.map((domain) =>
    customerMessage(domain, { language, registrar, at: run.startedAt }),
  );
  io.stdout.write(messages.join(`\n${'-'.repeat(72)}\n\n`));
  const own = run.findings.filter(({ outcome }) => outcome === 'error');
  for (const { text } of own) io.stderr.write(`vigie zone: ${oneLine(text)}\n`);
  return exitStatus([run], options.strict);
}

/** Prints each domain as one line of JSON when it is judged, and the run, without its domains, as the last line. */
async function asLines(job: Job, options: Options, io: CommandIo): Promise<number> {
  refuse('json-lines', ['json', 'junit', 'evidence'], options);
  // One at a time: each waits until the line before it is out.
  const lane = createLane(1);
  const write = (value: unknown) => inLane(lane, () => writeAll(io.stdout, [`${terminalJson(value)}\n`]));
  const run = await runJob(job, false, options, io, write);
  await write(run);
  return exitStatus([run], options.strict);
}

function refuse(
  chosen: 'for-customer' | 'json-lines',
  others: readonly ('json' | 'junit' | 'json-lines' | 'evidence')[],
  options: Options,
): void {
  for (const option of others) {
    if (options[option]) throw new UsageError(`--${chosen} and --${option} exclude each other`);
  }
}

function readOptions(domains: readonly string[], given: Options): ZoneOptions {
  if (domains.length === 0) throw new UsageError('missing argument DOMAIN: a domain, such as example.org');
  const variables = Object.fromEntries(given.set.map(readVariable));
  const { template } = given;
  if (template === undefined) {
    throw new UsageError(`missing option --template: what every domain must publish; ${howToChoose()}`);
  }
  checkTemplate(template, variables);
  const wrong = given.resolver.find((text) => parseServer(text) === null);
  if (wrong !== undefined) {
    throw new UsageError(
      `--resolver: expected HOST[:PORT], such as 9.9.9.9 or 127.0.0.1:5353, found "${wrong}"`,
    );
  }
  const result = zoneOptions.safeParse({
    domains,
    variables,
    nameServers: !given['no-name-servers'],
    egress: given.egress,
    template,
    resolver: { servers: given.resolver, timeout: given.timeout },
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
    throw new UsageError(`--file: ${file} cannot be read (${errorCode(cause)})`);
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
    throw new UsageError(`--set ${name}: ${file} cannot be read (${errorCode(cause)})`);
  }
}

/** A template that cannot be used is wrong usage, not a run that could not tell. */
function checkTemplate(template: string, variables: Readonly<Record<string, string>>): void {
  try {
    loadTemplate(template, variables);
  } catch (cause) {
    if (cause instanceof TemplateError) throw new UsageError(cause.message);
    throw cause;
  }
}
