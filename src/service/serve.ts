/** `vigie serve`: puts configuration, sandbox, service, signals and terminal together. */

import { setTimeout as delay } from 'node:timers/promises';
import manifest from '../../package.json' with { type: 'json' };
import { EXIT } from '../base/exit-status.ts';
import type { CheckKind, Kind, Logger, Run } from '../checks/check.ts';
import { type Config, formatProblems, loadConfig } from '../config/load.ts';
import { frame } from '../config/schema.ts';
import { createEvidenceStore, type EvidenceStore } from '../history/evidence-store.ts';
import { Networks } from '../net/networks.ts';
import {
  type Directory,
  makeDirectory,
  SANDBOX_EVERY_MS,
  type Sandbox,
  SandboxError,
  sandboxChecks,
  startSandbox,
} from '../sandbox/index.ts';
import { scheduleCheck } from '../schedule/check.ts';
import type { GuestTarget, StartGuest } from '../server/guests.ts';
import { renderReportFor } from '../view/report/render.ts';
import { NOTHING_SAID } from '../view/status.ts';
import { logChange } from './changes.ts';
import { ErrorCount } from './internal-errors.ts';
import { createLog } from './log.ts';
import { Service, type Settings, StartError } from './service.ts';
import { onSignals } from './signals.ts';
import { supervisor } from './systemd.ts';
import { watchFile } from './watched-file.ts';

export interface ServeOptions {
  /** The configuration; null: none, and the sandbox is monitored. */
  readonly configFile: string | null;
  /** All kinds of check; of the sandbox's checks, those whose kind is among them. */
  readonly kinds: Readonly<Record<string, CheckKind<Kind, unknown>>>;
  /** Without it, one on standard error at the level that the configuration says. */
  readonly log?: Logger;
  /** Called with each run that has ended; what it returns is printed on standard output. */
  readonly report?: (run: Run) => string;
  /** Leads somebody through a call. */
  readonly startGuest?: StartGuest;
  /** The configuration is reloaded when its file changes. */
  readonly watch?: boolean;
  /** Where it listens, whatever the configuration says. */
  readonly listen?: { readonly host: string; readonly port: number };
}

const DEFAULT_LISTEN = { host: '127.0.0.1', port: 9797 };
/** Number of passed runs per check whose evidence is kept: somebody has just come to look. */
const SANDBOX_KEPT = 20;
/** After SIGTERM a run may end on its own within this time: supervisors wait for ten seconds, and cleaning up takes some. */
const GRACE_MS = 5000;
const SANDBOX_CLOSE_MS = 5000;

/** Runs the service until a signal stops it. Returns the exit status; what prevents the start is on standard error. */
export async function serve(options: ServeOptions): Promise<number> {
  const { configFile, kinds } = options;
  const loaded = configFile === null ? null : await loadConfig(configFile, kinds);
  if (loaded && !loaded.ok) return refuse(formatProblems(loaded.problems));
  const config = loaded?.config ?? null;
  const log = options.log ?? createLog({ level: config?.log.level ?? 'info', format: config?.log.format });
  // What a stranger's answer does to some library's handler must not end the service.
  const errors = new ErrorCount(log);
  const unwatch = errors.watch();
  for (const warning of loaded?.warnings ?? []) log.warn({}, formatProblems([warning]));
  let sandbox: Sandbox | null = null;
  let evidence: Directory | null = null;
  try {
    sandbox = config === null ? await startSandbox() : null;
    // Nothing is written where somebody only looks at Vigie; but the pages of runs need what they are drawn from.
    evidence = sandbox && (await makeDirectory('evidence'));
    const settings = config
      ? fromConfig(config, options, log)
      : forSandbox(sandbox!, evidence!.path, options, log);
    // One after the other: the last version of the file counts.
    let reloading: Promise<readonly string[]> = Promise.resolve([]);
    const reloadNow = () => {
      reloading = reloading.then(() => reload(service, options, log));
      return reloading;
    };
    const service: Service = await Service.listen(settings, {
      version: manifest.version,
      sandbox: sandbox !== null,
      log,
      internalErrors: () => errors.state,
      ...(options.startGuest && { startGuest: options.startGuest }),
      ...(configFile !== null && { reload: reloadNow }),
    });
    announce(service, sandbox, log);
    const unsubscribe = service.store.subscribe((run) => {
      announceRun(run, options.report, log);
      logChange(run, service.store, log);
    });
    const unwatchFile =
      options.watch && configFile !== null ? await watchFile(configFile, () => void reloadNow()) : () => {};
    await live(service, { now: () => void reloadNow(), pending: () => reloading }, log);
    unwatchFile();
    unsubscribe();
    return EXIT.pass;
  } catch (error) {
    if (error instanceof StartError || error instanceof SandboxError) return refuse(error.message);
    throw error;
  } finally {
    const closing = Promise.all([sandbox?.close(), evidence?.remove()]);
    await Promise.race([closing, delay(SANDBOX_CLOSE_MS, undefined, { ref: false })]);
    unwatch();
  }
}

