/**
 * Reads what Vigies in other places say of their checks (`GET /api/status`), in the background: a page never waits for it. What
 * they answer is a stranger's: it is bounded, has a deadline and a schema, and where it does not fit, nothing is known of that place.
 */
import { z } from 'zod';
import { within } from '../base/deadline.ts';
import { errorCode } from '../base/errno.ts';
import { KINDS, type Kind, type Logger } from '../checks/check.ts';
import type { OtherConfig } from '../config/status.ts';
import { type OtherPlace, type SeenCheck, seenCheck } from '../view/places.ts';

/** How often, and how long one may take to answer. */
const EVERY_MS = 30_000;
const ANSWER_MS = 10_000;
/** An answer counts for so long when none follows: a single one that fails makes no place unknown. */
const COUNTS_MS = 100_000;
/** A thousand checks have 200 kB. */
const LARGEST = 1_000_000;
const MOST_CHECKS = 1000;

/** A newer Vigie may say more, and have kinds that are not known here. */
const answer = z.object({
  checks: z.array(z.object({ ...seenCheck, kind: z.string().max(40) })).max(MOST_CHECKS),
});
const isKnown = (kind: string): kind is Kind => KINDS.some((known) => known === kind);

interface Other {
  readonly config: OtherConfig;
  checks: readonly SeenCheck[];
  /** When its last usable answer came, by a clock that nobody sets; null before the first. */
  answeredAt: number | null;
  reading: boolean;
  /** What was wrong with the last attempt; null where nothing was. */
  fault: string | null;
}

export class Others {
  readonly #log: Logger;
  readonly #everyMs: number;
  readonly #countsMs: number;
  #others: Other[] = [];
  #timer: NodeJS.Timeout | null = null;
  #abort = new AbortController();

  constructor(log: Logger, { everyMs = EVERY_MS, countsMs = COUNTS_MS } = {}) {
    this.#log = log;
    this.#everyMs = everyMs;
    this.#countsMs = countsMs;
  }

  /** From now on these. What is known of one that stays is kept. */
  configure(configs: readonly OtherConfig[]): void {
    this.stop();
    this.#abort = new AbortController();
    const before = this.#others;
    this.#others = configs.map((config) => {
      const same = before.find(
        (each) => each.config.place === config.place && each.config.url === config.url,
      );
      return {
        config,
        checks: same?.checks ?? [],
        answeredAt: same?.answeredAt ?? null,
        reading: false,
        fault: same?.fault ?? null,
      };
    });
    if (configs.length === 0) return;
    this.#readAll();
    this.#timer = setInterval(() => this.#readAll(), this.#everyMs).unref();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#abort.abort();
  }

  /** What is known now. */
  places(): readonly OtherPlace[] {
    return this.#others.map(({ config: { place }, checks, answeredAt }) => {
      const reachable = answeredAt !== null && performance.now() - answeredAt < this.#countsMs;
      return {
        place,
        reachable,
        checks: reachable
          ? checks
          : checks.map((check) => ({ ...check, state: 'unknown' as const, since: null })),
      };
    });
  }

  #readAll(): void {
    for (const other of this.#others) if (!other.reading) void this.#read(other, this.#abort.signal);
  }

  async #read(other: Other, stop: AbortSignal): Promise<void> {
    const { place } = other.config;
    other.reading = true;
    try {
      other.checks = await within(ANSWER_MS, stop, (signal) => ask(other.config, signal));
      other.answeredAt = performance.now();
      if (other.fault !== null) this.#log.info({ place }, `the Vigie in ${place} answers again`);
      other.fault = null;
    } catch (error) {
      if (stop.aborted) return;
      const fault = error instanceof AnswerError ? error.message : errorCode(causeOf(error));
      if (fault !== other.fault) {
        this.#log.warn(
          { place, reason: fault },
          `the status of the Vigie in ${place} cannot be read: ${fault}`,
        );
      }
      other.fault = fault;
    } finally {
      other.reading = false;
    }
  }
}

/** What is wrong with an answer, without any of its text. */
class AnswerError extends Error {}

async function ask({ url, token }: OtherConfig, signal: AbortSignal): Promise<readonly SeenCheck[]> {
  const response = await fetch(new URL('api/status', url), {
    headers: {
      accept: 'application/json',
      'user-agent': 'Vigie',
      ...(token && { authorization: `Bearer ${token.reveal()}` }),
    },
    // A token is not carried on to another place.
    redirect: 'manual',
    signal,
  });
  if (!response.ok) {
    void response.body?.cancel().catch(() => undefined);
    throw new AnswerError(`HTTP status ${response.status}`);
  }
  const parsed = answer.safeParse(parseJson(await textOf(response)));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AnswerError(`the answer is not what a Vigie says (${placeIn(issue?.path ?? [])})`);
  }
  // What is named twice is said once.
  const first = new Map<string, SeenCheck>();
  for (const check of parsed.data.checks) {
    const { kind, name } = check;
    if (isKnown(kind) && !first.has(`${kind} ${name}`)) first.set(`${kind} ${name}`, { ...check, kind });
  }
  return [...first.values()];
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > LARGEST) throw new AnswerError(`the answer has more than ${LARGEST / 1e6} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new AnswerError('the answer is no JSON');
  }
}

/** Where in an answer something is wrong; names come from our schema, so that none is a stranger's. */
function placeIn(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'no list of checks' : path.map(String).join('.');
}

function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}
