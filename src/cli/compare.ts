/** `vigie compare`: is it worse than before? Two recordings, or what a service remembers. */

import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { errorCode } from '../base/errno.ts';
import { IN_MEMORY } from '../base/in-memory.ts';
import { parseDuration } from '../base/units.ts';
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
import { type Command, type CommandIo, EXIT, hasColor, meant, readArguments, UsageError } from './io.ts';
import { DEFAULT_CONFIG, load } from './run.ts';

export const COMPARE_USAGE = `Usage: vigie compare BEFORE AFTER [options]
       vigie compare [CHECK] --since-upgrade|--since TIME|--last N [options]

Says whether it is worse than before, how sure that is, and what tells it. BEFORE and AFTER are recordings of
"vigie record", or lists of runs as --json prints them; without them, the history that a service keeps is read.

  --since-upgrade    from history: the runs since lib-jitsi-meet last changed against those before
  --since TIME       from history: the runs since then against those before, such as 2026-11-22T14:00:00Z
  --last N           from history: at most the last N runs of each side (100); alone, the last N against the N before
  --config FILE      the configuration that says where the history is (vigie.yaml)
  --history DIR      the history's directory
  --force            compare although configuration, browsers or place are not the same
  --threshold NAME=VALUE
                     the smallest change that matters (again for more): rate=2% of the runs; ratio=1.2 of
                     medians, and at least latency=20ms, time=250ms
  --json             print the comparison as JSON
  --junit FILE       write it as JUnit XML, too: a regression is a failure, too few runs an error
  --html FILE        write it as a page, too: one file, with every stream before and after
  --help             this text

Exit status: 0 no change was shown, or an improvement; 1 a regression; 2 wrong usage, or recordings that cannot be
compared; 3 too few runs to tell, or none that could tell.
`;

const STATUS: Record<Verdict, number> = {
  regression: EXIT.fail,
  'too few runs': EXIT.error,
  improvement: EXIT.pass,
  'no change shown': EXIT.pass,
};

interface Values {
  readonly 'since-upgrade': boolean;
  readonly since?: string | undefined;
  readonly last?: string | undefined;
  readonly config?: string | undefined;
  readonly history?: string | undefined;
  readonly threshold?: string[] | undefined;
  readonly force: boolean;
  readonly json: boolean;
  readonly junit?: string | undefined;
  readonly html?: string | undefined;
}

