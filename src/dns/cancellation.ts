/**
 * What ends a question that nobody waits for any more. An AbortSignal does the same, but a listener on a
 * signal that thousands share costs a walk over all the others (measured: a third of a run over 1000 domains).
 */

export class Cancellation {
  /** Most have one who waits; a run's own has hundreds. */
  #first: (() => void) | null = null;
  #others: Set<() => void> | null = null;
  #reason: { readonly is: unknown } | null = null;

  get cancelled(): boolean {
    return this.#reason !== null;
  }

  /** Why; undefined before. */
  get reason(): unknown {
    return this.#reason?.is;
  }

  cancel(reason: unknown): void {
    if (this.#reason) return;
    this.#reason = { is: reason };
    const callbacks = [...(this.#first ? [this.#first] : []), ...(this.#others ?? [])];
    this.#first = null;
    this.#others = null;
    for (const callback of callbacks) callback();
  }

  /** Calls back once, soon if it is over already; the function that comes back takes that back. */
  onCancel(callback: () => void): () => void {
    if (this.#first === null) {
      this.#first = callback;
    } else {
      this.#others ??= new Set();
      this.#others.add(callback);
    }
    if (this.#reason) queueMicrotask(() => this.#forget(callback) && callback());
    return () => this.#forget(callback);
  }

  #forget(callback: () => void): boolean {
    if (this.#first !== callback) return this.#others?.delete(callback) ?? false;
    this.#first = null;
    return true;
  }
}

const ofSignals = new WeakMap<AbortSignal, Cancellation>();

/** The cancellation that follows a signal: one for each signal, with one listener on it. */
export function cancellationOf(signal: AbortSignal): Cancellation {
  const known = ofSignals.get(signal);
  if (known) return known;
  const cancellation = new Cancellation();
  ofSignals.set(signal, cancellation);
  if (signal.aborted) cancellation.cancel(signal.reason);
  else signal.addEventListener('abort', () => cancellation.cancel(signal.reason), { once: true });
  return cancellation;
}
