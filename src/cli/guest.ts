/** `vigie guest`: a room for a device that no browser of ours can stand for. */
import { writeFile } from 'node:fs/promises';
import { parseDuration } from '../base/durations.ts';
import { errorCode } from '../base/errno.ts';
import { terminalJson } from '../base/escape.ts';
import { EXIT } from '../base/exit-status.ts';
import { LANGUAGES, type Language } from '../base/language.ts';
import { BrowserFault } from '../browsers/faults.ts';
import { type GuestNow, hostGuest } from '../checks/call/guest/run.ts';
import type { GuestOutcome } from '../checks/call/guest/steps.ts';
import { guestWords } from '../checks/call/guest/words/index.ts';
import { qrLines } from '../report/qr.ts';
import { addressOf } from './address.ts';
import type { Command } from './command.ts';
import { guestLines, guestReport, guestStepLine } from './guest-report.ts';
import { type CommandIo, hasColor, UsageError } from './io.ts';

export const guest: Command<'guest'> = async ({ arguments: { URL: url }, options }, io) => {
  const language = LANGUAGES.find((one) => one === options.lang) ?? 'en';
  if (options.report) await writable(options.report);
  const words = guestWords[language];
  const live = new Live(io, language);
  const settings = {
    url: addressOf(url),
    insecure: options.insecure,
    waitMs: options.wait * 60_000,
    patienceMs: parseDuration(options.patience)!,
    letters: words.letters,
  };
  let outcome: GuestOutcome;
  try {
    outcome = await hostGuest(
      settings,
      {
        opened: (link) => {
          const code = options['no-qr'] ? [] : qrLines(link);
          live.print(`${words.opened(link)}\n${code.map((line) => `  ${line}\n`).join('')}`);
        },
        look: (now) => live.show(now),
        stepped: (step) => live.print(`${guestStepLine(step, language)}\n`),
      },
      io.signal,
    );
  } catch (cause) {
    if (!(cause instanceof BrowserFault)) throw cause;
    io.stderr.write(`vigie guest: ${cause.message}\n`);
    return EXIT.error;
  } finally {
    live.clear();
  }
  const report = guestReport(outcome, language);
  if (options.report) await writeFile(options.report, report);
  io.stdout.write(options.json ? `${terminalJson(outcome, 2)}\n` : report);
  return statusOf(outcome);
};

/** 0 all that was tried works, 1 something does not, 3 nobody came, or it ended early. */
function statusOf({ steps, stopped }: GuestOutcome): number {
  if (steps.some(({ result }) => result === 'partly' || result === 'none')) return EXIT.fail;
  return stopped !== null || steps[0]?.result !== 'ok' ? EXIT.error : EXIT.pass;
}

async function writable(file: string): Promise<void> {
  await writeFile(file, '', { flag: 'a' }).catch((error: unknown) => {
    throw new UsageError(`--report: ${file} cannot be written (${errorCode(error)})`);
  });
}

/** A few lines on a terminal that are drawn over; elsewhere nothing but what changes. */
class Live {
  readonly #io: CommandIo;
  readonly #language: Language;
  readonly #terminal: boolean;
  #drawn = 0;
  #last = '';

  constructor(io: CommandIo, language: Language) {
    this.#io = io;
    this.#language = language;
    this.#terminal = hasColor(io.stderr);
  }

  show(now: GuestNow): void {
    const lines = guestLines(now, this.#language, Date.now());
    if (this.#terminal) {
      this.clear();
      this.#io.stderr.write(`${lines.join('\n')}\n`);
      this.#drawn = lines.length;
    } else if (lines[0] !== this.#last) {
      this.#last = lines[0] ?? '';
      this.#io.stderr.write(`${this.#last}\n`);
    }
  }

  print(text: string): void {
    this.clear();
    this.#io.stderr.write(text);
  }

  clear(): void {
    if (this.#drawn > 0) this.#io.stderr.write(`\u001b[${this.#drawn}A\u001b[J`);
    this.#drawn = 0;
  }
}
