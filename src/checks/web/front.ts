/** What is asked of a deployment's web front, and what is wrong with its answers. */
import type { Finding } from '../check.ts';
import type { Answer } from './client.ts';

export const LIBRARY = 'libs/lib-jitsi-meet.min.js';
export const CONFIG = 'config.js';

/** A finding about the way to a call. */
export function signalingFail(id: string, text: string, evidence?: Finding['evidence']): Finding {
  return { id, outcome: 'fail', text, where: 'signaling', ...(evidence ? { evidence } : {}) };
}

/** The finding for a front page that is answered with an error. */
export function pageError(url: string, status: number): Finding {
  return signalingFail('page-error', `The web front answers ${status}: nobody can open the page.`, {
    url,
    status,
  });
}

/** Findings on one of the two scripts that everything else needs. */
export function scriptFindings(
  path: typeof CONFIG | typeof LIBRARY,
  { status, body }: Pick<Answer, 'status' | 'body'>,
): Finding[] {
  const id = path === CONFIG ? 'config-missing' : 'library-missing';
  const missing = (what: string) => [
    signalingFail(id, `The web front answers ${what}: the call cannot even start.`, { path, status }),
  ];
  if (status !== 200) return missing(`${status} for ${path}`);
  // Many web fronts answer an unknown path with their start page.
  return body.trimStart().startsWith('<') ? missing(`with a page where ${path} should be`) : [];
}
