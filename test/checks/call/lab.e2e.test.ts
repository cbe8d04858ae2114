/** The call check against a real Jitsi: clean, broken in every way that the lab knows, and with faults of our own. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Outcome, Run } from '../../../src/checks/check.ts';
import { homeNetwork, startElsewhere } from '../../browsers/elsewhere.ts';
import { callLab, explainSkip, lab, labRun, VIGIE } from './lab.ts';

explainSkip();

/** Programs under a guard: each leads a session of its own, which all its helpers share. */
const sessions = new Map<number, Set<string>>();

/** Processes that a Vigie process started, also after it is gone, as far as `browserOf` had seen their sessions. */
function leftovers(pid: number): string[] {
  const known = sessions.get(pid) ?? new Set<string>();
  sessions.set(pid, known);
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      const stat = read(name, 'stat');
      const [state, parent, , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return { name, state, parent, session, command: read(name, 'cmdline') };
    })
    // One that is dead and not yet buried is nobody's any more.
    .filter(({ state }) => state !== 'Z');
  const guards = all.filter(
    ({ command }) => command.includes('guard.sh') && command.includes(`/vigie-${pid}-`),
  );
  for (const { name, parent } of all) if (guards.some((guard) => guard.name === parent)) known.add(name);
  return all.filter((one) => guards.includes(one) || known.has(one.session ?? '')).map(({ name }) => name);
}

/** A file of a process in /proc; empty when the process is gone. */
function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** Passwords of ICE and TURN, and what the lab makes the latter from. */
const SECRETS = /labsecret|a=ice-pwd:(?!\[redacted\])|credential\\?":\s*\\?"(?!\[redacted\])/;

function unpacked(file: string): string {
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
}

const directories = (pid: number) => readdirSync(tmpdir()).filter((name) => name.startsWith(`vigie-${pid}-`));

/** Findings that are more than advice. */
const wrong = (run: Run) => run.findings.filter((finding) => finding.outcome !== 'pass');

/** Waits until a Vigie process has Chromium with three pages; gives the pid of its main process. */
async function browserOf(pid: number): Promise<number> {
  return vi.waitFor(
    () => {
      const all = leftovers(pid).map((name) => ({ name, command: read(name, 'cmdline') }));
      expect(all.filter(({ command }) => command.includes('--type=renderer')).length).toBeGreaterThanOrEqual(
        3,
      );
      const main = all.find(
        ({ command }) => command.includes('--user-data-dir') && !/--type=|guard\.sh|^\/bin\/sh/.test(command),
      );
      expect(main).toBeDefined();
      return Number(main!.name);
    },
    { timeout: 30_000, interval: 100 },
  );
}

describe.skipIf(!lab)('a call on a real Jitsi', () => {
  it('is complete, and says who heard and saw whom, how, and how late', async () => {
    const evidence = mkdtempSync(join(tmpdir(), 'evidence-'));
    const { code, run } = await callLab(['--no-p2p', '--watch', '2', '--evidence', evidence]);
    expect(wrong(run)).toEqual([]);
    expect(code).toBe(0);
    expect(run).toMatchObject({ schema: 1, kind: 'call', outcome: 'pass' });
    const { streams, participants, steps, version } = run.call!;
    expect(streams).toHaveLength(12);
    for (const stream of streams) {
      expect(stream).toMatchObject({ step: 'join', verdict: 'ok', lostAt: null, reason: null });
      expect(stream.firstMs).toBeGreaterThan(0);
      expect(stream.ssrc).toBeGreaterThan(0);
    }
    expect(participants.map(({ name }) => name)).toEqual(['A', 'B', 'C']);
    for (const { endpointId, transport } of participants) {
      expect(endpointId).toMatch(/^[0-9a-f]{8}$/);
      // With --insecure the lab's TURN server is one of the ways, which a browser may well choose; all else is UDP.
      expect(transport?.path).toBe('bridge');
      expect(transport?.candidateType === 'relay' ? ['tls', 'udp'] : ['udp']).toContain(transport?.protocol);
    }
    expect(steps).toHaveLength(1);
    expect(version).toBeTruthy();
    for (const name of ['A', 'B', 'C']) {
      const files = readdirSync(evidence).filter((file) => file.startsWith(name));
      expect(files.sort()).toEqual([
        `${name}-console.txt`,
        `${name}-events.json`,
        `${name}-getstats.jsonl.gz`,
        `${name}-stats.json`,
        `${name}-webrtc-internals.json.gz`,
        `${name}.png`,
      ]);
    }
    const leaked = readdirSync(evidence).filter((file) => SECRETS.test(unpacked(join(evidence, file))));
    expect(leaked).toEqual([]);
    expect(unpacked(join(evidence, 'A-webrtc-internals.json.gz'))).toContain('credential\\":\\"[redacted]');
    expect(['run.json', 'run.html'].every((file) => existsSync(join(evidence, file)))).toBe(true);
    rmSync(evidence, { recursive: true });
  });

  it('works with Firefox and Chromium mixed, sound by content too', async () => {
    const mixed = ['--no-p2p', '--watch', '1', '--participants', 'firefox,chromium,firefox'];
    let { run } = await callLab(mixed);
    // Just after a deployment's start a stream was once missing, for a reason not yet known: it is said, and asked again.
    for (let again = 0; again < 2 && run.outcome === 'fail'; again++) {
      process.stderr.write(`incomplete, asking again: ${run.summary}\n`);
      ({ run } = await callLab(mixed));
    }
    expect(wrong(run)).toEqual([]);
    expect(run.call!.streams.map(({ verdict }) => verdict)).toEqual(Array(12).fill('ok'));
  });

  it('works with two who talk directly', async () => {
    const { run } = await callLab(['--watch', '1', '--participants', 'chromium,chromium']);
    expect(run.outcome).toBe('pass');
    expect(run.call!.participants.map(({ transport }) => transport?.path)).toEqual(['p2p', 'p2p']);
  });
});

