/**
 * Evaluates a stranger's `config.js` in QuickJS, an interpreter of its own in WebAssembly: what it runs has no
 * objects of ours, no module, no file and no network, only the few things that a browser has and that are made up
 * below. A thread of its own, because a few built-in functions of an interpreter cannot be interrupted from within;
 * whoever waits for the thread can end it. Each task has an interpreter of its own, with memory that nothing was in before.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { QuickJSContext } from 'quickjs-emscripten-core';
import type { Stopped } from './faults.ts';

/** What the thread is given once. */
export interface Tools {
  /** The addresses of what it loads; it is loaded from no file itself (see `thread.ts`). */
  readonly modules: { readonly quickjs: string; readonly variant: string };
  /** The interpreter, compiled. */
  readonly interpreter: WebAssembly.Module;
  /** What surrounds the source: run before it, and run after it for what is picked. */
  readonly around: { readonly browser: string; readonly pick: string };
}

/** What it is to evaluate. */
export interface Task {
  readonly source: string;
  /** The page's address, for `location`. */
  readonly href: string;
  /** How much processor time it may use, in milliseconds. */
  readonly ms: number;
}

/** What it answers with. */
export interface Evaluated {
  /** JSON of what was picked; null where there is no `config`. */
  readonly picked: string | null;
  /** What ended the script early, and in which line. */
  readonly error: Stopped | null;
  /** It used up its processor time. */
  readonly interrupted: boolean;
}

const MEMORY = 32_000_000;
const STACK = 256_000;

const { modules, interpreter, around } = workerData as Tools;
const core = (await import(modules.quickjs)) as typeof import('quickjs-emscripten-core');
const { default: base } = (await import(
  modules.variant
)) as typeof import('@jitl/quickjs-wasmfile-release-sync');

async function evaluate({ source, href, ms }: Task): Promise<Evaluated> {
  const variant = core.newVariant(base, { wasmModule: interpreter });
  const quickjs = await core.newQuickJSWASMModuleFromVariant(variant);
  const runtime = quickjs.newRuntime();
  runtime.setMemoryLimit(MEMORY);
  runtime.setMaxStackSize(STACK);
  const until = processorMs() + ms;
  let interrupted = false;
  runtime.setInterruptHandler(() => {
    interrupted ||= processorMs() > until;
    return interrupted;
  });
  const context = runtime.newContext();
  const { protocol, host, hostname, port, origin, pathname } = new URL(href);
  const location = { href, protocol, host, hostname, port, origin, pathname, search: '', hash: '' };
  run(context, `var location = ${JSON.stringify(location)};${around.browser}`, 'browser');
  const done = run(context, source, 'config.js');
  const picked = run(context, around.pick, 'pick');
  return {
    picked: typeof picked.value === 'string' ? picked.value : null,
    error: done.error ?? picked.error,
    interrupted,
  };
}

/** Of this thread: a machine that is busy with other things does not count against the script. */
function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function run(
  context: QuickJSContext,
  code: string,
  name: string,
): { value: unknown; error: Evaluated['error'] } {
  const result = context.evalCode(code, name);
  if (!result.error) {
    const handle = result.value;
    // Only text is taken out: a hostile object is not walked.
    return { value: context.typeof(handle) === 'string' ? context.getString(handle) : null, error: null };
  }
  const thrown: unknown = context.dump(result.error);
  return { value: null, error: thrownError(thrown) };
}

/** What was thrown, whatever it is. */
function thrownError(thrown: unknown): NonNullable<Evaluated['error']> {
  const fields = typeof thrown === 'object' && thrown !== null ? (thrown as Record<string, unknown>) : {};
  const text = (value: unknown, otherwise: string) =>
    typeof value === 'string' ? value.slice(0, 200) : otherwise;
  const stack = text(fields.stack, '');
  const line = /config\.js:(\d+)/.exec(stack)?.[1] ?? fields.lineNumber;
  return {
    name: text(fields.name, 'Error'),
    message: text(fields.message, typeof thrown === 'string' ? thrown.slice(0, 200) : 'thrown'),
    line: line === undefined ? null : Number(line) || null,
  };
}

parentPort?.on('message', (task: Task) => {
  // What it throws ends the thread, and whoever waits for it is told.
  void evaluate(task).then((evaluated) => parentPort?.postMessage(evaluated));
});
