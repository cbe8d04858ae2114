/** Faults of ours, as findings. */
import { describe, expect, it } from 'vitest';
import { BrowserFault } from '../../../../src/browsers/faults.ts';
import { NotLoaded } from '../../../../src/checks/call/drive/loading.ts';
import type { Obstacle } from '../../../../src/checks/call/drive/obstacle.ts';
import { firstOwnFault, notStarted } from '../../../../src/checks/call/drive/own-faults.ts';
import { sentence } from '../../../../src/checks/sentence.ts';
import { START } from '../../../support/call/scene.ts';

const killed = (browser: string) =>
  new BrowserFault('browser-died', { how: 'killed', browser }, 'x'.repeat(5000));
const ours = (browser: string): Obstacle => ({ whose: 'ours', fault: killed(browser), at: START });
const refused: Obstacle = {
  whose: 'target',
  participant: 'A',
  detail: { stage: 'conference', error: 'conference.focusLeft' },
  at: START,
};

describe('a fault of ours', () => {
  it('is an error, the first one alone, with the end of what the browser said', () => {
    const found = firstOwnFault([refused, ours('chromium'), ours('firefox')])!;
    expect(found).toEqual({
      cause: {
        id: 'browser-died',
        trouble: { how: 'killed', browser: 'chromium' },
        output: 'x'.repeat(1000),
      },
      outcome: 'error',
    });
    expect(sentence('call', found.cause, 'en')).toMatch(/^Our chromium was killed \(SIGKILL/);
  });

  it('is nothing that the deployment reported', () => {
    expect(firstOwnFault([refused])).toBeNull();
  });
});

describe('pages that did not start', () => {
  it('are the deployment’s fault where its scripts did not load', () => {
    const base = 'https://meet.example.org/';
    const { cause, outcome, where } = notStarted(
      new NotLoaded([`${base}libs/lib-jitsi-meet.min.js?v=1`, `${base}config.js`]),
    );
    expect({ outcome, where }).toEqual({ outcome: 'fail', where: 'signaling' });
    expect(cause).toMatchObject({
      id: 'library-missing',
      answer: { kind: 'not-loaded', paths: ['/libs/lib-jitsi-meet.min.js', '/config.js'] },
    });
    expect(sentence('call', cause, 'en')).toBe(
      'The browser could not load /libs/lib-jitsi-meet.min.js and /config.js from the deployment.',
    );
  });

  it.each([
    [killed('firefox'), 'browser-died', 'killed'],
    [new Error('Navigation timed out after 15000 ms'), 'browser-hung', 'unresponsive'],
    [new Error('net::ERR_ABORTED\nat …'), 'browser-start', 'pages-not-started'],
  ])('are ours otherwise: %s', (failure, id, how) => {
    const { cause, outcome } = notStarted(failure);
    expect(outcome).toBe('error');
    expect(cause).toMatchObject({ id, trouble: { how } });
  });
});
