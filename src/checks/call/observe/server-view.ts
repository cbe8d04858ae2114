/**
 * What jicofo and the videobridge say of themselves, from their Prometheus metrics, before and after a call, and in which
 * version they are; source of the names: jicofo, JicofoMetricsContainer and its users, JicofoServices.kt;
 * jitsi-videobridge, VideobridgeMetrics.kt (August 2026). The figures are of the whole server, other calls included: they explain, they never decide.
 */
import type { Found } from '../../check.ts';
import { type Software, softwareOf } from '../../software.ts';
import { Web } from '../../web/client.ts';
import type { CallCauseOf } from '../causes.ts';

const DEADLINE_MS = 3000;
/** A videobridge with histograms has about 60 kB of metrics. */
const LARGEST = 2_000_000;
/** What states a version has about 80 characters. */
const LARGEST_ABOUT = 4000;

export interface ServerUrls {
  readonly jicofo?: string | undefined;
  readonly videobridge?: string | undefined;
}

type Server = keyof ServerUrls;

/** Figures by name, without the server's prefix; what a release does not have is absent. */
export type Figures = Readonly<Record<string, number>>;

const WANTED: Record<Server, { prefix: string; gauges: readonly string[]; counters: readonly string[] }> = {
  jicofo: {
    prefix: 'jitsi_jicofo_',
    gauges: ['bridge_selector_bridge_count', 'bridge_selector_bridge_count_operational', 'conferences'],
    counters: [
      'bridge_selector_lost_bridges_total',
      'participants_ice_failed_total',
      'participants_restart_requested_total',
      'xmpp_disconnects_total',
    ],
  },
  videobridge: {
    prefix: 'jitsi_jvb_',
    gauges: [
      'healthy',
      'drain_mode',
      'shutting_down',
      'current_endpoints',
      'endpoints_sending_audio',
      'endpoints_sending_video',
      'stress',
    ],
    counters: [
      'endpoints_ice_failed_total',
      'endpoints_dtls_failed_total',
      'endpoints_no_message_transport_after_delay_total',
      'endpoints_disconnected_total',
    ],
  },
};

/** The wanted figures of a page in the text format (Prometheus, exposition formats); series of one name are added up. */
export function readFigures(server: Server, text: string): Figures {
  const { prefix, gauges, counters } = WANTED[server];
  const wanted = new Set([...gauges, ...counters]);
  const found: Record<string, number> = {};
  for (const [, name, value] of text.matchAll(/^([A-Za-z_:][\w:]*)(?:\{[^}]*\})? +(\S+)/gm)) {
    const short = name!.startsWith(prefix) ? name!.slice(prefix.length) : null;
    if (short === null || !wanted.has(short) || Number.isNaN(Number(value))) continue;
    found[short] = (found[short] ?? 0) + Number(value);
  }
  return found;
}

/** What the servers are called where only a version is given, as they call themselves. */
const NAMES: Record<Server, string> = { jicofo: 'JiCoFo', videobridge: 'JVB' };

/** The version in a server's metrics, as `jitsi_jicofo_version_info{version="1.1-1078"} 1.0`; null without one. */
export function readVersion(server: Server, text: string): Software | null {
  const found = new RegExp(
    `^${WANTED[server].prefix}version_info\\{(?:[^\\n]*,)? *version="((?:[^"\\\\\\n]|\\\\.)*)"`,
    'm',
  ).exec(text);
  return found && softwareOf(server, NAMES[server], found[1]!.replaceAll(/\\(.)/g, '$1'));
}

/**
 * Asks a server beside its metrics: `GET /about/version` has `{"name":"JVB","version":"2.3.187","os":"Linux"}` (jicoco's
 * and jicofo's REST). Null where that is not answered in time; never rejects.
 */
async function askAbout(server: Server, metrics: string, signal: AbortSignal): Promise<Software | null> {
  const web = new Web({ insecure: false });
  try {
    const { status, body, complete } = await web.ask(new URL('about/version', metrics).href, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
      limit: LARGEST_ABOUT,
    });
    if (status !== 200 || !complete) return null;
    const said: unknown = JSON.parse(body);
    if (typeof said !== 'object' || said === null || !('version' in said)) return null;
    return softwareOf(server, 'name' in said ? said.name : NAMES[server], said.version);
  } catch {
    return null;
  } finally {
    web.close();
  }
}

