/** Faults of our own browsers, told apart by code. None of them says anything about the target. */

export type BrowserFaultCode =
  | 'browser-missing'
  | 'browser-start'
  | 'browser-died'
  | 'browser-hung'
  | 'page-failed'
  | 'sound-server'
  | 'no-memory'
  | 'too-few-files';

export class BrowserFault extends Error {
  readonly code: BrowserFaultCode;
  /** What the browser last printed, for evidence. */
  readonly output: string;

  constructor(code: BrowserFaultCode, message: string, output = '') {
    super(message);
    this.name = 'BrowserFault';
    this.code = code;
    this.output = output;
  }
}
