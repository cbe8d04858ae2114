/** The service: scheduler, runs and server put together. Knows nothing of files, signals or terminals. */

import type { AddressInfo } from 'node:net';
import { IN_MEMORY } from '../base/in-memory.ts';
import type { Secret } from '../base/units.ts';
import type { Logger } from '../checks/check.ts';
import { Histories } from '../compare/histories.ts';
import type { NotifyConfig } from '../config/notify.ts';
import type { OtherConfig } from '../config/status.ts';
import type { EvidenceStore } from '../history/evidence-store.ts';
import { type HistoryOptions, openHistory } from '../history/open.ts';
import { HistoryError } from '../history/sqlite.ts';
import type { RunStore } from '../history/store.ts';
import { hostPort } from '../net/host-port.ts';
import type { Networks } from '../net/networks.ts';
import { Notifier } from '../notify/notifier.ts';
import type { ScheduledCheck } from '../schedule/check.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import { Guests, type GuestTarget, type StartGuest } from '../server/guests.ts';
import type { ReloadState } from '../server/metrics/index.ts';
import { createServer } from '../server/server.ts';
import type { InternalErrors } from '../server/source.ts';
import { TokenTries } from '../server/tries.ts';
import type { StatusOptions } from '../view/status.ts';
import type { Obstacle } from './machine.ts';
import { Others } from './others.ts';
import { listenObstacle, preflight } from './preflight.ts';

/** What a configuration comes down to. */
export interface Settings {
  readonly listen: { readonly host: string; readonly port: number };
  /** Names by which it may be called, beside those that need not be listed. */
  readonly hosts: readonly string[];
  /** Under which address people reach the pages; null where that is not configured. */
  readonly publicUrl: string | null;
  /** Where this Vigie runs; null where that is not configured. */
  readonly place: string | null;
  /** What the operator says on the status page. */
  readonly status: StatusOptions;
  /** Vigies in other places. */
  readonly others: readonly OtherConfig[];
  /** Addresses and networks of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: Networks;
  /** Allows whoever sends it to start runs by hand. */
  readonly token: Secret | null;
  readonly evidence: EvidenceStore | null;
  /** Null keeps runs no longer than the process. */
  readonly history: HistoryOptions | null;
  readonly checks: readonly ScheduledCheck[];
  /** By call check: where a guest can be led through a call. */
  readonly guestTargets?: ReadonlyMap<string, GuestTarget>;
  /** Whom Vigie itself notifies. */
  readonly notify: NotifyConfig;
}

export interface ServiceOptions {
  readonly version: string;
  /** Our own sandbox is monitored: pages and logs name it, and runs by hand need no token. */
  readonly sandbox: boolean;
  readonly log: Logger;
  readonly internalErrors: () => InternalErrors;
  /** Leads somebody through a call; absent where nobody can. */
  readonly startGuest?: StartGuest;
  /** Reads the configuration again; gives what is wrong with it. Absent where there is none. */
  readonly reload?: () => Promise<readonly string[]>;
}

/** What is being sent at the end may take so long. */
const NOTIFY_GRACE_MS = 2000;

