/** What goes wrong inside a service that goes on all the same: counted, logged, and shown. */
import { catchStrays, describeError } from '../base/strays.ts';
import type { Logger } from '../checks/check.ts';
import type { InternalErrors } from '../server/source.ts';

/** What goes wrong again and again is logged so often in each minute, and only counted beyond that. */
const LOGGED_A_MINUTE = 10;
const MINUTE_MS = 60_000;

export class ErrorCount {
  readonly #log: Logger;
  #count = 0;
  #last: Date | null = null;
  #minute = 0;
  #logged = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  get state(): InternalErrors {
    return { count: this.#count, last: this.#last };
  }

  /** Counts an exception, and logs it unless there are too many. */
  note(error: unknown): void {
    this.#count += 1;
    this.#last = new Date();
    const minute = Math.floor(this.#last.getTime() / MINUTE_MS);
    if (minute !== this.#minute) [this.#minute, this.#logged] = [minute, 0];
    if (++this.#logged > LOGGED_A_MINUTE) return;
    const more = this.#logged === LOGGED_A_MINUTE ? '; further ones of this minute are counted only' : '';
    this.#log.error({ error: describeError(error) }, `internal error; the service continues${more}`);
  }

  /** Counts every exception that nobody takes, instead of ending the process; gives the function that ends this. */
  watch(): () => void {
    return catchStrays((error) => this.note(error));
  }
}
