/**
 * What the deployment's web front answers, asked from Vigie itself while the browsers start: status codes and
 * causes that a page only sees as "failed to load".
 */
import type { LookupFunction } from 'node:net';
import { resolverSilent } from '../../../net/failure.ts';
import { NotAnswered, Web } from '../../web/client.ts';
import {
  CONFIG,
  frontFinding,
  LIBRARY,
  missingScript,
  pageError,
  unreachable,
  type WebFound,
} from '../../web/findings.ts';

const DEADLINE_MS = 8000;
/** As much of a body as is needed to tell a script from a page. */
const BODY_CHARS = 200;

/** How the web front is asked. */
export interface Asking {
  /** Private addresses that it redirects to are asked although its own is public. */
  readonly allowPrivate?: boolean;
  /** Milliseconds; whatever has not answered by then is not going to. */
  readonly deadlineMs?: number;
  /** Names to addresses; by default as the system does it. */
  readonly lookup?: LookupFunction;
}

/**
 * Asks for the front page, `config.js` and the library; findings are empty when all three are there, and when
 * `signal` aborted.
 */
export async function preflight(
  base: string,
  insecure: boolean,
  signal: AbortSignal,
  { deadlineMs = DEADLINE_MS, lookup, allowPrivate = false }: Asking = {},
): Promise<WebFound[]> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  const web = new Web({ insecure, allowPrivate, home: new URL(base).hostname, ...(lookup && { lookup }) });
  const ask = (path: string) => web.ask(`${base}${path}`, { signal: within, limit: BODY_CHARS });
  try {
    const [front, config, library] = await Promise.all([ask(''), ask(CONFIG), ask(LIBRARY)]);
    if (front.status >= 500) return [pageError(base, front.status)];
    const missing = [missingScript(CONFIG, config), missingScript(LIBRARY, library)];
    return missing.filter((finding) => finding !== null);
  } catch (cause) {
    if (!(cause instanceof NotAnswered)) throw cause;
    if (signal.aborted) return [];
    // The system's resolver tries for longer than we wait: then it is that which does not answer.
    return [
      within.aborted && web.lookups.pending(new URL(cause.url).hostname)
        ? frontFinding(cause.url, resolverSilent(new URL(cause.url).hostname), cause.message)
        : unreachable(cause.url, cause.cause, deadlineMs),
    ];
  } finally {
    web.close();
  }
}
