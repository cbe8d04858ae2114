/** Faults of ours that stopped a call, as findings: they say nothing of the deployment. */
import { BrowserFault, type BrowserFaultCode, type BrowserTrouble } from '../../../browsers/faults.ts';
import type { Found } from '../../check.ts';
import type { CallCauseOf } from '../causes.ts';
import { NotLoaded, ScriptsNotRun } from './loading.ts';
import type { Obstacle } from './obstacle.ts';
import { REFUSED_LIMIT } from './page-messages.ts';
import type { Participant } from './participant.ts';

/** So much of what a browser printed last is evidence. */
const OUTPUT_CHARS = 1000;

/** The first fault of ours among what stopped a call; null without one. */
export function firstOwnFault(obstacles: readonly Obstacle[]): Found<'call'> | null {
  const ours = obstacles.find((obstacle) => obstacle.whose === 'ours');
  return ours ? ownFault(ours.fault) : null;
}

/** What pages said that is not of the protocol, where it is more than a slip; null where it is not. */
export function droppedMessages(
  participants: readonly Pick<Participant, 'name' | 'messages'>[],
): Found<'call'> | null {
  const dropped = participants.flatMap(({ name, messages: { refused } }) => {
    const messages = [...refused.values()].reduce((sum, count) => sum + count, 0);
    return messages > REFUSED_LIMIT ? [{ participant: name, messages, reasons: [...refused.keys()] }] : [];
  });
  if (dropped.length === 0) return null;
  return { cause: { id: 'page-messages-dropped', participants: dropped }, outcome: 'pass' };
}

function ownFault({ code, trouble, output }: BrowserFault): Found<'call'> {
  return found(code, trouble, output.slice(-OUTPUT_CHARS));
}

const found = (id: BrowserFaultCode, trouble: BrowserTrouble, output = ''): Found<'call'> => ({
  // Each of these ids carries the same.
  cause: { id, trouble, output } as CallCauseOf<BrowserFaultCode>,
  outcome: 'error',
});

/** What kept browsers or pages from starting, though the web front answered. */
export function notStarted(failure: unknown): Found<'call'> {
  if (failure instanceof NotLoaded) {
    const { urls } = failure;
    const library = urls.some((url) => url.includes('lib-jitsi-meet'));
    const paths = urls.map((url) => url.replace(/^https?:\/\/[^/]*/, '').replace(/\?.*/, ''));
    return {
      cause: {
        id: library ? 'library-missing' : 'config-missing',
        urls,
        answer: { kind: 'not-loaded', paths },
      },
      outcome: 'fail',
      where: 'signaling',
    };
  }
  if (failure instanceof ScriptsNotRun) {
    return { cause: { id: 'scripts-not-run', ...failure.trouble }, outcome: 'fail', where: 'signaling' };
  }
  if (failure instanceof BrowserFault) return ownFault(failure);
  const reason = failure instanceof Error ? failure.message : String(failure);
  // puppeteer's own words for a command that a browser never answered.
  return /timed out|timeout/i.test(reason)
    ? found('browser-hung', { how: 'unresponsive', reason })
    : found('browser-start', { how: 'pages-not-started', reason: reason.split('\n')[0] ?? '' });
}
