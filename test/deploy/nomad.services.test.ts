/** The job of deploy/nomad on real agents of two places: planned with docker, run with raw_exec. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { needs, programs } from '../support/needs.ts';

const TOP = join(import.meta.dirname, '../..');
const JOB = join(TOP, 'deploy/nomad/vigie.nomad.hcl');
const UP_MS = 60_000;
const RUN_MS = 120_000;
/** The server, which is the client of "dc1" as well, and the client of another place: HTTP, RPC and gossip, none of Nomad's usual ports. */
const PLACES = {
  dc1: [24_646, 24_647, 24_648],
  orion: [24_746, 24_747, 24_748],
} as const;
const ADDRESS = `http://127.0.0.1:${PLACES.dc1[0]}`;
/** Why an agent cannot be started here. */
const obstacle = process.getuid?.() === 0 ? programs('nomad') : 'a Nomad client needs root';

/** What an agent of a place is started with: on loopback, where Nomad would not offer its ports otherwise. */
const configuration = (place: keyof typeof PLACES) => {
  const [http, rpc, serf] = PLACES[place];
  const own = 'http = "127.0.0.1"\n rpc = "127.0.0.1"\n serf = "127.0.0.1"';
  const lines = [
    `name = "${place}"`,
    `datacenter = "${place}"`,
    'bind_addr = "127.0.0.1"',
    `ports {\n http = ${http}\n rpc = ${rpc}\n serf = ${serf}\n}`,
    `advertise {\n ${own}\n}`,
    'plugin "raw_exec" {\n config {\n enabled = true\n }\n}',
    'client {',
    'enabled = true',
    `servers = ["127.0.0.1:${PLACES.dc1[1]}"]`,
    'network_interface = "lo"',
    // Of tasks; those of two agents on one machine must not be the same.
    `min_dynamic_port = ${http + 1000}`,
    `max_dynamic_port = ${http + 1050}`,
    '}',
  ];
  return lines.join('\n');
};

describe('the Nomad job', needs(obstacle), () => {
  const home = obstacle ? '' : mkdtempSync(join(tmpdir(), 'vigie-test-'));
  const env = { ...process.env, NOMAD_ADDR: ADDRESS };
  const agents: ChildProcess[] = [];
  const nomad = (...args: string[]) => spawnSync('nomad', args, { encoding: 'utf8', env });
  /** What the scheduler would do; 0 and 1 are exit statuses of plans that hold. */
  const plan = (...args: string[]) => {
    const { status, stdout, stderr } = nomad('job', 'plan', ...args, JOB);
    expect([0, 1], stderr).toContain(status);
    return stdout;
  };
  const start = (place: keyof typeof PLACES, ...options: string[]) => {
    const file = join(home, `${place}.hcl`);
    writeFileSync(file, configuration(place));
    const args = ['agent', `-config=${file}`, `-data-dir=${join(home, place)}`, ...options];
    agents.push(spawn('nomad', args, { stdio: 'ignore' }));
  };

  beforeAll(async () => {
    start('dc1', '-server', '-bootstrap-expect=1');
    start('orion');
    const ready = () => nomad('node', 'status').stdout.match(/ready$/gm)?.length === 2;
    await vi.waitUntil(ready, { timeout: UP_MS, interval: 500 });
  }, UP_MS);
  afterAll(async () => {
    if (home === '') return;
    // Tasks outlive the agent that started them, and so does what is mounted for them.
    nomad('job', 'stop', '-purge', 'vigie');
    const left = () => Object.keys(PLACES).flatMap((place) => readdirSync(join(home, place, 'alloc')));
    await vi.waitUntil(() => nomad('system', 'gc').status === 0 && left().length === 0, { timeout: UP_MS });
    for (const agent of agents) {
      if (agent.exitCode !== null) continue;
      const ended = once(agent, 'exit');
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

  it('without containers, runs what is installed, in each place', { timeout: RUN_MS }, async () => {
    const config =
      'checks: [{ name: dns, kind: zone, template: deuxfleurs, domains: [example.org], every: 1d, enabled: false }]';
    const raw = ['driver=raw_exec', `command=${join(TOP, 'vigie')}`, 'user=root', 'places=["dc1","orion"]'];
    const options = [...raw, `config=${config}`].map((option) => `-var=${option}`);
    // It ends when the deployment is healthy: when the check of the service has passed in both places.
    const { status, stdout, stderr } = nomad('job', 'run', ...options, JOB);
    expect(status, stdout + stderr).toBe(0);
    const answer = await fetch(`${ADDRESS}/v1/service/vigie`);
    const found = (await answer.json()) as {
      Datacenter: string;
      Tags: string[];
      Address: string;
      Port: number;
    }[];
    expect(found.map(({ Tags }) => Tags.join()).sort()).toEqual(['place=dc1', 'place=orion']);
    for (const { Address, Port } of found) {
      const { checks } = (await (await fetch(`http://${Address}:${Port}/api/checks`)).json()) as {
        checks: { name: string }[];
      };
      expect(checks.map(({ name }) => name)).toEqual(['dns']);
    }
  });
});
