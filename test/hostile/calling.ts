/** A call on a hostile deployment, with nothing else around it. */
import { callKind } from '../../src/checks/call/index.ts';
import type { Run } from '../../src/checks/check.ts';
import { runCheck } from '../../src/checks/run.ts';
import { silent } from '../support/schedule/kinds.ts';

export const callOn = (
  url: string,
  options: object = { participants: ['chromium', 'chromium'] },
): Promise<Run> =>
  runCheck(callKind, callKind.schema.parse({ url, ...options }), {
    ...{ name: 'hostile', signal: new AbortController().signal, evidence: null, log: silent },
    progress() {},
  });
