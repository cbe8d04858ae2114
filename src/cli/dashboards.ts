/** `vigie dashboards`: the dashboards and alert rules, generated, or checked for being current. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { generate } from '../../dashboards/generate.ts';
import { cadencesOf } from '../../dashboards/intervals.ts';
import { errorCode } from '../base/errno.ts';
import { type Command, type CommandIo, EXIT, readArguments, UsageError } from './io.ts';
import { load } from './run.ts';

export const DASHBOARDS_USAGE = `Usage: vigie dashboards [options]

Writes Grafana dashboards (grafana/) and Prometheus alert rules (prometheus/).

  --out DIR            where to (dashboards/generated, beside Vigie's own files)
  --check              write nothing, only say whether the files there are current
  --config FILE        make the rules for the intervals of this configuration's checks
                       (without it: for the usual intervals, and the sandbox's)
  --vigie-url URL      where people reach Vigie's pages (http:// and the address that Prometheus scrapes)
  --grafana-url URL    where they reach Grafana (http://localhost:3000)
  --runbook-url URL    a directory with the runbooks (Vigie serves them itself, at /runbooks)
  --help               this text

Exit status: 0 written, or current; 1 not current (--check); 2 wrong usage or configuration.
`;

/** The committed files, which the stack uses. */
const COMMITTED = join(import.meta.dirname, '../../dashboards/generated');

export const dashboards: Command = async (argv, io) => {
  const { values } = readArguments({
    args: argv,
    options: {
      out: { type: 'string' },
      check: { type: 'boolean', default: false },
      config: { type: 'string' },
      'vigie-url': { type: 'string' },
      'grafana-url': { type: 'string' },
      'runbook-url': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.stdout.write(DASHBOARDS_USAGE);
    return EXIT.pass;
  }
  const config = values.config === undefined ? undefined : await load(values.config, io);
  if (config === null) return EXIT.usage;
  const vigie = url('--vigie-url', values['vigie-url']);
  const grafana = url('--grafana-url', values['grafana-url']);
  const runbooks = url('--runbook-url', values['runbook-url']);
  const files = generate({
    ...(config && { cadences: cadencesOf(config) }),
    bases: { ...(vigie && { vigie }), ...(grafana && { grafana }), ...(runbooks && { runbooks }) },
  });
  const directory = values.out ?? COMMITTED;
  return values.check ? check(files, directory, io) : write(files, directory, io);
};

/** @throws {UsageError} */
function url(flag: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new UsageError(`${flag}: expected an address such as https://vigie.example.org, found "${text}"`);
}

async function write(files: ReadonlyMap<string, string>, directory: string, io: CommandIo): Promise<number> {
  for (const [name, content] of files) {
    const path = join(directory, name);
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    } catch (cause) {
      throw new UsageError(`--out: ${path} cannot be written (${errorCode(cause)})`);
    }
    io.stdout.write(`${path}\n`);
  }
  return EXIT.pass;
}

async function check(files: ReadonlyMap<string, string>, directory: string, io: CommandIo): Promise<number> {
  const faults: string[] = [];
  for (const [name, content] of files) {
    const path = join(directory, name);
    const found = await readFile(path, 'utf8').catch((cause: unknown) => {
      faults.push(
        `${path}: ${errorCode(cause) === 'ENOENT' ? 'missing' : `cannot be read (${errorCode(cause)})`}`,
      );
      return null;
    });
    if (found !== null && found !== content) faults.push(`${path}: not current`);
  }
  for (const name of await leftOver(directory, files))
    faults.push(`${join(directory, name)}: not generated any more`);
  for (const fault of faults) io.stdout.write(`${fault}\n`);
  if (faults.length > 0) {
    io.stderr.write('"vigie dashboards" with the same options writes them anew.\n');
    return EXIT.fail;
  }
  io.stdout.write(`${directory}: ${files.size} files, all current\n`);
  return EXIT.pass;
}

/** Files in the directories of ours that nothing generates. */
async function leftOver(directory: string, files: ReadonlyMap<string, string>): Promise<string[]> {
  const ours = new Set([...files.keys()].map((name) => dirname(name)));
  const found: string[] = [];
  for (const folder of ours) {
    const entries = await readdir(join(directory, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const name = relative(directory, join(directory, folder, entry.name));
      if (entry.isFile() && /\.(json|ya?ml)$/.test(name) && !files.has(name)) found.push(name);
    }
  }
  return found;
}