interface Fault {
  readonly faults: readonly string[];
  readonly outcome: Outcome;
  readonly ids: readonly string[];
  /** Further arguments; calls that never come about get less time. */
  readonly args?: readonly string[];
}

/** What the table in the documentation says, as a test. */
const FAULTS: readonly Fault[] = [
  { faults: ['udp-blocked'], outcome: 'degraded', ids: ['bridge-unreachable-directly'] },
  { faults: ['udp-inbound-blocked'], outcome: 'degraded', ids: ['bridge-unreachable-directly'] },
  { faults: ['udp-blocked', 'turn-down'], outcome: 'fail', ids: ['ice-failed'], args: ['--within', '8'] },
  { faults: ['turn-down'], outcome: 'pass', ids: [] },
  { faults: ['bridge-down'], outcome: 'fail', ids: ['bridge-unavailable'] },
  { faults: ['focus-down'], outcome: 'fail', ids: ['conference-request-failed'] },
  { faults: ['conference-request-down'], outcome: 'fail', ids: ['conference-request-failed'] },
  { faults: ['signaling-down'], outcome: 'fail', ids: ['signaling-failed'], args: ['--within', '8'] },
  { faults: ['websocket-down'], outcome: 'fail', ids: ['signaling-failed'], args: ['--within', '8'] },
  { faults: ['bosh-down'], outcome: 'pass', ids: [] },
  { faults: ['bosh-only'], outcome: 'pass', ids: [] },
  { faults: ['bosh-only', 'bosh-down'], outcome: 'fail', ids: ['signaling-failed'], args: ['--within', '8'] },
  {
    faults: ['bridge-channel-down'],
    outcome: 'fail',
    ids: ['bridge-channel-closed'],
    args: ['--within', '8'],
  },
  { faults: ['web-down'], outcome: 'fail', ids: ['page-unreachable'] },
  { faults: ['web-error'], outcome: 'fail', ids: ['page-error'] },
  { faults: ['library-missing'], outcome: 'fail', ids: ['library-missing'] },
  { faults: ['start-muted'], outcome: 'degraded', ids: ['start-muted'] },
  { faults: ['auth-required'], outcome: 'fail', ids: ['password-required'] },
  { faults: ['release old'], outcome: 'pass', ids: [] },
];