/** The service cannot start; each obstacle is a sentence for the operator. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly obstacles: readonly string[];
  constructor(obstacles: readonly string[]) {
    super(obstacles.join('\n'));
    this.obstacles = obstacles;
  }
}

export class Service {
  readonly store: RunStore;
  readonly #options: ServiceOptions;
  readonly #scheduler: Scheduler;
  readonly #histories: Histories;
  readonly #notifier: Notifier;
  readonly #others: Others;
  readonly #server: ReturnType<typeof createServer>;
  #settings: Settings;
  readonly #guests: Guests | null;
  #lastReload: ReloadState = { successful: true, at: new Date() };
  #url = '';
  /** Evidence that is being written. */
  readonly #settling = new Set<Promise<void>>();

  private constructor(settings: Settings, options: ServiceOptions, store: RunStore) {
    this.#settings = settings;
    this.#options = options;
    this.store = store;
    // Before all others that subscribe: they ask it of the run that has ended.
    const histories = new Histories(store);
    this.#histories = histories;
    store.subscribe((run) => {
      const settled = this.#settings.evidence?.settle(run);
      if (!settled) return;
      this.#settling.add(settled);
      void settled.finally(() => this.#settling.delete(settled));
    });
    this.#scheduler = new Scheduler({
      store,
      log: options.log,
      place: () => this.#settings.place,
      evidence: (check, id) => this.#settings.evidence?.sink(check, id) ?? null,
    });
    this.#others = new Others(options.log);
    const tries = new TokenTries(options.log);
    let runs = 0;
    store.subscribe(() => {
      runs += 1;
    });
    this.#notifier = new Notifier({
      store,
      histories,
      checks: () => this.#scheduler.checks(),
      place: () => this.#settings.place,
      others: () => this.#others.places(),
      own: () => ({
        historyWritable: store.keeping.writable,
        evidenceWritable: this.#settings.evidence?.writable ?? null,
        runsLost: store.keeping.lost,
        runs,
        runsSkipped: skipped(this.#scheduler),
        configurationAccepted: this.#lastReload.successful,
        internalErrors: options.internalErrors().count,
        tokensRefused: tries.refused,
      }),
      log: options.log,
    });
    this.#guests = options.startGuest
      ? new Guests(options.startGuest, (check) => this.#settings.guestTargets?.get(check))
      : null;
    this.#server = createServer({
      version: options.version,
      sandbox: options.sandbox,
      store,
      histories,
      schedule: this.#scheduler,
      hosts: () => this.#settings.hosts,
      publicUrl: () => this.#settings.publicUrl,
      status: () => this.#settings.status,
      place: () => this.#settings.place,
      others: () => this.#others.places(),
      trustedProxies: () => this.#settings.trustedProxies,
      ...(options.reload && { reload: options.reload }),
      access: () => ({ token: this.#settings.token, open: options.sandbox }),
      lastReload: () => this.#lastReload,
      evidence: () => this.#settings.evidence,
      internalErrors: options.internalErrors,
      notifications: () => this.#notifier.counts,
      tries,
      ...(this.#guests && { guests: this.#guests }),
      log: options.log,
    });
  }

  /**
   * A service that listens; no check runs before `begin`.
   * @throws {StartError} when something prevents the start.
   */
  static async listen(settings: Settings, options: ServiceOptions): Promise<Service> {
    const obstacles = await preflight({
      listen: settings.listen,
      evidence: settings.evidence?.directory ?? null,
      history: settings.history && settings.history.dir !== IN_MEMORY ? settings.history.dir : null,
      browsers: settings.checks.some((check) => check.heavy),
    });
    refuse(obstacles);
    for (const { text } of obstacles) options.log.warn({}, text);
    const service = new Service(settings, options, openStore(settings, options));
    try {
      await service.#server.listen({ ...settings.listen });
    } catch (error) {
      await service.#notifier.stop(0);
      await service.#server.close();
      service.#histories.close();
      service.store.close();
      throw new StartError([listenObstacle(settings.listen, error).text]);
    }
    const { address, port } = service.#server.server.address() as AddressInfo;
    const host = address === '0.0.0.0' || address === '::' ? 'localhost' : address;
    service.#url = `http://${hostPort({ host, port })}/`;
    return service;
  }

  /** Where the first page is. */
  get url(): string {
    return this.#url;
  }

  /** Starts the checks. */
  begin(): void {
    this.#scheduler.update(this.#settings.checks);
    this.#others.configure(this.#settings.others);
    this.#notifier.configure(this.#settings.notify, this.#settings.publicUrl);
  }

  /** Puts another configuration in place of the one in use, without a pause for what did not change. */
  reload(settings: Settings): void {
    const { host, port } = this.#settings.listen;
    if (settings.listen.host !== host || settings.listen.port !== port) {
      this.#options.log.warn(
        {},
        `a changed server.listen needs a restart; still listening on ${host}, port ${port}`,
      );
    }
    const { history } = this.#settings;
    if (JSON.stringify(settings.history) !== JSON.stringify(history)) {
      this.#options.log.warn({}, 'a changed history needs a restart; the history is kept as before');
    }
    this.#settings = { ...settings, listen: this.#settings.listen, history };
    this.#lastReload = { successful: true, at: new Date() };
    this.#scheduler.update(settings.checks);
    this.#others.configure(settings.others);
    this.#notifier.configure(settings.notify, settings.publicUrl);
  }

  /** Records that a changed configuration was rejected: metrics and pages show it. */
  reloadRefused(): void {
    this.#lastReload = { ...this.#lastReload, successful: false };
  }

  /** Stops everything: see `Scheduler.stop`. The server answers until the last run has ended. */
  async stop(how: { graceMs: number; hurry?: AbortSignal }): Promise<void> {
    this.#others.stop();
    const left = this.#guests?.stop();
    await this.#scheduler.stop(how);
    await left;
    await Promise.all([...this.#settling, this.#notifier.stop(NOTIFY_GRACE_MS)]);
    await this.#server.close();
    this.#histories.close();
    this.store.close();
  }
}

function skipped(scheduler: Scheduler): number {
  return scheduler
    .checks()
    .reduce((sum, { skipped: { overlap, queue, missed } }) => sum + overlap + queue + missed, 0);
}

function openStore({ history }: Settings, { log }: ServiceOptions): RunStore {
  try {
    return openHistory(history, log);
  } catch (error) {
    if (error instanceof HistoryError) throw new StartError([error.message]);
    throw error;
  }
}

function refuse(obstacles: readonly Obstacle[]): void {
  const fatal = obstacles.filter((obstacle) => obstacle.fatal).map(({ text }) => text);
  if (fatal.length > 0) throw new StartError(fatal);
}