export const compare: Command = async (argv, io) => {
  const { values, positionals } = readArguments({
    args: argv,
    allowPositionals: true,
    options: {
      'since-upgrade': { type: 'boolean', default: false },
      since: { type: 'string' },
      last: { type: 'string' },
      config: { type: 'string' },
      history: { type: 'string' },
      threshold: { type: 'string', multiple: true },
      force: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      junit: { type: 'string' },
      html: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.stdout.write(COMPARE_USAGE);
    return EXIT.pass;
  }
  const limits = thresholds(values.threshold ?? []);
  const sides = await bothSides(positionals, values, io);
  if (!sides) return EXIT.usage;
  const found = differences(sides.before, sides.after);
  const against = [...found.impossible, ...(values.force ? [] : found.refused)];
  if (against.length > 0) {
    const force =
      found.impossible.length > 0 ? '' : '\nA change may be of that. --force compares all the same.';
    io.stderr.write(
      `vigie compare: these cannot be compared:\n${against.map((text) => `  ${text}`).join('\n')}${force}\n`,
    );
    return EXIT.usage;
  }
  const comparison = compareRuns(sides.before.runs, sides.after.runs, limits);
  return tell({ ...sides, comparison, differences: found }, values, io);
};

async function tell(compared: Compared, { json, junit, html }: Values, io: CommandIo): Promise<number> {
  if (junit !== undefined) await write('--junit', junit, comparisonJunit(compared));
  if (html !== undefined) await write('--html', html, comparisonHtml(compared));
  io.stdout.write(
    json
      ? `${JSON.stringify(comparisonJson(compared), null, 2)}\n`
      : reportComparison(compared, hasColor(io.stdout)),
  );
  return STATUS[compared.comparison.verdict];
}

async function write(option: string, file: string, content: string): Promise<void> {
  await writeFile(file, content).catch((error: unknown) => {
    throw new UsageError(`${option}: ${file} cannot be written (${errorCode(error)})`);
  });
}

type Sides = Pick<Compared, 'before' | 'after'>;

/** Null where what is wrong with the configuration has been printed. @throws {UsageError} */
async function bothSides(
  positionals: readonly string[],
  values: Values,
  io: CommandIo,
): Promise<Sides | null> {
  const border = borderOf(values);
  try {
    if (border) return await rememberedSides(positionals, border, values, io);
    const [before, after, ...more] = positionals;
    if (before === undefined || after === undefined) {
      throw new UsageError(
        'two recordings are expected: before and after; or one of --since-upgrade, --since and --last, for the history',
      );
    }
    if (more.length > 0)
      throw new UsageError(`two recordings are expected, and ${more.join(' ')} is left over`);
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
  if (found.length === 0) throw new UsageError(`${file} has no runs`);
  return fromRuns(file, found);
}

function borderOf({ 'since-upgrade': upgrade, since, last }: Values): Border | null {
  if (upgrade && since !== undefined) throw new UsageError('--since-upgrade and --since exclude each other');
  if (upgrade) return { at: 'upgrade' };
  if (since !== undefined) {
    const time = new Date(since);
    if (!Number.isNaN(time.getTime())) return { at: 'time', time: time.toISOString() };
    throw new UsageError(`--since: expected a time such as 2026-11-22T14:00:00Z, found "${since}"`);
  }
  return last === undefined ? null : { at: 'half' };
}

const LAST = 100;

async function rememberedSides(
  [name, ...more]: readonly string[],
  border: Border,
  values: Values,
  io: CommandIo,
): Promise<Sides | null> {
  if (more.length > 0) throw new UsageError(`one check is expected, and ${more.join(' ')} is left over`);
  const last = Number(values.last ?? LAST);
  if (!Number.isInteger(last) || last < 1) {
    throw new UsageError(`--last: expected a number of runs, found "${values.last}"`);
  }
  const directory = values.history ?? (await configuredHistory(values, io));
  if (directory === null) return null;
  const history = readHistory(historyFile(directory));
  try {
    const known = history.checks();
    const check = name ?? only(known);
    if (!known.some((each) => each.name === check)) {
      const names = known.map((each) => each.name);
      throw new UsageError(
        `the history has no runs of a check "${check}"${meant(check, names) || `; there is ${names.join(', ') || 'none'}`}`,
      );
    }
    return fromHistory(history, check, last, border);
  } finally {
    history.close();
  }
}

/** The one check that can be meant where none is named. */
function only(known: readonly { name: string; kind: string }[]): string {
  const calls = known.filter(({ kind }) => kind === 'call');
  const [first, ...others] = calls.length > 0 ? calls : known;
  if (first && others.length === 0) return first.name;
  throw new UsageError(
    first ? `which check? There is ${known.map(({ name }) => name).join(', ')}` : 'the history has no runs',
  );
}

async function configuredHistory({ config }: Values, io: CommandIo): Promise<string | null> {
  const file = config ?? DEFAULT_CONFIG;
  if (config === undefined && !existsSync(DEFAULT_CONFIG)) {
    throw new UsageError(`there is no ${DEFAULT_CONFIG} here; name the history with --history or --config`);
  }
  const loaded = await load(file, io);
  if (loaded?.history.dir === IN_MEMORY) {
    throw new UsageError(`${file} keeps no history: its history.dir is "${IN_MEMORY}"`);
  }
  return loaded?.history.dir ?? null;
}

/** `rate=2%`, `ratio=1.2`, `latency=20ms`, `time=0.25s`. */
function thresholds(given: readonly string[]): Thresholds {
  const known: Record<keyof Thresholds, { expected: string; read: (text: string) => number | null }> = {
    rate: { expected: 'a share of the runs, such as 2%', read: readShare },
    ratio: {
      expected: 'a ratio above 1, such as 1.2',
      read: (text) => (Number(text) > 1 ? Number(text) : null),
    },
    latency: { expected: 'a duration, such as 20ms', read: parseDuration },
    time: { expected: 'a duration, such as 250ms', read: parseDuration },
  };
  const limits = { ...THRESHOLDS };
  for (const text of given) {
    const [name = '', value = ''] = text.split('=', 2);
    if (!Object.hasOwn(known, name)) {
      throw new UsageError(
        `--threshold: expected one of ${Object.keys(known).join(', ')} with "=" and a value, found "${text}"`,
      );
    }
    const key = name as keyof Thresholds;
    const read = known[key].read(value);
    if (read === null)
      throw new UsageError(`--threshold ${key}: expected ${known[key].expected}, found "${value}"`);
    limits[key] = read;
  }
  return limits;
}

function readShare(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text);
  if (!match) return null;
  const share = Number(match[1]) / (match[2] ? 100 : 1);
  return share <= 1 ? share : null;
}
