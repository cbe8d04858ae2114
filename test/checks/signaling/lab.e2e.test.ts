/** The signaling check against a real Jitsi: clean, and broken in every way that the lab knows. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Outcome, Run } from '../../../src/checks/check.ts';
import { explainSkip, lab, labRun, VIGIE } from '../call/lab.ts';

explainSkip();

interface How {
  readonly insecure?: boolean;
  readonly env?: Record<string, string>;
  readonly prefix?: readonly string[];
}

/** `vigie run` with one signaling check on the lab. */
function runLab({ insecure = true, env = {}, prefix = [] }: How = {}): Promise<{ run: Run; output: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'vigie-signaling-'));
  const file = join(directory, 'vigie.yaml');
  const check = { name: 'way', kind: 'signaling', url: lab!.url, insecure, timeout: '3s' };
  writeFileSync(file, JSON.stringify({ checks: [check] }));
  const [program, ...words] = [...prefix, VIGIE, 'run', '--config', file, '--json'];
  return new Promise((resolve, reject) => {
    const child = spawn(program!, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      timeout: 60_000,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      rmSync(directory, { recursive: true });
      try {
        resolve({ run: (JSON.parse(stdout) as Run[])[0]!, output: stdout + stderr });
      } catch {
        reject(new Error(`no run printed (status ${code}): ${stderr}`));
      }
    });
  });
}

const told = (run: Run) => run.findings.map(({ id, outcome }) => `${outcome} ${id}`);

describe.skipIf(!lab)('the way into a real Jitsi', () => {
  it('is fine, part by part', async () => {
    const { run, output } = await runLab();
    expect(told(run)).toEqual([]);
    expect(run.outcome).toBe('pass');
    const judged = run.signaling!.parts.filter(({ ok }) => ok !== null);
    expect(judged.map(({ name, ok }) => [name, ok])).toEqual(
      [
        'page',
        'certificate',
        'config',
        'library',
        'websocket',
        'bosh',
        'login',
        'conference-request',
        'turn-credentials',
        'turn-udp',
        'turn-tls',
      ].map((name) => [name, true]),
    );
    for (const { ms } of judged) expect(ms).not.toBeNull();
    // Ephemeral TURN credentials are `<expiry>` or `<expiry>:<name>`; passwords are base64 of 20 bytes.
    expect(output).not.toMatch(/labsecret|[A-Za-z0-9+/]{27}=/);
  });

  it('verifies the certificates of web front and TURN server', async () => {
    const ca = join(mkdtempSync(join(tmpdir(), 'vigie-ca-')), 'ca.pem');
    const host = new URL(lab!.url).hostname;
    // Both: after `cert-expired` the web front has another one than the TURN server, which goes on running.
    const shown = [443, 5349].map((port) =>
      labRun(
        'exec',
        'sh',
        '-c',
        `openssl s_client -connect ${host}:${port} </dev/null 2>/dev/null | openssl x509`,
      ),
    );
    writeFileSync(ca, shown.join(''));
    const { run } = await runLab({ insecure: false, env: { NODE_EXTRA_CA_CERTS: ca } });
    expect(told(run)).toEqual([]);
    expect(run.signaling!.certificates.map(({ problem }) => problem)).toEqual([null, null]);
    const strict = await runLab({ insecure: false });
    expect(told(strict.run)).toEqual(['fail certificate-invalid']);
    expect(strict.run.findings[0]!.text).toContain('self-signed');
  });

  it('our own network down is an error, and says nothing of it', async () => {
    const { run } = await runLab({ prefix: ['unshare', '-n'] });
    expect(run.outcome).toBe('error');
    expect(told(run)).toEqual(['error own-network-down']);
  });
});

interface Fault {
  readonly faults: readonly string[];
  readonly outcome: Outcome;
  /** All findings there are, worst first. */
  readonly findings: readonly string[];
  readonly insecure?: boolean;
}

/** What the table in the documentation says, as a test. */
const FAULTS: readonly Fault[] = [
  { faults: ['signaling-down'], outcome: 'fail', findings: ['fail signaling-failed'] },
  { faults: ['websocket-down'], outcome: 'fail', findings: ['fail websocket-failed'] },
  { faults: ['bosh-down'], outcome: 'degraded', findings: ['degraded bosh-failed'] },
  { faults: ['bosh-only'], outcome: 'pass', findings: ['pass websocket-not-offered'] },
  {
    faults: ['bosh-only', 'bosh-down'],
    outcome: 'fail',
    findings: ['fail signaling-failed', 'pass websocket-not-offered'],
  },
  { faults: ['conference-request-down'], outcome: 'fail', findings: ['fail conference-request-failed'] },
  { faults: ['focus-down'], outcome: 'fail', findings: ['fail conference-request-failed'] },
  {
    faults: ['turn-down'],
    outcome: 'degraded',
    findings: ['degraded turn-udp-failed', 'degraded turn-tls-failed'],
  },
  { faults: ['udp-blocked'], outcome: 'pass', findings: [] },
  { faults: ['bridge-down'], outcome: 'pass', findings: [] },
  { faults: ['bridge-channel-down'], outcome: 'pass', findings: [] },
  { faults: ['web-down'], outcome: 'fail', findings: ['fail page-unreachable'] },
  { faults: ['web-error'], outcome: 'fail', findings: ['fail page-error'] },
  { faults: ['library-missing'], outcome: 'fail', findings: ['fail library-missing'] },
  { faults: ['cert-expired'], outcome: 'fail', findings: ['fail certificate-invalid'], insecure: false },
  { faults: ['auth-required'], outcome: 'fail', findings: ['fail password-required'] },
  { faults: ['no-p2p'], outcome: 'pass', findings: [] },
  { faults: ['start-muted'], outcome: 'pass', findings: [] },
  { faults: ['release old'], outcome: 'pass', findings: [] },
];

describe.skipIf(!lab)('a fault of the deployment', () => {
  afterEach(() => {
    labRun('clear');
  });

  for (const { faults, outcome, findings, insecure = true } of FAULTS) {
    it(`${faults.join(' and ')}: ${outcome}${findings.length > 0 ? `, ${findings.join(', ')}` : ''}`, async () => {
      for (const fault of faults) labRun('fault', ...fault.split(' '));
      const { run } = await runLab({ insecure });
      expect(told(run).toSorted()).toEqual(findings.toSorted());
      expect(run.outcome).toBe(outcome);
    });
  }
});
