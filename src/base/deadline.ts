/** Deadlines for others that do not count the time in which this process itself stood still. */
import { setTimeout as sleep } from 'node:timers/promises';

const TICK_MS = 50;
/** More than this between two looks at the clock, and it was we who did not listen. */
const ATTENTIVE_MS = 4 * TICK_MS;

/** The other side had its time, and said nothing. */
export class OutOfTime extends Error {
  readonly code = 'ETIMEDOUT';
  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
    this.name = 'OutOfTime';
  }
}

/**
 * Does some work that gets `ms` milliseconds, and a signal that is aborted when they are over. Time in which this
 * process did not run (a busy machine, a suspended one) counts as a fifth of a second at most each time: an answer
 * that came meanwhile is read first.
 *
 * @throws {OutOfTime} when the time is over, whatever the work does then; the reason of `outer` when that aborts
 */
export async function within<T>(
  ms: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer.throwIfAborted();
  const own = new AbortController();
  const signal = AbortSignal.any([outer, own.signal]);
  let spent = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    spent += Math.min(now - last, ATTENTIVE_MS);
    last = now;
    if (spent >= ms) own.abort(new OutOfTime(ms));
  }, TICK_MS);
  const ended = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  ended.catch(() => {});
  try {
    return await Promise.race([work(signal), ended]);
  } catch (cause) {
    // What the work says of the abort is less than why it was aborted.
    throw signal.aborted ? (signal.reason as Error) : cause;
  } finally {
    clearInterval(timer);
    own.abort(new Error('over'));
  }
}

/** Waits; ends early, without an error, when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}

/** Once a run is aborted its verdict may take so long; then it is cleaned up after, whatever hangs. Milliseconds. */
export const GIVE_UP_MS = 5000;

/**
 * Waits for some work, whatever hangs in it: once the signal aborts, for at most the given number of milliseconds.
 * @throws the reason of the signal when they are over
 */
export async function orGiveUp<T>(work: Promise<T>, signal: AbortSignal, graceMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const { promise: over, reject } = Promise.withResolvers<never>();
  const wait = () => {
    timer = setTimeout(() => reject(signal.reason as Error), graceMs);
  };
  if (signal.aborted) wait();
  else signal.addEventListener('abort', wait, { once: true });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', wait);
  }
}
