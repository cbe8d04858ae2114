/** The log: lines for a person on a terminal, JSON for everything else. Always on standard error. */
import { Writable } from 'node:stream';
import pino from 'pino';
import { bounded } from '../base/bounded.ts';
import { oneLine } from '../base/escape.ts';
import { describeError } from '../base/strays.ts';
import type { Logger } from '../checks/check.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogOptions {
  readonly level?: LogLevel;
  /** Standard error, unless told otherwise. */
  readonly to?: NodeJS.WriteStream | Writable;
}

/** A log by pino. Written at once, so that the last lines before an end are not lost. */
export function createLog({ level = 'info', to = process.stderr }: LogOptions = {}): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  const terminal = 'isTTY' in to && to.isTTY;
  const log = pino(options, terminal ? lines(to) : to);
  return {
    debug: (fields, message) => log.debug(clean(fields), cleanText(message)),
    info: (fields, message) => log.info(clean(fields), cleanText(message)),
    warn: (fields, message) => log.warn(clean(fields), cleanText(message)),
    error: (fields, message) => log.error(clean(fields), cleanText(message)),
  };
}

/** Fields and messages tell what strangers said: whoever reads a log at a terminal must not obey it, nor drown in it. */
const BOUNDS = { text: 8000, items: 100, depth: 6 } as const;

const cleanText = (message: string): string => bounded(message, BOUNDS);

function clean(fields: object): object {
  const named = Object.entries(fields).map(([name, value]: [string, unknown]) => {
    return [oneLine(name), bounded(value instanceof Error ? describeError(value) : value, BOUNDS)];
  });
  return Object.fromEntries(named);
}

/** Turns pino's JSON into `17:41:02 warn  the message  key=value`. */
function lines(to: Writable): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().split('\n')) if (line) to.write(`${readable(line)}\n`);
      done();
    },
  });
}

/** As wide as time and level. */
const MARGIN = 15;

/** One line of pino's as a person reads it. */
export function readable(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const text = [String(time).slice(11, 19), String(level).padEnd(5), String(msg), ...rest].join(' ');
  // What goes on below is part of this line, whatever it looks like.
  return text.replaceAll(/\r\n|[\n\r]/g, `\n${' '.repeat(MARGIN)}`);
}
