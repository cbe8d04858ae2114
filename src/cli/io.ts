/** What every command has in common: where it writes, how it fails, what its exit status means. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { distance } from 'fastest-levenshtein';
import type { Run } from '../checks/check.ts';

/** What a command reads and writes; `signal` aborts it. */
export interface CommandIo {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

/** Gives the exit status. */
export type Command = (argv: string[], io: CommandIo) => Promise<number>;

export const EXIT = { pass: 0, fail: 1, usage: 2, error: 3 } as const;

/** A user's mistake on the command line; the message says what was expected. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** 0 all pass, 1 something failed (`strict`: or is degraded), 3 could not tell. */
export function exitStatus(runs: readonly Run[], strict: boolean): number {
  const some = (...outcomes: Run['outcome'][]) => runs.some(({ outcome }) => outcomes.includes(outcome));
  if (some('fail') || (strict && some('degraded'))) return EXIT.fail;
  return some('error') ? EXIT.error : EXIT.pass;
}

export const isTerminal = (stream: NodeJS.WritableStream): boolean =>
  'isTTY' in stream && stream.isTTY === true;
export const hasColor = (stream: NodeJS.WritableStream): boolean =>
  isTerminal(stream) && !process.env.NO_COLOR;

/** The width of a terminal; undefined where it is none, or does not tell. */
export const columnsOf = (stream: NodeJS.WritableStream): number | undefined =>
  isTerminal(stream) && 'columns' in stream && typeof stream.columns === 'number'
    ? stream.columns || undefined
    : undefined;

/** `parseArgs` with its errors turned into sentences. @throws {UsageError} */
export function readArguments<Config extends ParseArgsConfig>(
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (cause) {
    const known = Object.keys(config.options ?? {}).map((name) => `--${name}`);
    throw new UsageError(argumentFault((cause as Error).message, known));
  }
}

/** What `parseArgs` says in other words; source of its messages: Node, lib/internal/util/parse_args. */
function argumentFault(message: string, known: readonly string[]): string {
  const [, quoted = ''] = /'([^']*)'/.exec(message) ?? [];
  const option = /--[\w-]+/.exec(quoted)?.[0] ?? quoted.split(' ')[0]!;
  if (message.startsWith('Unknown option')) return `there is no option ${option}${meant(option, known)}`;
  if (message.startsWith('Unexpected argument')) return `"${quoted}" is left over: no such word is expected`;
  if (message.includes('argument missing')) return `${option}: a value is missing`;
  if (message.includes('does not take an argument')) return `${option} takes no value`;
  if (message.includes('is ambiguous')) {
    return `${option}: a value is missing; one that begins with a dash is written ${option}=-…`;
  }
  return message;
}

/** `; did you mean "x"?` where one of the known words is near, else nothing. */
export function meant(word: string, known: readonly string[]): string {
  const [nearest] = [...known].sort((a, b) => distance(word, a) - distance(word, b));
  return nearest !== undefined && distance(word, nearest) <= Math.max(1, word.length / 3)
    ? `; did you mean "${nearest}"?`
    : '';
}

/** The one address that a command is for. @throws {UsageError} */
export function oneAddress(positionals: readonly string[]): string {
  const [url, ...more] = positionals;
  if (url === undefined)
    throw new UsageError('the address of a deployment is missing, such as https://meet.example.org/');
  if (more.length > 0) throw new UsageError(`one address is expected, and ${more.join(' ')} is left over`);
  return url;
}

/** An address as a person writes it: https where nothing else is said. */
export const addressOf = (url: string): string => (/^[a-z]+:\/\//i.test(url) ? url : `https://${url}`);

/** The value of an option that is a number of seconds, as a duration. @throws {UsageError} */
export function seconds(flag: string, text: string): string {
  if (/^\d+(\.\d+)?$/.test(text)) return `${text}s`;
  if (/^\d+(\.\d+)?(ms|s|m|h)$/.test(text)) return text;
  throw new UsageError(`${flag}: expected a number of seconds, found "${text}"`);
}
