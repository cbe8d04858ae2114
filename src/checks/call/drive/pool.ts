/** The browsers of a run: each is started once, whichever rooms it serves, and closed when all rooms are done. */
import { isIP } from 'node:net';
import { askedOnce } from '../../../base/asked-once.ts';
import { type LaunchOptions, launch, type RunningBrowser } from '../../../browsers/launch.ts';
import { connect } from '../../../browsers/remote.ts';
import { withoutBrackets } from '../../../net/host-port.ts';
import { resolving } from '../../../net/resolving.ts';
import type { CallOptions } from '../options.ts';
import { browserKey, type ParticipantPlan } from '../scene/participants.ts';

export class Pool {
  readonly #options: Pick<CallOptions, 'insecure' | 'resolve' | 'url'>;
  readonly #signal: AbortSignal;
  readonly #stop = new AbortController();
  readonly #opening = new Map<string, Promise<RunningBrowser>>();
  /** The rooms that still want them. */
  #wanted: number;

  constructor(options: Pick<CallOptions, 'insecure' | 'resolve' | 'url' | 'rooms'>, signal: AbortSignal) {
    this.#options = options;
    this.#wanted = options.rooms;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
  }

  /**
   * The browsers of these participants, by `browserKey`. `guard` is called for each once it runs.
   * @throws what kept one from starting, once all others have started or failed: none is left behind.
   */
  async open(
    participants: readonly ParticipantPlan[],
    guard: (browser: RunningBrowser) => void,
  ): Promise<ReadonlyMap<string, RunningBrowser>> {
    const plans = new Map(participants.map((plan) => [browserKey(plan), plan]));
    const opened = new Map<string, RunningBrowser>();
    const started = await Promise.allSettled(
      [...plans].map(async ([key, plan]) => {
        const browser = await askedOnce(this.#opening, key, () => this.#open(plan));
        opened.set(key, browser);
        guard(browser);
      }),
    );
    const failed = started.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    return opened;
  }

  async #open({ browser, endpoint, network, family, client }: ParticipantPlan): Promise<RunningBrowser> {
    const { insecure } = this.#options;
    const resolve = await this.#addresses(family);
    const signal = this.#signal;
    const options: LaunchOptions = { insecure, signal, udp: network !== 'udp-blocked', resolve };
    return endpoint
      ? connect(browser, endpoint, { insecure, signal })
      : launch(browser, { ...options, frames: client === 'iframe' });
  }

  /** Addresses that a browser is given: those of the configuration, and for one family the web front's. */
  async #addresses(family: ParticipantPlan['family']): Promise<Readonly<Record<string, string>>> {
    const { resolve, url } = this.#options;
    const { hostname } = new URL(url);
    if (family === 'any' || isIP(withoutBrackets(hostname)) !== 0) return resolve;
    const address = await new Promise<string | null>((done) => {
      // Where there is none, asking the web front says so.
      resolving({ resolve, family })(hostname, {}, (error, found) =>
        done(error || typeof found !== 'string' ? null : found),
      );
    });
    return address === null ? resolve : { ...resolve, [hostname]: address };
  }

  /** A room has no use for them: what is still starting is given up once that is so for every room. */
  unwanted(): void {
    this.#wanted--;
    if (this.#wanted === 0) this.#stop.abort();
  }

  /** Closes what runs, and what is still starting as soon as it does. */
  async close(): Promise<void> {
    this.#stop.abort();
    const closing = [...this.#opening.values()].map(async (opening) => {
      const browser = await opening.catch(() => null);
      await browser?.close();
    });
    await Promise.all(closing);
  }
}
