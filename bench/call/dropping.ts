/** One live stream, dropped on the network by the lab, and which one of a run that was. */
import { execFileSync, spawn } from 'node:child_process';
import type { CallStream } from '../../src/checks/call/result.ts';
import type { Run } from '../../src/checks/check.ts';

export interface Dropped {
  readonly dropped: { receiverPort: number; ssrc: number; kind: string };
  /** Unix seconds. */
  readonly since: number;
}

/** Drops one stream once a call is complete; resolves with what it dropped, null when no call became complete. */
export function drop(lab: string, kind: 'audio' | 'video', maxAfterS = 2.5): Promise<Dropped | null> {
  return new Promise((resolve) => {
    const after = (0.5 + Math.random() * (maxAfterS - 0.5)).toFixed(2);
    const child = spawn(lab, ['drop', kind, '--after', after, '--timeout', '25']);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('close', () => {
      const said = output ? (JSON.parse(output) as Dropped | { error: string }) : { error: 'nothing' };
      resolve('dropped' in said ? said : null);
    });
  });
}

/** Fixes what `drop` broke; restarts nothing. */
export function fix(lab: string): void {
  try {
    execFileSync(lab, ['exec', 'nft', 'delete', 'table', 'inet', 'lab'], { stdio: 'ignore' });
  } catch {
    // There was nothing to fix.
  }
}

/** Whether a stream is the one that was dropped: by the UDP port of its receiver and the RTP SSRC. */
export function isDropped(run: Run, { dropped }: Dropped): (stream: CallStream) => boolean {
  const receiver = run.call?.participants.find(
    ({ transport }) => transport?.localPort === dropped.receiverPort,
  );
  return (stream) =>
    stream.receiver === receiver?.name && stream.ssrc === dropped.ssrc && stream.kind === dropped.kind;
}
