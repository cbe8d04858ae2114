/** Packets on their way to one receiver, held back by the fault `slow` and always in order. */
export class Outbox {
  readonly #queue: { readonly dueMs: number; readonly send: () => void }[] = [];
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  /** Sends after `delayMs`, at once where there is none; never before what was put in earlier. */
  put(delayMs: number, send: () => void): void {
    if (this.#closed) return;
    if (delayMs === 0 && this.#queue.length === 0) {
      send();
      return;
    }
    const earliest = this.#queue.at(-1)?.dueMs ?? 0;
    this.#queue.push({ dueMs: Math.max(performance.now() + delayMs, earliest), send });
    this.#wake();
  }

  #wake(): void {
    const next = this.#queue[0];
    if (this.#timer !== null || !next) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        const nowMs = performance.now();
        while (this.#queue[0] && this.#queue[0].dueMs <= nowMs + 1) this.#queue.shift()!.send();
        this.#wake();
      },
      Math.max(1, next.dueMs - performance.now()),
    );
  }

  /** Drops what is still held back. */
  close(): void {
    this.#closed = true;
    this.#queue.length = 0;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