describe.skipIf(!lab)('a fault of the deployment', () => {
  afterEach(() => {
    labRun('clear');
  });

  for (const { faults, outcome, ids, args = [] } of FAULTS) {
    it(`${faults.join(' and ')}: ${outcome}${ids.length > 0 ? `, ${ids.join(', ')}` : ''}`, async () => {
      for (const fault of faults) labRun('fault', ...fault.split(' '));
      const { run } = await callLab(['--no-p2p', '--watch', '3', ...args]);
      expect(run.findings.map(({ id }) => id)).toEqual(expect.arrayContaining([...ids]));
      if (ids.length === 0) expect(wrong(run)).toEqual([]);
      expect(run.outcome).toBe(outcome);
      expect(run.findings.some((finding) => finding.outcome === 'error')).toBe(false);
    });
  }

  it('one in eight packets towards participants lost: degraded, network-loss', async () => {
    // By nftables, which is there on machines whose kernel has no netem. From the start, it would break the joining.
    const { run } = await callLab(['--no-p2p', '--watch', '6'], {
      watching: () => {
        labRun('exec', 'nft', 'add table inet lab');
        labRun('exec', 'nft', 'add chain inet lab out { type filter hook output priority 0 ; }');
        labRun(
          'exec',
          'nft',
          'add rule inet lab out oifname jlab1 udp sport 10000 numgen random mod 100 < 12 drop',
        );
      },
    });
    expect(run.findings.map(({ id }) => id)).toContain('network-loss');
    expect(run.outcome).not.toBe('error');
  });

  it('cert-expired: fail, certificate-invalid, without --insecure', async () => {
    labRun('fault', 'cert-expired');
    const { stdout } = await new Promise<{ stdout: string }>((resolve) => {
      const child = spawn(VIGIE, ['call', lab!.url, '--json'], { stdio: ['ignore', 'pipe', 'ignore'] });
      let stdout = '';
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk.toString();
      });
      child.on('close', () => resolve({ stdout }));
    });
    const [run] = JSON.parse(stdout);
    expect(run).toMatchObject({ outcome: 'fail', findings: [{ id: 'certificate-invalid' }] });
    expect(run.findings[0].text).toMatch(/expired/);
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
      labRun('fault', 'turn-down');
      const dropping = new Promise<string>((resolve) => {
        const child = spawn(lab!.script, ['drop', kind, '--after', '1', '--timeout', '30']);
        let output = '';
        child.stdout.on('data', (chunk: Buffer) => {
          output += chunk.toString();
        });
        child.on('close', () => resolve(output));
      });
      const { run } = await callLab(['--no-p2p', '--watch', '7']);
      const { dropped } = JSON.parse(await dropping);
      const receiver = run.call!.participants.find(
        ({ transport }) => transport!.localPort === dropped.receiverPort,
      )!;
      const broken = run.call!.streams.filter(({ verdict }) => verdict !== 'ok');
      expect(broken).toHaveLength(1);
      expect(broken[0]).toMatchObject({ receiver: receiver.name, kind, ssrc: dropped.ssrc, verdict: 'lost' });
      expect(run.findings[0]).toMatchObject({ id: 'stream-lost', where: 'downlink' });
      expect(broken[0]!.lostAt).not.toBeNull();
    });
  }
});

describe.skipIf(!lab)('a fault of ours is an error, never a fail', () => {
  it('no browser on the machine', async () => {
    const { code, run } = await callLab([], { env: { VIGIE_CHROMIUM: '/nonexistent/chromium' } });
    expect(run).toMatchObject({ outcome: 'error', findings: [{ id: 'browser-missing' }] });
    expect(run.call!.streams).toEqual([]);
    expect(code).toBe(3);
  });

  it('a program that is no browser', async () => {
    const { run } = await callLab([], { env: { VIGIE_CHROMIUM: '/bin/true' } });
    expect(run).toMatchObject({ outcome: 'error', findings: [{ id: 'browser-start' }] });
  });

  it('our own network is down', async () => {
    const { run } = await callLab([], { prefix: ['unshare', '-n'] });
    expect(run).toMatchObject({ outcome: 'error', findings: [{ id: 'own-network-down' }] });
  });

  it('a browser that is killed during the call, and nothing of it is left', async () => {
    let vigie = 0;
    const { run } = await callLab(['--no-p2p', '--watch', '10'], {
      watching: (pid) => {
        vigie = pid;
        void browserOf(pid).then((browser) => process.kill(browser, 'SIGKILL'));
      },
    });
    expect(run).toMatchObject({ outcome: 'error', findings: [{ id: 'browser-died' }] });
    expect(run.findings[0]!.text).toMatch(/killed/);
    expect(run.call!.streams.every(({ verdict }) => verdict === 'ok')).toBe(true);
    expect(leftovers(vigie)).toEqual([]);
    expect(directories(vigie)).toEqual([]);
  });

  it('a browser that hangs is noticed and gone', async () => {
    let vigie = 0;
    const { run } = await callLab(['--no-p2p', '--watch', '30'], {
      watching: (pid) => {
        vigie = pid;
        void browserOf(pid).then((browser) => {
          // Its whole process group, which it leads.
          process.kill(-Number(execFileSync('ps', ['-o', 'pgid=', '-p', String(browser)])), 'SIGSTOP');
        });
      },
    });
    expect(run.outcome).toBe('error');
    expect(run.findings[0]!.id).toMatch(/^browser-hung$/);
    expect(leftovers(vigie)).toEqual([]);
  });

  it('Vigie killed with SIGKILL leaves no browser and no profile behind', async () => {
    const child = spawn(
      VIGIE,
      ['call', lab!.url, '--insecure', '--participants', 'chromium,chromium,chromium,firefox'],
      { stdio: 'ignore' },
    );
    await browserOf(child.pid!);
    expect(leftovers(child.pid!).length).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await vi.waitFor(
      () => {
        expect(leftovers(child.pid!)).toEqual([]);
        expect(directories(child.pid!)).toEqual([]);
      },
      { timeout: 10_000, interval: 100 },
    );
  });
});

