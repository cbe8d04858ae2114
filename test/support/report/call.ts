/** A call on the sandbox in which one stream breaks while it is watched, with its evidence. */

import { callKind } from '../../../src/checks/call/index.ts';
import type { Run } from '../../../src/checks/check.ts';
import { runCheck } from '../../../src/checks/run.ts';
import type { EvidenceFolder } from '../../../src/history/evidence.ts';
import { startSandbox } from '../../../src/sandbox/index.ts';
import { silent } from '../schedule/kinds.ts';

export interface BrokenCall {
  /** A switch of the sandbox. */
  readonly breaks: string;
  /** How long the call is well before that, and goes on afterwards, in milliseconds. */
  readonly after: number;
  readonly watch: number;
  readonly participants?: readonly string[];
}

/** Runs it once, to the end; the evidence is in the folder then. */
export async function brokenCall(
  { breaks, after, watch, participants }: BrokenCall,
  folder: EvidenceFolder,
): Promise<Run> {
  const sandbox = await startSandbox();
  let timer: NodeJS.Timeout | undefined;
  try {
    const options = callKind.schema.parse({
      url: sandbox.url,
      watch: `${watch}ms`,
      ...(participants && { participants }),
    });
    const run = await runCheck(callKind, options, {
      name: 'meet',
      signal: new AbortController().signal,
      evidence: folder,
      log: silent,
      progress: ({ phase }) => {
        if (phase === 'watch') timer ??= setTimeout(() => sandbox.faults.break([breaks]), after);
      },
    });
    await folder.finish(run);
    return run;
  } finally {
    clearTimeout(timer);
    await sandbox.close();
  }
}
