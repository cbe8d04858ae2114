/** Has messages verified in a thread, which is ended and replaced when it does not answer any more. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Worker } from 'node:worker_threads';
import { OutOfTime, within } from '../../base/deadline.ts';
import type { ResolveResult } from '../../dns/resolver.ts';
import type { Reply, Request, Verified, VerifyOptions } from './verifying.ts';

/** Within the limits of a header and a message nothing takes a second, on a machine that is not busy. */
const SILENT_MS = 10_000;
/** How long a thread waits for the next message. */
const IDLE_MS = 10_000;
const MEMORY = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8, stackSizeMb: 4 } as const;
const PROGRAM = new URL('./verifying.ts', import.meta.url);

/** Answers as `dns.promises.resolve` does. */
export type LookUp = (name: string, rrtype: string) => Promise<ResolveResult>;

interface Task extends PromiseWithResolvers<Verified> {
  /** Looks up for whoever asked, in the run that asked. */
  readonly lookUp: LookUp;
}

/** One thread, with the messages that it has in hand. */
class Thread {
  readonly #worker: Worker;
  readonly #silentMs: number;
  readonly #tasks = new Map<number, Task>();
  #next = 0;
  #alive: (() => void) | null = null;
  #ended = false;

  constructor(program: URL, silentMs: number) {
    this.#silentMs = silentMs;
    this.#worker = new Worker(program, {
      env: {},
      execArgv: ['--no-warnings'],
      resourceLimits: MEMORY,
    });
    this.#worker
      .on('message', (reply: Reply) => this.#take(reply))
      .on('error', (cause: Error) => this.#lose(cause))
      .on('exit', () => this.#lose(new Error('the verification ended without a result')));
    this.#worker.unref();
  }

  get usable(): boolean {
    return !this.#ended;
  }

  get busy(): boolean {
    return this.#tasks.size > 0;
  }

  async verify(raw: Buffer, options: VerifyOptions, lookUp: LookUp): Promise<Verified> {
    const number = this.#next++;
    const inRun = AsyncLocalStorage.snapshot();
    const task = {
      ...Promise.withResolvers<Verified>(),
      lookUp: (name: string, rrtype: string) => inRun(lookUp, name, rrtype),
    };
    this.#tasks.set(number, task);
    this.#worker.ref();
    this.#post({ type: 'verify', task: number, raw, options });
    void this.#watch();
    try {
      return await task.promise;
    } finally {
      this.#tasks.delete(number);
      if (!this.busy) this.#worker.unref();
    }
  }

  async end(): Promise<void> {
    this.#lose(new Error('the verification was ended'));
    await this.#worker.terminate();
  }

  /** As long as it has work: asks it for a sign of life, and ends it when there is none. */
  async #watch(): Promise<void> {
    if (this.#alive) return;
    while (this.busy && !this.#ended) {
      try {
        await within(this.#silentMs, new AbortController().signal, () => this.#signOfLife());
      } catch (cause) {
        this.#lose(cause instanceof OutOfTime ? cause : new Error(String(cause)));
        await this.#worker.terminate();
      }
      this.#alive = null;
    }
  }

  async #signOfLife(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#alive = resolve;
    this.#post({ type: 'alive' });
    await promise;
    const pause = Promise.withResolvers<void>();
    setTimeout(pause.resolve, this.#silentMs / 4).unref();
    await Promise.race([
      pause.promise,
      ...[...this.#tasks.values()].map((task) => task.promise.catch(() => {})),
    ]);
  }

  #take(reply: Reply): void {
    if (reply.type === 'alive') {
      this.#alive?.();
      return;
    }
    const task = this.#tasks.get(reply.task);
    if (reply.type === 'verified') task?.resolve(reply.result);
    else if (reply.type === 'failed') task?.reject(new Error(reply.message));
    else if (task) void this.#lookUp(task, reply);
  }

  async #lookUp(
    task: Task,
    { question, name, rrtype }: Extract<Reply, { readonly type: 'look-up' }>,
  ): Promise<void> {
    try {
      this.#post({ type: 'found', question, answer: await task.lookUp(name, rrtype) });
    } catch (cause) {
      const { code = 'ESERVFAIL', message } = cause as NodeJS.ErrnoException;
      this.#post({ type: 'not-found', question, code, message });
    }
  }

  #post(request: Request): void {
    if (!this.#ended) this.#worker.postMessage(request);
  }

  #lose(cause: Error): void {
    this.#ended = true;
    this.#alive?.();
    for (const task of this.#tasks.values()) task.reject(new Lost(cause.message));
  }
}

/** The thread is gone, for whichever of the messages that it had. */
class Lost extends Error {}

/** Verifies messages, those of all runs in one thread. */
export class Verifier {
  readonly #program: URL;
  readonly #silentMs: number;
  #thread: Thread | null = null;
  #ending: NodeJS.Timeout | undefined;

  constructor(program = PROGRAM, silentMs = SILENT_MS) {
    this.#program = program;
    this.#silentMs = silentMs;
  }

  /**
   * What mailauth finds out about a message. Where the thread is lost, each message is tried once more in a thread of its own: one
   * of them may have been the cause.
   */
  async verify(raw: Buffer, options: VerifyOptions, lookUp: LookUp): Promise<Verified> {
    clearTimeout(this.#ending);
    if (!this.#thread?.usable) this.#thread = new Thread(this.#program, this.#silentMs);
    const thread = this.#thread;
    try {
      return await thread.verify(raw, options, lookUp);
    } catch (cause) {
      if (!(cause instanceof Lost)) throw cause;
    } finally {
      if (!thread.busy && thread === this.#thread) this.#endLater(thread);
    }
    const own = new Thread(this.#program, this.#silentMs);
    try {
      return await own.verify(raw, options, lookUp);
    } finally {
      await own.end();
    }
  }

  #endLater(thread: Thread): void {
    clearTimeout(this.#ending);
    this.#ending = setTimeout(() => {
      if (thread.busy) return;
      if (this.#thread === thread) this.#thread = null;
      void thread.end();
    }, IDLE_MS).unref();
  }
}

/** Of this process. */
export const verifier = new Verifier();
