/** The threads that evaluate `config.js` files: one that answered takes the next file; one that did not is ended. */
import { readFile } from 'node:fs/promises';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { within } from '../../base/deadline.ts';
import { BROWSER, PICK } from './script.ts';
import type { Evaluated, Task, Tools } from './worker.ts';

const MEMORY_MB = 64;
/** How long a thread waits for the next file. */
const IDLE_MS = 10_000;

const { resolve } = createRequire(import.meta.url);
const modules: Tools['modules'] = {
  quickjs: pathToFileURL(resolve('quickjs-emscripten-core')).href,
  variant: pathToFileURL(resolve('@jitl/quickjs-wasmfile-release-sync')).href,
};

interface Program {
  readonly code: URL;
  readonly interpreter: WebAssembly.Module;
}
let made: Promise<Program> | null = null;

/**
 * The thread's program as JavaScript, and its interpreter compiled, both made once: threads that load the TypeScript file
 * and the WebAssembly themselves spend most of an evaluation's processor time on stripping types and on compiling. Neither
 * carries state from one thread to the next.
 */
async function program(): Promise<Program> {
  const text = stripTypeScriptTypes(await readFile(new URL('./worker.ts', import.meta.url), 'utf8'));
  const wasm = await readFile(resolve('@jitl/quickjs-wasmfile-release-sync/wasm'));
  return {
    code: new URL(`data:text/javascript,${encodeURIComponent(text)}`),
    interpreter: await WebAssembly.compile(wasm),
  };
}

/** A thread without a task, and what takes it out of its waiting. */
let idle: { readonly worker: Worker; readonly wake: () => void } | null = null;

async function start(): Promise<Worker> {
  made ??= program();
  const { code, interpreter } = await made;
  const tools: Tools = { modules, interpreter, around: { browser: BROWSER, pick: PICK } };
  return new Worker(code, {
    workerData: tools,
    env: {},
    execArgv: ['--no-warnings'],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, stackSizeMb: 4 },
  });
}

/** The idle thread, which is nobody else's then. */
function take(): Worker | null {
  const taken = idle;
  taken?.wake();
  return taken?.worker ?? null;
}

/** Keeps a thread that has answered for the next task. It does not keep the process. */
function keep(worker: Worker): void {
  if (idle) {
    void worker.terminate();
    return;
  }
  const forget = () => {
    if (idle?.worker === worker) idle = null;
  };
  const ending = setTimeout(() => {
    wake();
    void worker.terminate();
  }, IDLE_MS).unref();
  const wake = () => {
    forget();
    clearTimeout(ending);
    worker.off('error', forget).off('exit', forget).ref();
  };
  worker.on('error', forget).on('exit', forget).unref();
  idle = { worker, wake };
}

/** What the thread answers. @throws what ended it without an answer */
async function answer(worker: Worker, task: Task): Promise<Evaluated> {
  const { promise, resolve, reject } = Promise.withResolvers<Evaluated>();
  const ended = () => reject(new Error('its evaluation ended without a result'));
  worker.on('message', resolve).on('error', reject).on('exit', ended);
  worker.postMessage(task);
  try {
    return await promise;
  } finally {
    worker.off('message', resolve).off('error', reject).off('exit', ended);
  }
}

/**
 * Runs the task in a thread. A thread that is not done in time, or fails, is ended, whatever it does.
 * @throws {OutOfTime} after `ms` milliseconds; the reason of `outer` when that aborts
 */
export async function inThread(task: Task, ms: number, outer: AbortSignal): Promise<Evaluated> {
  const worker = take() ?? (await start());
  try {
    const evaluated = await within(ms, outer, () => answer(worker, task));
    keep(worker);
    return evaluated;
  } catch (cause) {
    await worker.terminate();
    throw cause;
  }
}
