/** Reads a deployment's `config.js`: a program of a stranger's, evaluated where it can do no harm. */
import { createHash } from 'node:crypto';
import { Script } from 'node:vm';
import { z } from 'zod';
import { OutOfTime } from '../../base/deadline.ts';
import type { ConfigValues } from '../deployment.ts';
import type { Stopped, SyntaxFault, Unreadable } from './faults.ts';
import { inThread } from './thread.ts';
import type { Evaluated, Task } from './worker.ts';

/** How long an evaluation may take, in milliseconds. */
export interface Limits {
  /** Processor time of the script itself. Such files do nothing but set values: a few milliseconds. */
  readonly run: number;
  /** In all. The thread may have to start first, on a machine that may be busy. */
  readonly thread: number;
}
const LIMITS: Limits = { run: 1000, thread: 10_000 };

/** The script that picks is in the stranger's interpreter: what it keeps to is checked here again. */
const MAX_PICKED = 200_000;
const MAX_VALUE = 2000;
const MAX_STUN = 10;
const value = z.string().max(MAX_VALUE).optional().catch(undefined);

const picked = z.object({
  domain: value,
  anonymousdomain: value,
  muc: value,
  focus: value,
  bosh: value,
  websocket: value,
  serviceUrl: value,
  conferenceRequestUrl: value,
  websocketKeepAliveUrl: value,
  preferBosh: z.boolean(),
  p2p: z.boolean(),
  stun: z
    .array(z.string().max(MAX_VALUE).catch(''))
    .transform((servers) => servers.slice(0, MAX_STUN).filter(Boolean)),
});

export type ConfigReading =
  /** `stopped`: the script ended early, by an error that a browser may not have had. */
  | { readonly kind: 'read'; readonly values: ConfigValues; readonly stopped: Stopped | null }
  /** No browser can run it either. */
  | { readonly kind: 'invalid'; readonly fault: SyntaxFault }
  /** It ran, and there is no object `config`. */
  | { readonly kind: 'nothing'; readonly stopped: Stopped | null }
  /** It could not be evaluated here. */
  | { readonly kind: 'unreadable'; readonly why: Unreadable };

/** Number of files that are remembered: they seldom change, and a check asks every minute. */
const REMEMBERED = 16;
const known = new Map<string, ConfigReading>();

/**
 * Reads the file that a browser would have run on the page `href`. What was read of the same text before is not
 * evaluated again.
 *
 * @throws the reason of `signal` when that aborts
 */
export async function readConfig(
  source: string,
  href: string,
  signal: AbortSignal,
  limits: Limits = LIMITS,
): Promise<ConfigReading> {
  const key = createHash('sha256').update(href).update('\0').update(source).digest('hex');
  const before = known.get(key);
  if (before) return before;
  const reading = await evaluate({ source, href, ms: limits.run }, limits, signal);
  if (reading.kind !== 'unreadable') {
    known.set(key, reading);
    for (const oldest of known.keys()) {
      if (known.size <= REMEMBERED) break;
      known.delete(oldest);
    }
  }
  return reading;
}

async function evaluate(job: Task, limits: Limits, signal: AbortSignal): Promise<ConfigReading> {
  try {
    const fault = syntaxError(job.source);
    if (fault !== null) return { kind: 'invalid', fault };
    return reading(await inThread(job, limits.thread, signal), limits);
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof OutOfTime) {
      return { kind: 'unreadable', why: { kind: 'time', seconds: limits.thread / 1000 } };
    }
    const message = cause instanceof Error ? cause.message : String(cause);
    return { kind: 'unreadable', why: { kind: 'failed', message } };
  }
}

/**
 * V8's own opinion of the notation, as Chromium has it. Compiled only: nothing of it runs.
 *
 * @throws {RangeError} where it is nested so deeply that it is too much for the compiler
 */
function syntaxError(source: string): SyntaxFault | null {
  try {
    new Script(source, { filename: 'config.js' });
    return null;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const line = /^config\.js:(\d+)/.exec(cause.stack ?? '')?.[1];
    return { line: line ? Number(line) : null, message: cause.message };
  }
}

function reading({ picked: json, error: stopped, interrupted }: Evaluated, limits: Limits): ConfigReading {
  if (interrupted) return { kind: 'unreadable', why: { kind: 'cpu-time', seconds: limits.run / 1000 } };
  if (json === null) return { kind: 'nothing', stopped };
  const parsed = picked.safeParse(json.length > MAX_PICKED ? null : parseJson(json));
  return parsed.success
    ? { kind: 'read', values: parsed.data, stopped }
    : { kind: 'unreadable', why: { kind: 'not-a-configuration' } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
