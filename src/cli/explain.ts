/** `vigie explain`: what a finding or an alert means and what to do, from the documentation of its kind and the runbooks. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT } from '../base/exit-status.ts';
import { didYouMean } from '../base/suggest.ts';
import { commonCauses } from '../checks/causes.ts';
import { KINDS, type Kind } from '../checks/check.ts';
import { kinds } from '../checks/kinds.ts';
import type { Command } from './command.ts';
import { type CommandIo, UsageError } from './io.ts';

const TOP = join(import.meta.dirname, '../..');
const RUNBOOKS = join(TOP, 'dashboards/runbooks');

interface Runbook {
  readonly name: string;
  readonly text: string;
}

export const explain: Command<'explain'> = async ({ arguments: { ID: id } }, io) => {
  const runbooks = await readRunbooks();
  if (id === undefined) {
    io.stdout.write(list(runbooks));
    return EXIT.pass;
  }
  const runbook = runbooks.find(({ name }) => name === id);
  if (runbook) {
    io.stdout.write(`${plain(runbook.text).trim()}\n`);
    return EXIT.pass;
  }
  const its = KINDS.filter((kind) => findingsOf(kind).includes(id));
  if (its.length === 0) {
    const known = [...runbooks.map(({ name }) => name), ...KINDS.flatMap(findingsOf)];
    throw new UsageError(`unknown id "${id}"${didYouMean(id, known) || '; without an id, all are listed'}`);
  }
  await finding(id, its, runbooks, io);
  return EXIT.pass;
};

/** The ids of findings that checks of a kind may have. */
function findingsOf(kind: Kind): string[] {
  return Object.keys({ ...kinds[kind].causes, ...commonCauses }).sort();
}

async function readRunbooks(): Promise<Runbook[]> {
  const files = (await readdir(RUNBOOKS)).filter((name) => /^Vigie\w+\.md$/.test(name)).sort();
  return await Promise.all(
    files.map(async (file) => ({
      name: file.replace(/\.md$/, ''),
      text: await readFile(join(RUNBOOKS, file), 'utf8'),
    })),
  );
}

function list(runbooks: readonly Runbook[]): string {
  const alerts = runbooks.map(({ name, text }) => `  ${name.padEnd(27)}${meaningOf(text)}`);
  const findings = KINDS.map((kind) => {
    const own = Object.keys(kinds[kind].causes).sort();
    return `Findings of ${kind} checks:\n${own.map((id) => `  ${id}`).join('\n')}`;
  });
  return `Alerts:\n${alerts.join('\n')}\n\n${findings.join('\n\n')}\n\nvigie explain ID says what one means and what to do.\n`;
}

/** The first sentence of a runbook's meaning. */
function meaningOf(text: string): string {
  const meaning = /^## Meaning\n+([\s\S]*?)\n\n/m.exec(text)?.[1] ?? '';
  return plain(meaning.replaceAll('\n', ' ')).replace(/(?<=\.)\s.*$/, '');
}

async function finding(
  id: string,
  its: readonly Kind[],
  runbooks: readonly Runbook[],
  io: CommandIo,
): Promise<void> {
  const documents = await Promise.all(
    its.map((kind) => readFile(join(TOP, `docs/${kind}.md`), 'utf8').catch(() => '')),
  );
  // A row is about what its first cell names.
  const rows = (text: string) =>
    text.split('\n').filter((line) => /^\s*\|/.test(line) && line.split('|')[1]!.includes(`\`${id}\``));
  const naming = runbooks.filter(({ text }) => text.includes(`\`${id}\``));
  io.stdout.write(`${id}: a finding of ${its.join(', ')} checks\n`);
  for (const [index, text] of documents.entries()) {
    for (const row of rows(text)) io.stdout.write(`\n${cells(row)}\n  (docs/${its[index]}.md)\n`);
  }
  for (const { name, text } of naming) {
    io.stdout.write(`\n${name}${rows(text).length > 0 ? ':' : ''}\n`);
    for (const row of rows(text)) io.stdout.write(`${cells(row)}\n`);
    io.stdout.write(`  The whole runbook: vigie explain ${name}\n`);
  }
  // No runbook has a line of its own for it: the one of its kind has the way to look.
  if (naming.length === 0) {
    io.stdout.write('\nThe runbook of checks that fail: vigie explain VigieCheckFailing\n');
  }
}

/** A row of a table as lines, without the marks of Markdown. */
function cells(row: string): string {
  const all = row
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/);
  return all
    .map((cell) => plain(cell.trim()))
    .filter((cell) => cell !== '')
    .map((cell) => `  ${cell}`)
    .join('\n');
}

/** Text without links, emphasis and code marks. */
function plain(markdown: string): string {
  return markdown
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replace(/\*\*([^*]+)\*\*/g, '$1')
    .replaceAll('`', '')
    .replaceAll('\\|', '|');
}
