/** The call check on a real Jitsi on which something breaks while the participants are watched. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { callLab, jitsiLab, lab, labRun, mendLab, withoutRelay } from '../../support/call/lab.ts';
import { needs } from '../../support/needs.ts';

interface Dropped {
  readonly ssrc: number;
  readonly receiverPort: number;
}

/** Drops one stream of a complete call, a second after it became so; gives which. */
async function dropped(kind: 'audio' | 'video'): Promise<Dropped> {
  const words = ['drop', kind, '--after', '1', '--timeout', '30'];
  const child = spawn(lab!.script, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  return (JSON.parse(await text(child.stdout)) as { dropped: Dropped }).dropped;
}

describe('a fault during a call', needs(jitsiLab), () => {
  afterEach(() => mendLab());

  it('one in eight packets towards participants lost: degraded, network-loss', async () => {
    // From the start, it would break the joining.
    const { run } = await callLab(['--no-p2p', '--watch', '6'], {
      watching: () => void labRun('fault', 'loss', '12'),
    });
    expect(run.findings.map(({ id }) => id)).toContain('network-loss');
    expect(run.outcome).not.toBe('error');
  });

  it('bridge-restart during the watch: fail, and everybody is out', async () => {
    const { run } = await callLab(['--no-p2p', '--watch', '9'], {
      watching: () => void labRun('fault', 'bridge-restart'),
    });
    expect(run.outcome).toBe('fail');
    expect(run.findings[0]!.id).toMatch(
      /^(media-connection-lost|stream-lost|ice-failed|bridge-unavailable|stream-gap)$/,
    );
  });

  for (const kind of ['audio', 'video'] as const) {
    it(`one ${kind} stream that is dropped on the network is named, and only that one`, async () => {
      withoutRelay();
      const dropping = dropped(kind);
      const { run } = await callLab(['--no-p2p', '--watch', '7']);
      const { receiverPort, ssrc } = await dropping;
      const receiver = run.call!.participants.find(({ transport }) => transport!.localPort === receiverPort)!;
      const broken = run.call!.streams.filter(({ verdict }) => verdict !== 'ok');
      expect(broken).toHaveLength(1);
      expect(broken[0]).toMatchObject({ receiver: receiver.name, kind, ssrc, verdict: 'lost' });
      expect(run.findings[0]).toMatchObject({ id: 'stream-lost', where: 'downlink' });
      expect(broken[0]!.lostAt).not.toBeNull();
    });
  }
});
