/** What every command has in common: where it writes, how it fails. */

import type { Progress } from '../checks/check.ts';

/** What a command reads and writes; `signal` aborts it. */
export interface CommandIo {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly signal: AbortSignal;
  /** Hears what a run is doing, as data, beside what is printed of it. */
  readonly progress?: (progress: Progress) => void;
}

/** A user's mistake on the command line; the message names what was expected. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const isTerminal = (stream: NodeJS.WritableStream): boolean => 'isTTY' in stream && stream.isTTY === true;
export const hasColor = (stream: NodeJS.WritableStream): boolean =>
  isTerminal(stream) && !process.env.NO_COLOR;

/** The width of a terminal; undefined where it is none, or does not report it. */
export const columnsOf = (stream: NodeJS.WritableStream): number | undefined =>
  isTerminal(stream) && 'columns' in stream && typeof stream.columns === 'number'
    ? stream.columns || undefined
    : undefined;
