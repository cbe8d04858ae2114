/**
 * What the deployment's web front answers, asked from Vigie itself while the browsers start: status codes and
 * causes that a page only sees as "failed to load".
 */
import type { LookupFunction } from 'node:net';
import { resolverSilent } from '../../../net/failure.ts';
import { readDeployment } from '../../config-js/deployment-of.ts';
import { type Answer, NotAnswered, Web } from '../../web/client.ts';
import {
  CONFIG,
  frontFinding,
  LIBRARY,
  missingScript,
  pageError,
  unreachable,
  type WebFound,
} from '../../web/findings.ts';
import {
  botWall,
  insecureOrigin,
  landedAt,
  loadsConfig,
  missingOwnScript,
  ownScripts,
  PAGE_CHARS,
  pageFaults,
  redirectedAway,
} from '../../web/page.ts';
import { connectionPolicy } from '../../web/policies.ts';

const DEADLINE_MS = 8000;
/** As much of an answer as is needed to tell a script from a page. */
const START_CHARS = 200;
/** A larger `config.js` is left to the browsers. */
const CONFIG_CHARS = 1_000_000;

/** How the web front is asked. */
export interface Asking {
  /** Private addresses that it redirects to are asked although its own is public. */
  readonly allowPrivate?: boolean;
  /** Milliseconds; whatever has not answered by then is not going to. */
  readonly deadlineMs?: number;
  /** Names to addresses; by default as the system does it. */
  readonly lookup?: LookupFunction;
}

/** What the web front answered. */
export interface Preflight {
  /** Where rooms are: where redirections led, with a slash at its end. */
  readonly base: string;
  /** Empty when all is there, and when the run was aborted. */
  readonly findings: readonly WebFound[];
  /** By how much its clock is ahead of ours, in seconds; absent where it does not say. */
  readonly aheadS?: number | null;
}

/** Asks for the page of a room, `config.js` and the library. */
export async function preflight(
  { base, room }: { readonly base: string; readonly room: string },
  insecure: boolean,
  signal: AbortSignal,
  { deadlineMs = DEADLINE_MS, lookup, allowPrivate = false }: Asking = {},
): Promise<Preflight> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  const web = new Web({ insecure, allowPrivate, home: new URL(base).hostname, ...(lookup && { lookup }) });
  const ask = (url: string, limit: number) => web.ask(url, { signal: within, limit });
  const scripts = (at: string) =>
    Promise.all([ask(`${at}${CONFIG}`, CONFIG_CHARS), ask(`${at}${LIBRARY}`, START_CHARS)]);
  try {
    const [page, first] = await Promise.all([ask(`${base}${room}`, PAGE_CHARS), scripts(base)]);
    const landed = landedAt({ base, room, answer: page });
    if (page.status >= 500 && !botWall(base, page)) return { base, findings: [pageError(base, page)] };
    const [config, library] = landed === base ? first : await scripts(landed);
    const early = frontFaults({ base, landed, page, config, library });
    if (early.length > 0) return { base: landed, findings: early };
    const own = await Promise.all(
      ownScripts({ base: landed, answer: page }).map(async (script) =>
        missingOwnScript(landed, script, await ask(script, START_CHARS)),
      ),
    );
    const missing = own.filter((finding) => finding !== null);
    return {
      base: landed,
      aheadS: web.clockAheadS,
      findings:
        missing.length > 0 || !config.complete
          ? missing
          : await configFaults({ config, page }, landed, within),
    };
  } catch (cause) {
    if (signal.aborted) return { base, findings: [] };
    if (!(cause instanceof NotAnswered)) {
      // The front has answered; what its configuration says is left to the browsers.
      if (within.aborted) return { base, findings: [] };
      throw cause;
    }
    // A room has another name each time: what is said of it is said of the deployment.
    const url = cause.url === `${base}${room}` ? base : cause.url;
    const { hostname } = new URL(url);
    // The system's resolver tries for longer than we wait: then it is that which does not answer.
    const finding =
      within.aborted && web.lookups.pending(hostname)
        ? frontFinding(url, resolverSilent(hostname), cause.message)
        : unreachable(url, cause.cause, deadlineMs);
    return { base, findings: [finding] };
  } finally {
    web.close();
  }
}

interface Answers {
  readonly base: string;
  readonly landed: string;
  readonly page: Answer;
  readonly config: Answer;
  readonly library: Answer;
}

/** What keeps everybody from the call, as far as it shows in the first answers. */
function frontFaults({ base, landed, page, config, library }: Answers): WebFound[] {
  const whole = botWall(base, page) ?? redirectedAway(base, `${landed}${CONFIG}`, config);
  if (whole) return [whole];
  return [
    page.status >= 300 ? pageError(base, page) : insecureOrigin(landed),
    missingScript(CONFIG, config, loadsConfig(landed, page)),
    missingScript(LIBRARY, library),
    ...pageFaults(landed, page).filter(({ outcome }) => outcome === 'fail'),
  ].filter((finding) => finding !== null);
}

/** What the web app or the library would refuse. What cannot be evaluated here is left to the browsers. */
async function configFaults(
  { config, page }: Pick<Answers, 'config' | 'page'>,
  base: string,
  signal: AbortSignal,
): Promise<readonly WebFound[]> {
  const read = await readDeployment(config.body, base, signal);
  if (read.kind === 'refused') return read.findings;
  const policy = read.kind === 'deployment' ? connectionPolicy(base, page, read.deployment) : null;
  return policy ? [policy] : [];
}
