/**
 * What jicofo and the videobridge say of themselves, from their Prometheus metrics, before and after a call; source of
 * the names: jicofo, JicofoMetricsContainer and its users; jitsi-videobridge, VideobridgeMetrics.kt (August 2026).
 * These figures are of the whole server, other calls included: they explain, they never decide.
 */
import type { Finding } from '../check.ts';

const DEADLINE_MS = 3000;
/** A videobridge with histograms has about 60 kB of metrics. */
const LARGEST = 2_000_000;

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

/** @throws {Error} with a reason for a person, when it does not answer with metrics in time. */
async function scrape(server: Server, url: string, signal: AbortSignal): Promise<Figures> {
  const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]) });
  if (!answer.ok) throw new Error(`it answers ${answer.status}`);
  const text = await answer.text();
  if (text.length > LARGEST) throw new Error('it answers with too much');
  const figures = readFigures(server, text);
  if (Object.keys(figures).length === 0)
    throw new Error('it answers, but not with the metrics of this server');
  return figures;
}

/** What one server said; `figures` are gauges as they are, and counters as they grew since the beginning. */
export interface ServerView {
  readonly server: Server;
  readonly figures: Figures | null;
  /** Why there are none. */
  readonly fault: string | null;
}

/** Asks now; the function it gives asks again and tells what there is, and what grew in between. Never rejects. */
export function watchServers(urls: ServerUrls, signal: AbortSignal): () => Promise<ServerView[]> {
  const servers = (['jicofo', 'videobridge'] as const).flatMap((server) => {
    const url = urls[server];
    if (url === undefined) return [];
    const ask = () =>
      scrape(server, url, signal).catch((cause: Error) =>
        cause.cause instanceof Error ? cause.cause : cause,
      );
    return [{ server, ask, before: ask() }];
  });
  return () =>
    Promise.all(
      servers.map(async ({ server, ask, before }) => {
        const [then, now] = [await before, await ask()];
        if (now instanceof Error) return { server, figures: null, fault: now.message };
        const grown = WANTED[server].counters.flatMap((name) => {
          const from = then instanceof Error ? undefined : then[name];
          return from === undefined || now[name] === undefined ? [] : [[name, now[name] - from] as const];
        });
        const gauges = WANTED[server].gauges.flatMap((name) =>
          now[name] === undefined ? [] : [[name, now[name]] as const],
        );
        return { server, figures: Object.fromEntries([...gauges, ...grown]), fault: null };
      }),
    );
}

/** What the servers say, as advice beside what is wrong; nothing where nothing is wrong. */
export function serverFindings(views: readonly ServerView[], findings: readonly Finding[]): Finding[] {
  if (!findings.some(({ outcome }) => outcome === 'fail' || outcome === 'degraded')) return [];
  return views.map(({ server, figures, fault }) => {
    if (figures === null) {
      return {
        id: 'server-view-missing',
        outcome: 'pass' as const,
        text: `The metrics of the ${server} could not be read: ${fault}.`,
        evidence: { server },
      };
    }
    return {
      id: 'server-view',
      outcome: 'pass' as const,
      text: `${server === 'jicofo' ? 'jicofo' : 'The videobridge'} says of itself: ${SAYINGS[server](figures).join(', ')}.`,
      where: 'unknown' as const,
      evidence: { server, ...figures },
    };
  });
}

const count = (figure: number | undefined, one: string, many = `${one}s`): string[] =>
  figure === undefined ? [] : [`${figure} ${figure === 1 ? one : many}`];
const grew = (figure: number | undefined, words: string): string[] =>
  figure !== undefined && figure > 0 ? [`${figure} ${words} meanwhile`] : [];

const SAYINGS: Record<Server, (figures: Figures) => string[]> = {
  jicofo: (figures) => [
    `${figures.bridge_selector_bridge_count_operational ?? '?'} of ${figures.bridge_selector_bridge_count ?? '?'} bridges operational`,
    ...grew(figures.bridge_selector_lost_bridges_total, 'bridges lost'),
    ...grew(figures.participants_ice_failed_total, 'failures of ICE reported by participants'),
    ...grew(figures.participants_restart_requested_total, 'sessions restarted on request'),
    ...grew(figures.xmpp_disconnects_total, 'disconnections from XMPP'),
  ],
  videobridge: (figures) => [
    figures.healthy === 0 ? 'not healthy' : 'healthy',
    ...(figures.drain_mode === 1 ? ['being drained'] : []),
    ...(figures.shutting_down === 1 ? ['shutting down'] : []),
    ...count(figures.current_endpoints, 'endpoint'),
    ...count(figures.endpoints_sending_audio, 'of them sends sound', 'of them send sound'),
    ...count(figures.endpoints_sending_video, 'of them sends a picture', 'of them send a picture'),
    ...grew(figures.endpoints_ice_failed_total, 'failures of ICE'),
    ...grew(figures.endpoints_dtls_failed_total, 'failures of DTLS'),
    ...grew(figures.endpoints_no_message_transport_after_delay_total, 'endpoints without a bridge channel'),
    ...grew(figures.endpoints_disconnected_total, 'endpoints lost'),
  ],
};
