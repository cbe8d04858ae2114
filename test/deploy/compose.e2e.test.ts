/**
 * The stack of docker-compose.yml, really started: Vigie's image, and Debian's Prometheus and Alertmanager in the place of
 * those from a registry. Grafana, which Debian does not have, is left out.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import {
  BASE,
  BASE_MS,
  BUILD_MS,
  base,
  build,
  buildFrom,
  docker,
  noEngine,
  TOP,
} from '../support/deploy/engine.ts';
import { needs } from '../support/needs.ts';

const PROJECT = 'vigie-test-stack';
const STARTED = ['vigie', 'prometheus', 'alertmanager'];
/** The stack's network; this machine is its first address. */
const NETWORK = '172.31.97';
const UP_MS = 120_000;
/** Three runs ten seconds apart, a scrape and an evaluation every fifteen seconds, ten seconds of grouping. */
const NOTIFIED_MS = 240_000;

interface Stack {
  services: Record<string, { image: string }>;
}
interface Alertmanager {
  receivers: { name: string; webhook_configs?: object[] }[];
}
interface Notified {
  receiver: string;
  status: string;
  alerts: { labels: Record<string, string> }[];
}

const { services } = parse(readFileSync(join(TOP, 'docker-compose.yml'), 'utf8'), { merge: true }) as Stack;
const reason = noEngine('docker-compose');
const home = reason ? '' : mkdtempSync(join(tmpdir(), 'vigie-test-'));
const received: Notified[] = [];
/** On all addresses: containers reach this machine by that of their network. */
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    received.push(JSON.parse(body) as Notified);
    response.end();
  });
});

async function compose(...args: string[]): Promise<string> {
  const files = ['docker-compose.yml', join(home, 'override.yml')].flatMap((file) => ['-f', file]);
  const { stdout } = await promisify(execFile)('docker-compose', ['-p', PROJECT, ...files, ...args], {
    cwd: TOP,
    timeout: UP_MS,
    env: { ...process.env, VIGIE_CONFIG_DIR: join(home, 'config'), VIGIE_TOKEN: 'open-sesame-of-the-stack' },
  });
  return stdout;
}

/** A program of Debian's under the name of an image from a registry. */
const standIn = (name: string, program: string, state: string) =>
  buildFrom(services[name]!.image, [
    `FROM ${BASE}`,
    `RUN apt-get update -q && apt-get install -q -y --no-install-recommends ${program} wget`,
    `RUN mkdir -p ${state} && chown nobody ${state}`,
    `ENTRYPOINT ["/usr/bin/${program}"]`,
  ]);

const json = async <Shape>(url: string) => (await (await fetch(url)).json()) as Shape;
const outcomes = async () => {
  const { checks } = await json<{ checks: { name: string; latest: { outcome: string } | null }[] }>(
    'http://127.0.0.1:9797/api/checks',
  );
  return Object.fromEntries(checks.map(({ name, latest }) => [name, latest?.outcome ?? null]));
};

describe('the stack', needs(reason), () => {
  beforeAll(
    async () => {
      await base();
      await build(services.vigie!.image, 'all');
      await standIn('prometheus', 'prometheus', '/prometheus');
      await standIn('alertmanager', 'prometheus-alertmanager', '/alertmanager');
      await new Promise<void>((resolve) => receiver.listen(0, '0.0.0.0', resolve));
      mkdirSync(join(home, 'config'));
      await configure();
    },
    BASE_MS + 4 * BUILD_MS,
  );
  afterAll(async () => {
    await compose('down', '--volumes', '--timeout', '5');
    receiver.closeAllConnections();
    receiver.close();
    rmSync(home, { recursive: true, force: true });
  }, UP_MS);

  it('comes up healthy, watches what the configuration says, and keeps it on its volume', {
    timeout: 2 * UP_MS,
  }, async () => {
    await compose('up', '-d', '--no-build', ...STARTED);
    const states = async () => {
      const ids = (await compose('ps', '-q')).trim().split('\n');
      return await docker(['inspect', '--format', '{{.State.Health.Status}}', ...ids]);
    };
    await expect.poll(states, { timeout: UP_MS, interval: 1000 }).toBe('healthy\nhealthy\nhealthy');
    const done = { timeout: UP_MS, interval: 1000 };
    await expect.poll(outcomes, done).toMatchObject({ domains: expect.any(String), broken: 'fail' });
    const files = await compose('exec', '-T', 'vigie', 'ls', '/var/lib/vigie', '/var/lib/vigie/history');
    expect(files).toMatch(/^evidence$.*^history$.*^runs\.sqlite$/ms);
  });

  it('an alert fires, and somebody is notified', { timeout: NOTIFIED_MS }, async () => {
    const checks = () =>
      received
        .filter(({ receiver: to, status }) => to === 'people' && status === 'firing')
        .flatMap(({ alerts }) => alerts.map(({ labels }) => labels.check));
    await expect.poll(checks, { timeout: NOTIFIED_MS, interval: 1000 }).toContain('broken');
  });

  it('what was kept is there after a new container', { timeout: 2 * UP_MS }, async () => {
    const first = await json<{ runs: { id: string }[] }>('http://127.0.0.1:9797/api/runs?limit=1');
    await compose('up', '-d', '--no-build', '--force-recreate', '--no-deps', 'vigie');
    const same = async () => (await fetch(`http://127.0.0.1:9797/api/runs/${first.runs[0]!.id}`)).status;
    const status = () => same().catch(() => null);
    await expect.poll(status, { timeout: UP_MS, interval: 500 }).toBe(200);
  });
});

/** The shipped example with a check that fails, the shipped Alertmanager with ways to people. */
async function configure(): Promise<void> {
  const { port } = receiver.address() as AddressInfo;
  cpSync(join(TOP, 'deploy/alertmanager'), join(home, 'alertmanager'), { recursive: true });
  const file = join(home, 'alertmanager/alertmanager.yml');
  const alertmanager = parse(readFileSync(file, 'utf8')) as Alertmanager;
  for (const each of alertmanager.receivers)
    each.webhook_configs = [{ url: `http://receiver:${port}/`, send_resolved: true }];
  writeFileSync(file, stringify(alertmanager));
  const checks = [
    { name: 'broken', kind: 'signaling', url: 'https://127.0.0.1:1/', every: '10s' },
    { name: 'domains', kind: 'zone', domains: ['example.org'], template: 'deuxfleurs', every: '1m' },
  ];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the configuration
  writeFileSync(join(home, 'config/vigie.yaml'), stringify({ server: { token: '${VIGIE_TOKEN}' }, checks }));
  const override = {
    services: {
      alertmanager: {
        volumes: [`${join(home, 'alertmanager')}:/etc/alertmanager:ro`],
        extra_hosts: [`receiver:${NETWORK}.1`],
      },
    },
    networks: { default: { ipam: { config: [{ subnet: `${NETWORK}.0/24`, gateway: `${NETWORK}.1` }] } } },
  };
  writeFileSync(join(home, 'override.yml'), stringify(override));
}
