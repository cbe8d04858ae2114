/** `vigie compare`: is it worse than before? Two recordings, or runs of a service's history. */

import { writeFile } from 'node:fs/promises';
import { parseDuration } from '../base/durations.ts';
import { errorCode } from '../base/errno.ts';
import { oneLine, terminalJson } from '../base/escape.ts';
import { EXIT } from '../base/exit-status.ts';
import { IN_MEMORY } from '../base/in-memory.ts';
import { didYouMean } from '../base/suggest.ts';
import { BaselineError, readRuns } from '../compare/baseline.ts';
import { compareRuns, type Verdict } from '../compare/compare.ts';
import { type Border, fromHistory, NothingToCompare } from '../compare/from-history.ts';
import { differences, fromBaseline, fromRuns, type Recording } from '../compare/recording.ts';
import { THRESHOLDS, type Thresholds } from '../compare/thresholds.ts';
import type { Compared } from '../compare/words.ts';
import { historyFile, readHistory } from '../history/open.ts';
import { HistoryError } from '../history/sqlite.ts';
import { comparisonJson } from '../report/compare/json.ts';
import { comparisonJunit } from '../report/compare/junit.ts';
import { reportComparison } from '../report/compare/terminal.ts';
import { comparisonHtml } from '../view/compare/html.ts';
import type { Command } from './command.ts';
import { configFile, load } from './configured.ts';
import { type CommandIo, hasColor, UsageError } from './io.ts';
import { DEFAULT_CONFIG } from './options.ts';
import type { ArgumentsOf } from './table.ts';

const STATUS: Record<Verdict, number> = {
  regression: EXIT.fail,
  'too few runs': EXIT.error,
  improvement: EXIT.pass,
  'no change shown': EXIT.pass,
};

type Arguments = ArgumentsOf<'compare'>;
type Options = Arguments['options'];

export const compare: Command<'compare'> = async (parsed, io) => {
  const { options } = parsed;
  const limits = thresholds(options.threshold);
  const sides = await bothSides(parsed, io);
  if (!sides) return EXIT.usage;
  const found = differences(sides.before, sides.after);
  const against = [...found.impossible, ...(options.force ? [] : found.refused)];
  if (against.length > 0) {
    const force =
      found.impossible.length > 0
        ? ''
        : '\nThis alone could explain a difference. Use --force to compare anyway.';
    io.stderr.write(
      `vigie compare: these cannot be compared:\n${against.map((text) => `  ${oneLine(text)}`).join('\n')}${force}\n`,
    );
    return EXIT.usage;
  }
  const comparison = compareRuns(sides.before.runs, sides.after.runs, limits);
  return print({ ...sides, comparison, differences: found }, options, io);
};

async function print(compared: Compared, { json, junit, html }: Options, io: CommandIo): Promise<number> {
  if (junit !== undefined) await write('--junit', junit, comparisonJunit(compared));
  if (html !== undefined) await write('--html', html, comparisonHtml(compared));
  io.stdout.write(
    json ? `${terminalJson(comparisonJson(compared), 2)}\n` : reportComparison(compared, hasColor(io.stdout)),
  );
  return STATUS[compared.comparison.verdict];
}

async function write(option: string, file: string, content: string): Promise<void> {
  await writeFile(file, content).catch((error: unknown) => {
    throw new UsageError(`${option}: ${file} cannot be written (${errorCode(error)})`);
  });
}

type Sides = Pick<Compared, 'before' | 'after'>;

/** Null where the problems of the configuration have been printed. @throws {UsageError} */
async function bothSides(parsed: Arguments, io: CommandIo): Promise<Sides | null> {
  const { BEFORE: before, AFTER: after } = parsed.arguments;
  const border = borderOf(parsed);
  try {
    if (border) return await sidesOfHistory(parsed, border, io);
    if (before === undefined || after === undefined) {
      throw new UsageError(
        'expected two recordings, BEFORE and AFTER, or --since-upgrade, --since or --last for the history',
      );
    }
    return { before: await recorded(before), after: await recorded(after) };
  } catch (cause) {
    if (
      cause instanceof BaselineError ||
      cause instanceof HistoryError ||
      cause instanceof NothingToCompare
    ) {
      throw new UsageError(cause.message);
    }
    throw cause;
  }
}

