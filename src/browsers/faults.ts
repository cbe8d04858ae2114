/** Faults of our own browsers, distinguished by code, with what happened as data. None of them says anything about the target. */
import { z } from 'zod';
import type { Immutable } from '../base/immutable.ts';

export type BrowserFaultCode =
  | 'browser-missing'
  | 'browser-start'
  | 'browser-died'
  | 'browser-hung'
  | 'page-failed'
  | 'sound-server'
  | 'no-memory'
  | 'too-few-files';

const text = z.string();

/** What happened. `reason` quotes a system or a library. */
export const browserTrouble = z.discriminatedUnion('how', [
  z.strictObject({ how: z.literal('named-one-missing'), variable: text, path: text }),
  z.strictObject({
    how: z.literal('not-installed'),
    browser: text,
    programs: z.array(text),
    variable: text,
    package: text,
  }),
  z.strictObject({ how: z.literal('no-pulseaudio') }),
  z.strictObject({ how: z.literal('not-started'), program: text, reason: text }),
  z.strictObject({ how: z.literal('not-reached'), browser: text, at: text, reason: text }),
  z.strictObject({ how: z.literal('too-few-files'), limit: z.int(), least: z.int() }),
  z.strictObject({ how: z.literal('out-of-memory'), browser: text }),
  z.strictObject({ how: z.literal('killed'), browser: text }),
  z.strictObject({ how: z.literal('crashed'), browser: text, signal: text }),
  z.strictObject({ how: z.literal('ended'), browser: text, status: z.int().nullable() }),
  z.strictObject({ how: z.literal('disconnected'), browser: text, at: text }),
  z.strictObject({ how: z.literal('page-crashed'), browser: text, participant: text, reason: text }),
  z.strictObject({ how: z.literal('page-not-started'), browser: text }),
  z.strictObject({ how: z.literal('pages-not-started'), reason: text }),
  z.strictObject({ how: z.literal('page-still'), browser: text, participant: text, seconds: z.number() }),
  z.strictObject({ how: z.literal('network-changed'), browser: text, participant: text }),
  z.strictObject({ how: z.literal('no-answer'), ms: z.number() }),
  z.strictObject({ how: z.literal('unresponsive'), reason: text }),
  z.strictObject({
    how: z.literal('page-exception'),
    browser: text,
    participant: text,
    error: text,
    library: text.nullable().describe('the version of lib-jitsi-meet'),
  }),
]);

export type BrowserTrouble = Immutable<z.output<typeof browserTrouble>>;

export class BrowserFault extends Error {
  readonly code: BrowserFaultCode;
  readonly trouble: BrowserTrouble;
  /** What the browser last printed, for evidence. */
  readonly output: string;

  constructor(code: BrowserFaultCode, trouble: BrowserTrouble, output = '') {
    super(`${code}: ${JSON.stringify(trouble)}`);
    this.name = 'BrowserFault';
    this.code = code;
    this.trouble = trouble;
    this.output = output;
  }
}
