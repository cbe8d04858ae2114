/** `vigie changes`: what changed in the records of the hosted domains, from the history, in words for their customers. */
import { printable, terminalJson } from '../base/escape.ts';
import { EXIT } from '../base/exit-status.ts';
import { didYouMean } from '../base/suggest.ts';
import type { Run } from '../checks/check.ts';
import { type DomainChanges, zoneChanges } from '../compare/zone-changes.ts';
import { type HistoryReader, historyFile, readHistory } from '../history/open.ts';
import { HistoryError } from '../history/sqlite.ts';
import { changesText } from '../report/zone-changes.ts';
import type { Command } from './command.ts';
import { configuredHistory } from './compare.ts';
import { UsageError } from './io.ts';

/** Of each side: what the latest run could not tell, those before it may have. */
const RUNS = 5;

export const changes: Command<'changes'> = async ({ arguments: { CHECK: name }, options }, io) => {
  const directory = options.history ?? (await configuredHistory(options, io));
  if (directory === null) return EXIT.usage;
  try {
    const history = readHistory(historyFile(directory));
    try {
      const sides = sidesOf(history, checkOf(history, name), options.since);
      const wanted = new Set(options.domain.map((domain) => domain.toLowerCase()));
      const found = zoneChanges(sides.before.map(domainsOf), sides.after.map(domainsOf)).filter(
        ({ domain }) => wanted.size === 0 || wanted.has(domain),
      );
      const period = { from: sides.before[0]!.startedAt, to: sides.after[0]!.startedAt };
      io.stdout.write(
        options.json
          ? `${terminalJson({ ...period, domains: found }, 2)}\n`
          : printed(found, period, options.language),
      );
      return EXIT.pass;
    } finally {
      history.close();
    }
  } catch (cause) {
    if (cause instanceof HistoryError) throw new UsageError(cause.message);
    throw cause;
  }
};

function printed(
  found: readonly DomainChanges[],
  { from, to }: { from: string; to: string },
  language: 'en' | 'fr',
): string {
  return changesText(found, from, to, language)
    .split('\n')
    .map((line) => printable(line))
    .join('\n');
}

function domainsOf(run: Run) {
  return run.zone?.domains ?? [];
}

function checkOf(history: HistoryReader, name: string | undefined): string {
  const names = history
    .checks()
    .filter(({ kind }) => kind === 'zone')
    .map((each) => each.name);
  if (name === undefined && names.length === 1) return names[0]!;
  if (names.length === 0) throw new UsageError('the history has no runs of a zone check');
  if (name === undefined) throw new UsageError(`missing argument CHECK: one of ${names.join(', ')}`);
  if (names.includes(name)) return name;
  throw new UsageError(
    `the history has no runs of a zone check "${name}"${didYouMean(name, names) || `; it has ${names.join(', ')}`}`,
  );
}

interface Sides {
  readonly before: readonly Run[];
  readonly after: readonly Run[];
}

/** The latest run and the one before it; with a time, the runs since then and those before. */
function sidesOf(history: HistoryReader, check: string, since: string | undefined): Sides {
  const some = (filter: object) =>
    history.list({ check, kind: 'zone', limit: RUNS, ...filter }).filter((run) => run.zone !== undefined);
  const runs = some(since === undefined ? {} : { from: since });
  const before = since === undefined ? runs.slice(1) : some({ to: since });
  const after = since === undefined ? runs.slice(0, 1) : runs;
  if (after.length === 0 || before.length === 0) {
    throw new UsageError(
      since === undefined
        ? `the history has fewer than two runs of ${check} that found something`
        : `the history has no run of ${check} ${after.length === 0 ? 'since' : 'before'} ${since} that found something`,
    );
  }
  return { before, after };
}
