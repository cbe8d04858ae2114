/** `vigie dashboards`: generates the dashboards and alert rules, or checks that they are current. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { generate } from '../../dashboards/generate.ts';
import { errorCode, fileFault } from '../base/errno.ts';
import { EXIT } from '../base/exit-status.ts';
import type { Command } from './command.ts';
import { type CommandIo, UsageError } from './io.ts';

/** The committed files, which the stack uses. */
const COMMITTED = join(import.meta.dirname, '../../dashboards/generated');

export const dashboards: Command<'dashboards'> = async ({ options }, io) => {
  const { 'vigie-url': vigie, 'grafana-url': grafana, 'runbook-url': runbooks } = options;
  const files = generate({
    bases: { ...(vigie && { vigie }), ...(grafana && { grafana }), ...(runbooks && { runbooks }) },
  });
  const directory = options.out ?? COMMITTED;
  return options.check ? check(files, directory, io) : write(files, directory, io);
};

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
  const differences: string[] = [];
  for (const [name, content] of files) {
    const path = join(directory, name);
    const found = await readFile(path, 'utf8').catch((cause: unknown) => {
      differences.push(
        `${path}: ${fileFault(cause) === 'no-file' ? 'missing' : `cannot be read (${errorCode(cause)})`}`,
      );
      return null;
    });
    if (found !== null && found !== content) differences.push(`${path}: not current`);
  }
  for (const name of await leftOver(directory, files))
    differences.push(`${join(directory, name)}: no longer generated`);
  for (const difference of differences) io.stdout.write(`${difference}\n`);
  if (differences.length > 0) {
    io.stderr.write('"vigie dashboards" with the same options rewrites them.\n');
    return EXIT.fail;
  }
  io.stdout.write(`${directory}: ${files.size} files, all current\n`);
  return EXIT.pass;
}

/** Files in our directories that nothing generates. */
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