/** What one look at a server's metrics gives. */
interface Scraped {
  readonly figures: Figures;
  readonly software: Software | null;
}

/** Why there are no figures of a server. */
type Trouble = Omit<CallCauseOf<'server-view-missing'>, 'id' | 'server'>;

/** A server that answered, but not with its metrics. */
class NoMetrics extends Error {
  readonly trouble: Trouble;
  constructor(trouble: Trouble) {
    super(trouble.trouble);
    this.name = 'NoMetrics';
    this.trouble = trouble;
  }
}

function troubleOf(cause: Error): Trouble {
  return cause instanceof NoMetrics ? cause.trouble : { trouble: 'no-answer', message: cause.message };
}

/** @throws {NoMetrics | Error} when it does not answer with metrics in time. */
async function scrape(server: Server, url: string, signal: AbortSignal): Promise<Scraped> {
  const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]) });
  if (!answer.ok) throw new NoMetrics({ trouble: 'status', status: answer.status });
  const text = await answer.text();
  if (text.length > LARGEST) throw new NoMetrics({ trouble: 'too-large' });
  const figures = readFigures(server, text);
  if (Object.keys(figures).length === 0) throw new NoMetrics({ trouble: 'not-metrics' });
  return { figures, software: readVersion(server, text) };
}

/** What one server said; `figures` are gauges as they are, and counters as they grew since the beginning. */
export interface ServerView {
  readonly server: Server;
  readonly figures: Figures | null;
  /** Why there are none. */
  readonly fault: Trouble | null;
}

export interface ServerWatch {
  /** Asks again and reports what there is, and what grew in between. Never rejects. */
  views(): Promise<ServerView[]>;
  /** The servers that have reported their version by now. */
  software(): Software[];
  /** Ends what is still on its way. */
  close(): void;
}

/** Asks now, and goes on until it is closed or the signal aborts. */
export function watchServers(urls: ServerUrls, outer: AbortSignal): ServerWatch {
  const own = new AbortController();
  const signal = AbortSignal.any([outer, own.signal]);
  const versions = new Map<Server, Software>();
  const servers = (['jicofo', 'videobridge'] as const).flatMap((server) => {
    const url = urls[server];
    if (url === undefined) return [];
    const ask = () =>
      scrape(server, url, signal).catch((cause: Error) =>
        cause.cause instanceof Error ? cause.cause : cause,
      );
    const before = ask();
    void before
      .then((scraped) =>
        scraped instanceof Error || !scraped.software ? askAbout(server, url, signal) : scraped.software,
      )
      .then((software) => software && versions.set(server, software));
    return [{ server, ask, before }];
  });
  const views = () =>
    Promise.all(
      servers.map(async ({ server, ask, before }) => {
        const [then, now] = [await before, await ask()];
        if (now instanceof Error) return { server, figures: null, fault: troubleOf(now) };
        const grown = WANTED[server].counters.flatMap((name) => {
          const from = then instanceof Error ? undefined : then.figures[name];
          const to = now.figures[name];
          return from === undefined || to === undefined ? [] : [[name, to - from] as const];
        });
        const gauges = WANTED[server].gauges.flatMap((name) =>
          now.figures[name] === undefined ? [] : [[name, now.figures[name]] as const],
        );
        return { server, figures: Object.fromEntries([...gauges, ...grown]), fault: null };
      }),
    );
  return { views, software: () => [...versions.values()], close: () => own.abort() };
}

/** What the servers report, as advice beside what is wrong; nothing where nothing is wrong. */
export function serverFindings(
  views: readonly ServerView[],
  findings: readonly Pick<Found, 'outcome'>[],
): Found<'call'>[] {
  if (!findings.some(({ outcome }) => outcome === 'fail' || outcome === 'degraded')) return [];
  return views.map(({ server, figures, fault }) =>
    figures === null
      ? { cause: { id: 'server-view-missing', server, ...fault! }, outcome: 'pass' }
      : { cause: { id: 'server-view', server, ...figures }, outcome: 'pass', where: 'unknown' },
  );
}
