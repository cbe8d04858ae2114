/** The log: lines for a person on a terminal, JSON for everything else. Always on standard error. */
import { fstatSync } from 'node:fs';
import { Writable } from 'node:stream';
import pino from 'pino';
import { bounded } from '../base/bounded.ts';
import { oneLine } from '../base/escape.ts';
import { describeError } from '../base/strays.ts';
import type { Logger } from '../checks/check.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export const LOG_FORMATS = ['json', 'logfmt', 'pretty'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export interface LogOptions {
  readonly level?: LogLevel;
  /** Without it `pretty` on a terminal and `json` elsewhere. */
  readonly format?: LogFormat | undefined;
  /** Standard error, unless set otherwise. */
  readonly to?: NodeJS.WriteStream | Writable;
  /** Whether each line begins with its priority, as journald reads it; by default, where journald reads standard error. */
  readonly priorities?: boolean;
}

const FORMATS: Readonly<Record<LogFormat, (line: string) => string>> = {
  json: (line) => line,
  logfmt,
  pretty: readable,
};

/** The severities of syslog, as sd-daemon(3) writes them. */
const PRIORITIES: Readonly<Record<string, number>> = { error: 3, warn: 4, info: 6, debug: 7 };

/** A log by pino. Written at once, so that the last lines before an end are not lost. */
export function createLog({
  level = 'info',
  format,
  to = process.stderr,
  priorities = to === process.stderr && journalReads(),
}: LogOptions = {}): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  const written = format ?? ('isTTY' in to && to.isTTY ? 'pretty' : 'json');
  const log = pino(options, written === 'json' && !priorities ? to : lines(to, FORMATS[written], priorities));
  return {
    debug: (fields, message) => log.debug(clean(fields), cleanText(message)),
    info: (fields, message) => log.info(clean(fields), cleanText(message)),
    warn: (fields, message) => log.warn(clean(fields), cleanText(message)),
    error: (fields, message) => log.error(clean(fields), cleanText(message)),
  };
}

/** Fields and messages contain what strangers said: whoever reads a log at a terminal must not obey it, nor drown in it. */
const BOUNDS = { text: 8000, items: 100, depth: 6 } as const;

const cleanText = (message: string): string => bounded(message, BOUNDS);

function clean(fields: object): object {
  const named = Object.entries(fields).map(([name, value]: [string, unknown]) => {
    return [oneLine(name), bounded(value instanceof Error ? describeError(value) : value, BOUNDS)];
  });
  return Object.fromEntries(named);
}

/** Whether standard error goes to journald, which names the stream that it reads. */
function journalReads(env: NodeJS.ProcessEnv = process.env): boolean {
  if (!env.JOURNAL_STREAM) return false;
  try {
    const { dev, ino } = fstatSync(2);
    return env.JOURNAL_STREAM === `${dev}:${ino}`;
  } catch {
    return false;
  }
}

/** Turns pino's JSON into lines of another format. */
function lines(to: Writable, form: (line: string) => string, priorities: boolean): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().split('\n')) {
        if (line) to.write(`${priorities ? priority(line) : ''}${form(line)}\n`);
      }
      done();
    },
  });
}

/** As wide as time and level. */
const MARGIN = 15;

function priority(line: string): string {
  const { level } = JSON.parse(line) as { level: string };
  return `<${PRIORITIES[level] ?? 6}>`;
}

/** One line of pino's as a person reads it: `17:41:02 warn  the message key=value`. */
export function readable(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const text = [String(time).slice(11, 19), String(level).padEnd(5), String(msg), ...rest].join(' ');
  // What goes on below is part of this line, whatever it looks like.
  return text.replaceAll(/\r\n|[\n\r]/g, `\n${' '.repeat(MARGIN)}`);
}

/** One line of pino's as `time=… level=warn msg="the message" key=value`. */
function logfmt(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  return Object.entries({ time, level, msg, ...fields })
    .map(([key, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return `${key.replaceAll(/[^\w.-]/g, '_')}=${/^[^\s"=]+$/.test(text) ? text : JSON.stringify(text)}`;
    })
    .join(' ');
}
