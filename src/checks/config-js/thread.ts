/** The thread that evaluates one `config.js` and is gone afterwards. */
import { readFile } from 'node:fs/promises';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { within } from '../../base/deadline.ts';
import { BROWSER, PICK } from './script.ts';
import type { Evaluated, Job } from './worker.ts';

const MEMORY_MB = 64;

/** What is asked of the thread, without what it is always given. */
export type Task = Omit<Job, 'modules' | 'interpreter' | 'around'>;

const { resolve } = createRequire(import.meta.url);
const modules: Job['modules'] = {
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

/**
 * Runs the task in a thread of its own, which is ended afterwards, whatever it does.
 * @throws {OutOfTime} after `ms` milliseconds; the reason of `outer` when that aborts
 */
export async function inThread(task: Task, ms: number, outer: AbortSignal): Promise<Evaluated> {
  made ??= program();
  const { code, interpreter } = await made;
  const job: Job = { ...task, modules, interpreter, around: { browser: BROWSER, pick: PICK } };
  const worker = new Worker(code, {
    workerData: job,
    env: {},
    execArgv: ['--no-warnings'],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, stackSizeMb: 4 },
  });
  try {
    return await within(
      ms,
      outer,
      () =>
        new Promise<Evaluated>((resolve, reject) => {
          worker.once('message', resolve);
          worker.once('error', reject);
          worker.once('exit', () => reject(new Error('its evaluation ended without a result')));
        }),
    );
  } finally {
    await worker.terminate();
  }
}