/** From the first run to the end of the last. */
async function live(
  service: Service,
  { now, pending }: { readonly now: () => void; readonly pending: () => Promise<unknown> },
  log: Logger,
): Promise<void> {
  const hurry = new AbortController();
  const systemd = supervisor(log);
  const { promise: signalled, resolve: end } = Promise.withResolvers<'SIGTERM' | 'SIGINT'>();
  const forget = onSignals({
    end,
    hurry: () => hurry.abort(),
    reload: now,
  });
  try {
    service.begin();
    systemd.ready();
    const signal = await signalled;
    systemd.stopping();
    log.info({ signal }, 'shutting down');
    await pending();
    // From a terminal, the interrupt has reached the browsers as well: nothing is left to wait for.
    await service.stop({ graceMs: signal === 'SIGINT' ? 0 : GRACE_MS, hurry: hurry.signal });
    log.info({}, 'stopped');
  } finally {
    forget();
  }
}

/** Gives what is wrong with the configuration; nothing where it is now in use. */
async function reload(service: Service, options: ServeOptions, log: Logger): Promise<readonly string[]> {
  const { configFile, kinds } = options;
  if (configFile === null) {
    log.warn(
      {},
      'there is no configuration to reload: none was found at the start, so the sandbox is monitored',
    );
    return [];
  }
  const loaded = await loadConfig(configFile, kinds);
  if (loaded.ok) {
    service.reload(fromConfig(loaded.config, options, log));
    log.info({ file: configFile, checks: loaded.config.checks.length }, 'configuration reloaded');
    for (const warning of loaded.warnings) log.warn({}, formatProblems([warning]));
    return [];
  }
  service.reloadRefused();
  const problems = loaded.problems.map((problem) => formatProblems([problem]));
  for (const problem of problems) log.error({}, problem);
  log.error({ file: configFile }, 'the invalid configuration is rejected and the current one kept');
  return problems;
}

function fromConfig(config: Config, { kinds, listen }: ServeOptions, log: Logger): Settings {
  const checks = config.checks.map(({ name, kind, schedule, about, options }) =>
    scheduleCheck(kinds[kind]!, options, { name, schedule, about, target: targetOf(options) }),
  );
  return {
    listen: listen ?? config.server.listen,
    hosts: config.server.hosts,
    publicUrl: config.server.publicUrl ?? null,
    place: config.server.place ?? null,
    status: config.status,
    others: config.status.others,
    trustedProxies: Networks.of(config.server.trustedProxies),
    token: config.server.token ?? null,
    evidence: evidenceStore(config.evidence, config.server.publicUrl ?? null, log),
    history: config.history,
    checks,
    guestTargets: guestTargets(config.checks),
    notify: config.notify,
  };
}

function evidenceStore(evidence: Config['evidence'], publicUrl: string | null, log: Logger): EvidenceStore {
  const { dir: directory, maxAge: maxAgeMs, ...limits } = evidence;
  return createEvidenceStore({ directory, maxAgeMs, ...limits, log, render: renderReportFor(publicUrl) });
}

function forSandbox(
  sandbox: Sandbox,
  directory: string,
  { kinds, listen = DEFAULT_LISTEN }: ServeOptions,
  log: Logger,
): Settings {
  const schedule = { everyMs: SANDBOX_EVERY_MS };
  const checks = sandboxChecks(sandbox).flatMap(({ name, kind, options, target }) => {
    const known = kinds[kind];
    return known ? [scheduleCheck(known, known.schema.parse(options), { name, schedule, target })] : [];
  });
  const evidence = { ...frame.shape.evidence.parse({ keepPasses: SANDBOX_KEPT }), dir: directory };
  return {
    listen,
    hosts: [],
    publicUrl: null,
    place: null,
    status: NOTHING_SAID,
    others: [],
    trustedProxies: new Networks(),
    token: null,
    evidence: evidenceStore(evidence, null, log),
    history: null,
    checks,
    guestTargets: guestTargets(sandboxChecks(sandbox)),
    notify: frame.shape.notify.parse({}),
  };
}

/** The deployments of call checks. */
function guestTargets(
  checks: readonly { readonly name: string; readonly kind: string; readonly options: unknown }[],
): Map<string, GuestTarget> {
  return new Map(
    checks.flatMap(({ name, kind, options }) => {
      const url = kind === 'call' ? targetOf(options) : null;
      const insecure = Object(options).insecure === true;
      return url === null ? [] : [[name, { url, insecure }]];
    }),
  );
}

/** The target of a check, where its options name one. */
function targetOf(options: unknown): string | null {
  const named = typeof options === 'object' && options !== null && 'url' in options;
  return named && typeof options.url === 'string' ? options.url : null;
}

function announce(service: Service, sandbox: Sandbox | null, log: Logger): void {
  const page = `the page is ${service.url}, the metrics are ${service.url}metrics`;
  if (sandbox) log.info({ sandbox: sandbox.url }, `no configuration: monitoring the sandbox; ${page}`);
  else log.info({}, `monitoring; ${page}`);
}

/** The report on a terminal, a line in the log elsewhere. */
function announceRun(run: Run, report: ServeOptions['report'], log: Logger): void {
  if (report && process.stdout.isTTY) {
    process.stdout.write(`${report(run)}\n`);
    return;
  }
  const { check, kind, outcome, id, durationMs, summary, trigger, startedBy } = run;
  const by = { ...(trigger !== 'schedule' && { trigger }), ...(startedBy !== undefined && { startedBy }) };
  const fields = { check, kind, outcome, run: id, durationMs, ...by };
  const message = `${check}: ${outcome}, ${summary}`;
  if (outcome === 'pass') log.info(fields, message);
  else log.warn(fields, message);
}

function refuse(text: string): number {
  process.stderr.write(`${text}\n`);
  return EXIT.usage;
}
