/**
 * A world of a page beside its own: scripts there see the same document, but none of the page's scripts sees or changes a variable, a
 * function or a binding of it. In Chromium it is an isolated world, as extensions have (Page.createIsolatedWorld), in Firefox a
 * sandbox (WebDriver BiDi, `script.SandboxTarget`).
 */
import { randomBytes } from 'node:crypto';
import type { CDPSession, Frame, Page } from 'puppeteer-core';
import { BrowserFault } from './faults.ts';

/** Its name. Pages cannot reach a world by its name. */
const WORLD = 'vigie';

export interface IsolatedWorld {
  /**
   * Makes it in the present document, or in that of a frame of the same process (Chromium), and runs a script there; whatever was there
   * before is another document's.
   */
  enter(script: string, frame?: Frame): Promise<void>;
  /** The text that an expression gives there; null where it gives something else. @throws what it throws */
  evaluate(expression: string): Promise<string | null>;
}

export interface Binding {
  /** The function of that world that `hear` is called for. */
  readonly name: string;
  readonly hear: (text: unknown) => void;
}

/** The same for a page of Chromium; `session` is one of that page, with `Runtime` enabled. */
export async function isolatedInChromium(session: CDPSession, binding: Binding): Promise<IsolatedWorld> {
  session.on('Runtime.bindingCalled', ({ name, payload }) => {
    if (name === binding.name) binding.hear(payload);
  });
  const [{ frameTree }] = await Promise.all([
    session.send('Page.getFrameTree'),
    session.send('Runtime.addBinding', { name: binding.name, executionContextName: WORLD }),
  ]);
  let contextId = 0;
  const evaluate = async (expression: string): Promise<string | null> => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      contextId,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return typeof result.value === 'string' ? result.value : null;
  };
  return {
    evaluate,
    enter: async (script, frame) => {
      const { _id: id } = (frame ?? {}) as { readonly _id?: string };
      const made = await session.send('Page.createIsolatedWorld', {
        frameId: id ?? frameTree.frame.id,
        worldName: WORLD,
      });
      contextId = made.executionContextId;
      await evaluate(script);
    },
  };
}

/** What of puppeteer's connection to Firefox is used; it has no interface of its own for worlds. */
interface BidiConnection {
  send(method: string, params: object): Promise<{ readonly result: unknown }>;
  on(event: string, listener: (params: unknown) => void): void;
}

/** The same for a page of Firefox. */
export function isolatedInFirefox(page: Page, { name, hear }: Binding): IsolatedWorld {
  const { connection } = page.browser() as unknown as { readonly connection?: BidiConnection };
  const { _id: context } = page.mainFrame() as unknown as { readonly _id?: string };
  if (!connection || context === undefined) {
    const reason = 'this release of puppeteer does not give access to WebDriver BiDi';
    throw new BrowserFault('browser-start', { how: 'not-started', program: 'firefox', reason });
  }
  const channel = `vigie-${randomBytes(8).toString('hex')}`;
  connection.on('script.message', (message) => {
    const { channel: of, data } = message as { channel?: unknown; data?: { value?: unknown } };
    if (of === channel) hear(data?.value);
  });
  const target = { context, sandbox: WORLD };
  const send = async (method: string, params: object): Promise<string | null> => {
    const { result } = await connection.send(method, { target, awaitPromise: false, ...params });
    return answerOf(result);
  };
  const evaluate = (expression: string) => send('script.evaluate', { expression });
  return {
    evaluate,
    enter: async (script) => {
      await send('script.callFunction', {
        functionDeclaration: `(call) => { globalThis.${name} = (text) => { call(text); }; }`,
        arguments: [{ type: 'channel', value: { channel } }],
      });
      await evaluate(script);
    },
  };
}

/** Source: WebDriver BiDi, `script.EvaluateResult`. */
function answerOf(result: unknown): string | null {
  const {
    type,
    result: value,
    exceptionDetails,
  } = result as {
    type?: unknown;
    result?: { type?: unknown; value?: unknown };
    exceptionDetails?: { text?: unknown };
  };
  if (type === 'exception') throw new Error(String(exceptionDetails?.text));
  return value?.type === 'string' && typeof value.value === 'string' ? value.value : null;
}