async function recorded(file: string): Promise<Recording> {
  const found = await readRuns(file);
  if (!Array.isArray(found)) return fromBaseline(file, found as Exclude<typeof found, readonly unknown[]>);
  if (found.length === 0) throw new UsageError(`${file} contains no runs`);
  return fromRuns(file, found);
}

/** Where history is divided; null where recordings are compared. */
function borderOf({ options, given }: Arguments): Border | null {
  const { 'since-upgrade': upgrade, since } = options;
  if (upgrade && since !== undefined) throw new UsageError('--since-upgrade and --since exclude each other');
  if (upgrade) return { at: 'upgrade' };
  if (since !== undefined) return { at: 'time', time: since };
  return given.has('last') ? { at: 'half' } : null;
}

async function sidesOfHistory(
  { arguments: { BEFORE: name, AFTER: extra }, options }: Arguments,
  border: Border,
  io: CommandIo,
): Promise<Sides | null> {
  if (extra !== undefined) throw new UsageError(`unexpected argument "${extra}"`);
  const directory = options.history ?? (await configuredHistory(options, io));
  if (directory === null) return null;
  let skipped = 0;
  const history = readHistory(historyFile(directory), () => {
    skipped += 1;
  });
  try {
    const known = history.checks();
    const check = name ?? only(known);
    const names = known.map((each) => each.name);
    if (!names.includes(check)) {
      throw new UsageError(
        `the history has no runs of check "${check}"${didYouMean(check, names) || `; it has ${names.join(', ') || 'none'}`}`,
      );
    }
    const sides = fromHistory(history, check, options.last, border);
    if (skipped > 0)
      io.stderr.write(`vigie compare: runs of the history skipped as unreadable: ${skipped}\n`);
    return sides;
  } finally {
    history.close();
  }
}

/** The one check that can be meant where none is named. */
function only(known: readonly { name: string; kind: string }[]): string {
  const calls = known.filter(({ kind }) => kind === 'call');
  const [first, ...others] = calls.length > 0 ? calls : known;
  if (first && others.length === 0) return first.name;
  if (!first) throw new UsageError('the history has no runs');
  throw new UsageError(`missing argument CHECK: one of ${known.map(({ name }) => name).join(', ')}`);
}

/** The directory of the history that a configuration names; null when its problems have been printed. */
export async function configuredHistory(
  { config }: Pick<Options, 'config'>,
  io: CommandIo,
): Promise<string | null> {
  const file = configFile(config);
  if (file === null) {
    throw new UsageError(
      `there is no ${DEFAULT_CONFIG} in this directory; name the history with --history or --config`,
    );
  }
  const loaded = await load(file, io);
  if (loaded?.history.dir === IN_MEMORY) {
    throw new UsageError(`${file} keeps no history on disk: its history.dir is "${IN_MEMORY}"`);
  }
  return loaded?.history.dir ?? null;
}

/** What `--threshold` may set, and how its value is read. */
const LIMITS: Record<keyof Thresholds, { expected: string; read: (text: string) => number | null }> = {
  rate: { expected: 'a share of the runs, such as 2%', read: readShare },
  ratio: {
    expected: 'a ratio above 1, such as 1.2',
    read: (text) => (Number(text) > 1 ? Number(text) : null),
  },
  latency: { expected: 'a duration, such as 20ms', read: parseDuration },
  distortion: { expected: 'a share of what arrives, such as 2%', read: (text) => inPercent(readShare(text)) },
  time: { expected: 'a duration, such as 250ms', read: parseDuration },
};

/** `rate=2%`, `ratio=1.2`, `latency=20ms`, `distortion=2%`, `time=0.25s`. */
function thresholds(given: readonly string[]): Thresholds {
  const limits = { ...THRESHOLDS };
  for (const text of given) {
    const [name = '', value = ''] = text.split('=', 2);
    if (!Object.hasOwn(LIMITS, name)) {
      throw new UsageError(
        `--threshold: expected one of ${Object.keys(LIMITS).join(', ')} with "=" and a value, found "${text}"`,
      );
    }
    const key = name as keyof Thresholds;
    const read = LIMITS[key].read(value);
    if (read === null)
      throw new UsageError(`--threshold ${key}: expected ${LIMITS[key].expected}, found "${value}"`);
    limits[key] = read;
  }
  return limits;
}

const inPercent = (share: number | null): number | null => (share === null ? null : share * 100);

function readShare(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text);
  if (!match) return null;
  const share = Number(match[1]) / (match[2] ? 100 : 1);
  return share <= 1 ? share : null;
}