/** Verdicts of a step as `audio A->B verdict`, those that are not ok. */
const notOk = (run: Run, step?: string) =>
  run
    .call!.streams.filter((stream) => stream.verdict !== 'ok' && (step === undefined || stream.step === step))
    .map(({ kind, sender, receiver, verdict }) => `${kind} ${sender}->${receiver} ${verdict}`);

describe.skipIf(!lab)('choreographies on a real Jitsi', () => {
  it('handover: two talk directly, all over the bridge, the two directly again', async () => {
    // The release of a year ago loses nothing at the change; the current one does so now and then, which is its fault.
    labRun('fault', 'release', 'old');
    try {
      const { run } = await callLab(['--steps', 'handover', '--watch', '1']);
      expect(wrong(run)).toEqual([]);
      expect(run.call!.steps.map(({ name, present }) => `${name} ${present.join('')}`)).toEqual([
        'duo AB',
        'third-joins ABC',
        'third-leaves AB',
      ]);
      const ways = new Map(run.call!.streams.map(({ step, path }) => [step, path]));
      expect([...ways.values()]).toEqual(['p2p', 'bridge', 'p2p']);
    } finally {
      labRun('clear');
    }
  });

  it('reload: everybody comes back under a new endpoint', async () => {
    const { run } = await callLab(['--no-p2p', '--steps', 'reload', '--watch', '1']);
    expect(notOk(run)).toEqual([]);
    expect(run.call!.streams).toHaveLength(48);
  });

  it('reload: a Firefox comes back, too, over the interface that its document came over', async () => {
    const { run } = await callLab([
      ...['--no-p2p', '--steps', 'reload', '--watch', '1', '--participants', 'chromium,firefox'],
    ]);
    expect(notOk(run)).toEqual([]);
    expect(run.call!.steps.map(({ name }) => name)).toEqual(['join', 'reload-A', 'reload-B']);
  });

  it('mute: who is muted is muted for everybody, and comes back', async () => {
    const { run } = await callLab(['--no-p2p', '--steps', 'mute', '--watch', '1']);
    expect(notOk(run)).toEqual([]);
    const muted = run.call!.streams.filter((stream) => stream.muted);
    expect(muted.map(({ step, sender }) => `${step} ${sender}`)).toEqual(
      ['A', 'B', 'C'].flatMap((name) => Array.from({ length: 4 }, () => `mute-${name} ${name}`)),
    );
  });
});

describe.skipIf(!lab)('networks of participants on a real Jitsi', () => {
  it('without UDP a participant is relayed over TLS', async () => {
    const { run } = await callLab([
      '--no-p2p',
      '--watch',
      '1',
      '--participants',
      'chromium,chromium+udp-blocked',
    ]);
    expect(wrong(run)).toEqual([]);
    expect(run.call!.participants.map(({ transport }) => transport)).toMatchObject([
      { protocol: 'udp' },
      { candidateType: 'relay', protocol: 'tls' },
    ]);
  });

  it('without UDP and without TURN there is no way, and it is known for whom', async () => {
    labRun('fault', 'turn-down');
    try {
      const { run } = await callLab([
        ...['--no-p2p', '--within', '8', '--participants', 'chromium,chromium,chromium+udp-blocked'],
      ]);
      const [finding] = wrong(run);
      expect(finding).toMatchObject({ id: 'ice-failed', outcome: 'fail', evidence: { participants: ['C'] } });
      // The other two have each other.
      expect(notOk(run).every((words) => words.includes('C'))).toBe(true);
    } finally {
      labRun('clear');
    }
  });
});

describe.skipIf(!lab)('participants elsewhere on a real Jitsi', () => {
  it('one behind a router of its own hears and sees the others', async () => {
    const network = homeNetwork('vigiehome');
    if (!network) {
      process.stderr.write('skipped: this user may not make network namespaces\n');
      return;
    }
    const elsewhere = await startElsewhere(9334, network);
    try {
      const participants = `chromium,chromium,chromium@${elsewhere.endpoint}`;
      const { run } = await callLab(['--no-p2p', '--watch', '2', '--participants', participants]);
      expect(wrong(run)).toEqual([]);
      expect(run.call!.streams.map(({ verdict }) => verdict)).toEqual(Array(12).fill('ok'));
    } finally {
      await elsewhere.close();
      network.close();
    }
  });
});
