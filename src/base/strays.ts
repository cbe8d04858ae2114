/**
 * Exceptions that nobody takes: thrown by the handler of an event, or by a promise that nobody awaits. A stranger's
 * answer can bring them about, so that they must end neither the process nor anything but the work they belong to.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

type Take = (error: unknown) => void;

/** Sockets, timers, workers and promises carry with them the work that they were made for. */
const work = new AsyncLocalStorage<Take>();

/** Does something; exceptions that go astray in whatever it started are handed to `take`, also after its end. */
export function takingStrays<T>(take: Take, does: () => Promise<T>): Promise<T> {
  return work.run(take, does);
}

/**
 * From now on an exception that nobody takes does not end the process: the work that it belongs to learns of it, and
 * so does `take`. Gives the function that ends this.
 */
export function catchStrays(take: Take): () => void {
  const onStray = (error: unknown) => {
    try {
      work.getStore()?.(error);
    } finally {
      take(error);
    }
  };
  process.on('uncaughtException', onStray).on('unhandledRejection', onStray);
  return () => {
    process.off('uncaughtException', onStray).off('unhandledRejection', onStray);
  };
}

/** What an exception says, with its stack where it has one; whatever was thrown. */
export function describeError(error: unknown): string {
  try {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } catch {
    // An object whose conversion to text throws as well.
    return 'an exception that cannot be described';
  }
}
