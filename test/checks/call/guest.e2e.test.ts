/** A guest that is not Vigie's, led through its steps on the sandbox: clean, and with faults, said right in both directions. */
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { BrowserName } from '../../../src/browsers/browser.ts';
import { hostGuest } from '../../../src/checks/call/guest/run.ts';
import type { GuestOutcome, GuestStepId } from '../../../src/checks/call/guest/steps.ts';
import { guestWords } from '../../../src/checks/call/guest/words/index.ts';
import { guestReport } from '../../../src/cli/guest-report.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { BareGuest } from '../../support/call/guest.ts';

let sandbox: Sandbox | null = null;
afterEach(async () => {
  await sandbox?.close();
  sandbox = null;
});

/** Leads a guest that does what it is asked for; `until` is the last step that is played. */
async function lead(
  browser: BrowserName,
  until: GuestStepId,
  at: Partial<Record<GuestStepId, () => void>> = {},
): Promise<GuestOutcome> {
  const stop = new AbortController();
  const guests: BareGuest[] = [];
  onTestFinished(() => Promise.all(guests.map((guest) => guest.close())).then(() => {}));
  let last: GuestStepId | null = null;
  let present = false;
  const steps: GuestOutcome['steps'][number][] = [];
  const options = { url: sandbox!.url, insecure: false, waitMs: 120_000, letters: guestWords.en.letters };
  const outcome = await hostGuest(
    options,
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
        at[step]?.();
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

describe.each(['chromium', 'firefox'] as const)('a bare page in %s', (browser) => {
  it('is led through all steps, and all works in both directions', { timeout: 300_000 }, async () => {
    sandbox = await startSandbox();
    const outcome = await lead(browser, 'unmute');
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
    expect(guestReport(outcome, 'en')).toContain('The guest hears, sees, is heard and is seen in every step');
    expect(guestReport(outcome, 'fr')).toContain('L’invité entend, voit, est entendu et est vu');
  });
});

describe('faults', () => {
  it.each([
    ['audio C->A', ['A audio none', 'A video ok', 'B audio ok', 'B video ok'], {}],
    ['video C', ['A audio ok', 'A video none', 'B audio ok', 'B video none'], {}],
    ['downlink C', ['A audio ok', 'A video ok', 'B audio ok', 'B video ok'], { hears: false, sees: false }],
    ['silent C', ['A audio silent', 'A video ok', 'B audio silent', 'B video ok'], {}],
  ] as const)('%s', async (fault, expected, report) => {
    sandbox = await startSandbox({ breaks: [fault] });
    const outcome = await lead('chromium', 'three');
    expect(results(outcome)).toEqual(['arrive ok', 'three partly']);
    expect(cells(outcome, 'three')).toEqual(expected);
    expect(outcome.steps.at(-1)!.report).toMatchObject(report);
    expect(guestReport(outcome, 'en')).toContain(
      'Something does not work for this guest: see “three in the room”',
    );
  });
});
