/** What is wrong with a deployment's web front, as findings. */
import { type ConnectionFailure, failureOf } from '../../net/failure.ts';
import type { Outcome, Where } from '../check.ts';
import type { ScriptAnswer, WebCause } from './causes.ts';
import type { Answer } from './client.ts';

export const LIBRARY = 'libs/lib-jitsi-meet.min.js';
export const CONFIG = 'config.js';

/** A finding about the web front, in a run of either kind. */
export interface WebFound {
  readonly cause: WebCause;
  readonly outcome: Outcome;
  readonly where?: Where;
}

/** Fails the run: nobody gets into a call. */
export function webFail(cause: WebCause): WebFound {
  return { cause, outcome: 'fail', where: 'signaling' };
}

/** The finding for a fault of this machine; null for all others. */
export function ownFailure(
  failure: ConnectionFailure,
  asked: { readonly url: string; readonly message: string } | { readonly host: string },
): WebFound | null {
  const { failure: id, code } = failure;
  if (id !== 'own-network-down' && id !== 'own-resolver-down') return null;
  return { cause: { id, ...asked, code, failure }, outcome: 'error' };
}

/** Whose fault it is that this address of the web front could not be asked, as a finding. */
export function unreachable(url: string, cause: Error, deadlineMs: number): WebFound {
  return frontFinding(url, failureOf(new URL(url).host, cause, deadlineMs), cause.message);
}

/** The finding for an address of the web front that could not be asked. */
export function frontFinding(url: string, failure: ConnectionFailure, message: string): WebFound {
  const kind = failure.failure;
  const id = kind === 'host-unknown' || kind === 'certificate-invalid' ? kind : 'page-unreachable';
  return ownFailure(failure, { url, message }) ?? webFail({ id, url, code: failure.code, message, failure });
}

/** The finding for a front page that is answered with an error. */
export function pageError(url: string, answer: Pick<Answer, 'status' | 'headers' | 'body'>): WebFound {
  const meaning = meaningOf(answer);
  return webFail({ id: 'page-error', url, status: answer.status, ...(meaning && { meaning }) });
}

type Meaning = NonNullable<Extract<WebCause, { readonly id: 'page-error' }>['meaning']>;

/** What is known of an error: from its status, or from what servers write into such pages (nginx, Cloudflare). */
function meaningOf({ status, headers, body }: Pick<Answer, 'status' | 'headers' | 'body'>): Meaning | null {
  if (status === 401 && headers['www-authenticate'] !== undefined) return 'password';
  if (
    status === 400 &&
    /plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL/i.test(body)
  ) {
    return 'http-to-tls';
  }
  if (status === 400 && /SSL certificate (was sent|error)|certificate is required/i.test(body))
    return 'client-certificate';
  if (status === 421) return 'wrong-host';
  if (status === 502 || status === 504) return 'nothing-behind';
  if (status === 530) return 'cloudflare-tunnel';
  return status >= 520 && status <= 526 ? 'cloudflare-origin' : null;
}

/** What browsers take for a script where they are told not to guess (WHATWG MIME Sniffing 4.6). */
const SCRIPT_TYPE = /^\s*(application|text)\/(x-)?(java|ecma|j|live)script(1\.\d)?\s*([;,]|$)/i;
/** What they never run (Fetch, "should response to request be blocked due to its MIME type"). */
const NEVER_SCRIPT = /^\s*((image|audio|video)\/|text\/csv\s*([;,]|$))/i;

/** The content type by which browsers refuse to run what was answered for a script; null where they do run it. */
function refusedType({
  headers,
}: Pick<Answer, 'headers'>): Extract<ScriptAnswer, { kind: 'refused-type' }> | null {
  const type = String(headers['content-type'] ?? '').slice(0, 200);
  const nosniff = /^\s*nosniff/i.test(String(headers['x-content-type-options'] ?? ''));
  const refused = NEVER_SCRIPT.test(type) || (nosniff && !SCRIPT_TYPE.test(type));
  return refused ? { kind: 'refused-type', type, nosniff } : null;
}

/** What was answered where a script should be; null where it is one. */
export function noScript(answer: Pick<Answer, 'status' | 'body' | 'headers'>): ScriptAnswer | null {
  const { status, body } = answer;
  if (status !== 200) return { kind: 'status', status };
  // Many web fronts answer an unknown path with their start page.
  // An include that nobody evaluated is a comment of a script.
  const page = body.trimStart().startsWith('<') && !body.trimStart().startsWith('<!--#');
  return page ? { kind: 'page' } : refusedType(answer);
}

/**
 * The finding where one of the two scripts that everything else needs is not there, or is none; null where it is.
 * `byAddress`: the page has browsers load it; nobody sees the content type of a `config.js` that is written into the page.
 */
export function missingScript(
  path: typeof CONFIG | typeof LIBRARY,
  given: Pick<Answer, 'status' | 'body' | 'headers'>,
  byAddress = true,
): WebFound | null {
  const id = path === CONFIG ? 'config-missing' : 'library-missing';
  const answer = noScript(given);
  if (answer?.kind === 'refused-type')
    return byAddress ? webFail({ id, path, type: answer.type, answer }) : null;
  return answer && webFail({ id, path, status: given.status, answer });
}
