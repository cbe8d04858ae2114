/** A call with a guest that goes on behind a page of the service: what is said of it is what `vigie guest` prints. */
import type { Language } from '../base/language.ts';
import { type GuestNow, hostGuest } from '../checks/call/guest/run.ts';
import type { GuestOutcome, GuestStep } from '../checks/call/guest/steps.ts';
import { guestWords } from '../checks/call/guest/words/index.ts';
import type { GuestCall, GuestTarget } from '../server/guests.ts';
import { guestLines, guestReport, guestStepLine } from './guest-report.ts';

/** How long a guest is waited for, and how long a step may take: what the command has where nothing is said. */
const WAIT_MS = 10 * 60_000;
const PATIENCE_MS = 40_000;

export function startGuestCall({ url, insecure }: GuestTarget, language: Language): GuestCall {
  const end = new AbortController();
  const steps: GuestStep[] = [];
  let link: string | null = null;
  let now: GuestNow | null = null;
  let outcome: GuestOutcome | null = null;
  let failed: string | null = null;
  const options = {
    url,
    insecure,
    waitMs: WAIT_MS,
    patienceMs: PATIENCE_MS,
    letters: guestWords[language].letters,
  };
  const listener = {
    opened: (opened: string) => {
      link = opened;
    },
    look: (seen: GuestNow) => {
      now = seen;
    },
    stepped: (step: GuestStep) => {
      steps.push(step);
    },
  };
  const done = hostGuest(options, listener, end.signal).then(
    (result) => {
      outcome = result;
    },
    (cause: unknown) => {
      failed = cause instanceof Error ? cause.message : String(cause);
    },
  );
  return {
    view: (reader) => ({
      link,
      lines: now ? guestLines(now, reader, Date.now()) : [],
      steps: steps.map((step) => guestStepLine(step, reader)),
      report: outcome ? guestReport(outcome, reader) : failed,
    }),
    get over() {
      return outcome !== null || failed !== null;
    },
    stop: async () => {
      end.abort();
      await done;
    },
  };
}
