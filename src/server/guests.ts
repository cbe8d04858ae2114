/** Guests in calls, begun from a page: each has a page of its own, whose address nobody can guess. */
import { randomBytes } from 'node:crypto';
import type { Language } from '../base/language.ts';
import type { GuestView } from '../view/guest.ts';
import { ApiError } from './errors.ts';

/** The deployment that a call check watches. */
export interface GuestTarget {
  readonly url: string;
  readonly insecure: boolean;
}

/** A call with a guest, in progress or over. */
export interface GuestCall {
  /** What is known of it; its report once it is over. */
  view(language: Language): Omit<GuestView, 'check'>;
  readonly over: boolean;
  /** Ends it; resolves once its browsers are closed. */
  stop(): Promise<void>;
}

/** Begins one; the letters in its pictures are in that language. */
export type StartGuest = (target: GuestTarget, language: Language) => GuestCall;

/** Those that are over stay to be read; no more than this number of them. */
const KEPT = 10;

interface Entry {
  readonly check: string;
  readonly call: GuestCall;
}

export class Guests {
  readonly #start: StartGuest;
  readonly #targetOf: (check: string) => GuestTarget | undefined;
  readonly #entries = new Map<string, Entry>();

  constructor(start: StartGuest, targetOf: (check: string) => GuestTarget | undefined) {
    this.#start = start;
    this.#targetOf = targetOf;
  }

  /** Whether a guest can be led through a call on the deployment of this check. */
  offers(check: string): boolean {
    return this.#targetOf(check) !== undefined;
  }

  /** Begins one and gives the id of its page. One at a time: each has browsers of its own. */
  begin(check: string, language: Language): string {
    const target = this.#targetOf(check);
    if (!target) throw new ApiError('no-such-check', `No call check is named ${check}.`);
    if ([...this.#entries.values()].some(({ call }) => !call.over))
      throw new ApiError('check-busy', 'A guest is in a call already; stop that one first, on its page.');
    const id = randomBytes(16).toString('hex');
    this.#entries.set(id, { check, call: this.#start(target, language) });
    for (const old of [...this.#entries.keys()].slice(0, -KEPT)) this.#entries.delete(old);
    return id;
  }

  get(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new ApiError('not-found', 'This call with a guest is not known, or no longer kept.');
    return entry;
  }

  /** Ends what goes on. */
  async stop(): Promise<void> {
    await Promise.all([...this.#entries.values()].map(({ call }) => call.stop()));
  }
}
