/**
 * A guest that is not Vigie's, led through its steps on the sandbox: clean, and with faults, said right in both directions. Two
 * rooms at a time, each with its own sandbox: most of it is waiting.
 */
import { describe, expect, it, type TestContext } from 'vitest';
import type { BrowserName } from '../../../src/browsers/browser.ts';
import { hostGuest } from '../../../src/checks/call/guest/run.ts';
import type { GuestOutcome, GuestStepId } from '../../../src/checks/call/guest/steps.ts';
import { guestWords } from '../../../src/checks/call/guest/words/index.ts';
import { guestReport } from '../../../src/cli/guest-report.ts';
import { startSandbox } from '../../../src/sandbox/index.ts';
import { BareGuest } from '../../support/call/guest.ts';

interface Led {
  readonly browser: BrowserName;
  /** The last step that is played. */
  readonly until: GuestStepId;
  readonly breaks?: readonly string[];
  readonly patienceMs?: number;
}

/** Leads a guest that does what it is asked for. */
async function lead(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  { browser, until, breaks = [], patienceMs = 40_000 }: Led,
): Promise<GuestOutcome> {
  const sandbox = await startSandbox({ breaks: [...breaks] });
  onTestFinished(() => sandbox.close());
  const stop = new AbortController();
  const guests: BareGuest[] = [];
  onTestFinished(() => Promise.all(guests.map((guest) => guest.close())).then(() => {}));
  let last: GuestStepId | null = null;
  let present = false;
  const steps: GuestOutcome['steps'][number][] = [];
  const { letters } = guestWords.en;
  const outcome = await hostGuest(
    { url: sandbox.url, insecure: false, waitMs: 120_000, patienceMs, letters },
    {
      opened: (link) => {
        void BareGuest.start(browser, link).then(async (guest) => {
          guests.push(guest);
          await guest.open();
        });
      },
      look: ({ step, present: there }) => {
        present = there;
        if (step === last) return;
        last = step;
        if (step === 'return') void guests[0]!.leave().then(() => guests[0]!.open());
        if (step === 'mute') void guests[0]!.mute(true);
        if (step === 'unmute') void guests[0]!.mute(false);
      },
      stepped: (step) => {
        steps.push(step);
        if (step.id === until) stop.abort();
      },
    },
    stop.signal,
  );
  expect(present).toBe(true);
  return { ...outcome, steps };
}

const results = ({ steps }: GuestOutcome) => steps.map(({ id, result }) => `${id} ${result}`);
const cells = ({ steps }: GuestOutcome, id: GuestStepId) =>
  steps
    .find((step) => step.id === id)!
    .receptions.map(({ receiver, kind, state }) => `${receiver} ${kind} ${state}`)
    .sort();

describe('a bare page', () => {
  it.concurrent.for(['chromium', 'firefox'] as const)(
    'in %s is led through all steps, and all works in both directions',
    { timeout: 300_000 },
    async (browser, context) => {
      const outcome = await lead(context, { browser, until: 'unmute' });
      expect(results(outcome)).toEqual([
        'arrive ok',
        'three ok',
        'two ok',
        'three-again ok',
        'return ok',
        'mute ok',
        'unmute ok',
      ]);
      const three = outcome.steps.find(({ id }) => id === 'three')!;
      expect(three.report).toMatchObject({ hears: true, sees: true });
      for (const { kind, loudnessDb, width, framesPerSecond } of three.receptions) {
        if (kind === 'audio') expect(loudnessDb).toBeGreaterThan(-40);
        else {
          expect(width).toBe(320);
          expect(framesPerSecond).toBeGreaterThan(4);
        }
      }
      expect(guestReport(outcome, 'en')).toContain(
        'The guest hears, sees, is heard and is seen in every step',
      );
      expect(guestReport(outcome, 'fr')).toContain('L’invité entend, voit, est entendu et est vu');
    },
  );
});

/** Without anything to wait for, a step with a fault lasts as long as its patience. */
const PATIENCE_MS = 10_000;

describe.each([
  [
    ['audio C->A', ['A audio none', 'A video ok', 'B audio ok', 'B video ok'], {}],
    ['video C', ['A audio ok', 'A video none', 'B audio ok', 'B video none'], {}],
  ],
  [
    ['downlink C', ['A audio ok', 'A video ok', 'B audio ok', 'B video ok'], { hears: false, sees: false }],
    ['silent C', ['A audio silent', 'A video ok', 'B audio silent', 'B video ok'], {}],
  ],
] as const)('faults', (...faults) => {
  it.concurrent.for(faults.map(([fault, receptions, report]) => ({ fault, receptions, report })))(
    '$fault',
    async ({ fault, receptions, report }, context) => {
      const led = { browser: 'chromium', until: 'three', breaks: [fault], patienceMs: PATIENCE_MS } as const;
      const outcome = await lead(context, led);
      expect(results(outcome)).toEqual(['arrive ok', 'three partly']);
      expect(cells(outcome, 'three')).toEqual(receptions);
      expect(outcome.steps.at(-1)!.report).toMatchObject(report);
      expect(guestReport(outcome, 'en')).toContain(
        'Something does not work for this guest: see “three in the room”',
      );
    },
  );
});
