/** The job of deploy/nomad, planned by a real agent; it is run in docs/install.md, "What was started". */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { needs, programs } from '../support/needs.ts';

const JOB = join(import.meta.dirname, '../../deploy/nomad/vigie.nomad.hcl');
const UP_MS = 60_000;
/** Of HTTP, RPC and gossip; not Nomad's usual ones, on which another agent may listen. */
const [HTTP, RPC, SERF] = [24_646, 24_647, 24_648];
/** Why an agent cannot be started here. */
const obstacle = process.getuid?.() === 0 ? programs('nomad') : 'a Nomad client needs root';

describe('the Nomad job', needs(obstacle), () => {
  const home = obstacle ? '' : mkdtempSync(join(tmpdir(), 'vigie-test-'));
  const env = { ...process.env, NOMAD_ADDR: `http://127.0.0.1:${HTTP}` };
  let agent: ChildProcess | undefined;
  /** What the scheduler would do; 0 and 1 are exit statuses of plans that hold. */
  const plan = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('nomad', ['job', 'plan', ...args, JOB], {
      encoding: 'utf8',
      env,
    });
    expect([0, 1], stderr).toContain(status);
    return stdout;
  };

  beforeAll(async () => {
    const ports = `ports { http = ${HTTP}\n rpc = ${RPC}\n serf = ${SERF}\n }`;
    writeFileSync(join(home, 'agent.hcl'), `bind_addr = "127.0.0.1"\n${ports}\n`);
    agent = spawn('nomad', ['agent', '-dev', `-config=${join(home, 'agent.hcl')}`], { stdio: 'ignore' });
    const ready = () => {
      const { stdout } = spawnSync('nomad', ['node', 'status'], { encoding: 'utf8', env });
      return stdout.includes('ready');
    };
    await vi.waitUntil(ready, { timeout: UP_MS, interval: 500 });
  }, UP_MS);
  afterAll(async () => {
    if (agent && agent.exitCode === null) {
      const ended = new Promise((resolve) => agent!.once('exit', resolve));
      agent.kill('SIGINT');
      await ended;
    }
    rmSync(home, { recursive: true, force: true });
  }, UP_MS);

  it('is accepted, and asks for no Consul', () => {
    execFileSync('nomad', ['job', 'validate', JOB], { env, stdio: 'pipe' });
    const planned = plan();
    expect(planned).toContain('Task Group: "vigie-dc1" (1 create)');
    expect(planned).not.toContain('consul');
    expect(plan('-var=services=consul')).toContain('Task Group: "vigie-dc1"');
  });

  it('has a group in each place', () => {
    const planned = plan('-var=places=["dc1","orion"]');
    for (const place of ['dc1', 'orion'])
      expect(planned).toContain(`Task Group: "vigie-${place}" (1 create)`);
  });

  it('takes a configuration as it is, with its lines and what Nomad would take for its own', () => {
    const config = 'server: { listen: ":9797" } # {{ key }} is no template\nchecks: []\n';
    expect(plan(`-var=config=${config}`)).toContain('Task Group: "vigie-dc1" (1 create)');
  });
});
