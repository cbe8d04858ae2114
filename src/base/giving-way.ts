/**
 * Long work on the event loop is done in slices. After each, timers and sockets have their turn, and whoever is just connecting to a
 * server of ours; of all such work one slice is done in a turn of the loop.
 */

/** How long work may go on before it gives way. */
const SLICE_MS = 10;
/** How long those who connect go before it: whoever does so without end slows it down, and does not stop it. */
const FIRST_MS = 50;

const waiting: (() => void)[] = [];
let scheduled = false;
let connections = 0;
let seen = 0;
let since = 0;

/**
 * A server of ours has taken a connection. The loop takes one in each of its turns, however many wait (libuv 1.45 and later,
 * `uv__server_io`): behind three hundred others, somebody would wait for as many slices.
 */
export function connected(): void {
  connections += 1;
}

/** Waits for its turn: after all that waits already, and after timers and sockets. */
export function giveWay(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) since = performance.now();
    schedule();
  });
}

function schedule(): void {
  if (scheduled || waiting.length === 0) return;
  scheduled = true;
  setImmediate(() => {
    scheduled = false;
    const now = performance.now();
    const quiet = connections === seen;
    seen = connections;
    if (quiet || now - since > FIRST_MS) {
      waiting.shift()?.();
      since = now;
    }
    schedule();
  });
}

/** Work that is done in slices. */
export class Slices {
  #begun = performance.now();

  /** Between two steps of the work: waits, where the slice is over. */
  async pause(): Promise<void> {
    if (performance.now() - this.#begun < SLICE_MS) return;
    await giveWay();
    this.#begun = performance.now();
  }
}
