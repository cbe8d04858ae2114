/** The stack from Debian's packages, with the configuration files that are shipped; only what a test must change is. */

import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Child, child } from '../child.ts';
import { freePort } from '../free-port.ts';

const TOP = join(import.meta.dirname, '../../..');

/** What a receiver of Alertmanager's webhooks gets. */
export interface Notification {
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly groupLabels: Record<string, string>;
  readonly alerts: {
    status: string;
    labels: Record<string, string>;
    annotations: Record<string, string>;
    startsAt: string;
  }[];
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
}

/** A webhook that keeps what it is sent. */
export async function startReceiver(): Promise<{ url: string; received: Notification[] }> {
  const received: Notification[] = [];
  const server = createHttpServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk));
    request.on('end', () => {
      received.push({ ...(JSON.parse(body) as Omit<Notification, 'at'>), at: Date.now() });
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received };
}

interface AlertmanagerFile {
  route: { group_wait: string; group_interval: string; routes: { group_wait?: string }[] };
  receivers: { name: string; webhook_configs?: object[] }[];
}

export interface Alertmanager {
  readonly address: string;
  /** Until whatever it was to send before this call has been sent: an alert of the test's own, of a group that comes later. */
  flushed(received: readonly Notification[]): Promise<void>;
}

/** The check that alerts of the test's own name. */
export const MARKER = 'marker';

/** Alertmanager as shipped; every receiver is given a webhook, and what it waits for is shorter. */
export async function startAlertmanager(directory: string, webhook: string): Promise<Alertmanager> {
  const home = join(directory, 'alertmanager');
  cpSync(join(TOP, 'deploy/alertmanager'), home, { recursive: true });
  const file = parse(readFileSync(join(home, 'alertmanager.yml'), 'utf8')) as AlertmanagerFile;
  file.route.group_wait = '2s';
  file.route.group_interval = '5s';
  for (const receiver of file.receivers) receiver.webhook_configs = [{ url: webhook, send_resolved: true }];
  writeFileSync(join(home, 'alertmanager.yml'), stringify(file));
  const address = `127.0.0.1:${await freePort()}`;
  const started = child('prometheus-alertmanager', [
    `--config.file=${join(home, 'alertmanager.yml')}`,
    `--storage.path=${join(home, 'data')}`,
    `--web.listen-address=${address}`,
    '--cluster.listen-address=',
  ]);
  await started.says(/Listening on/);
  return {
    address,
    async flushed(received) {
      // A group's second notification takes what a group waits, and its interval after that: as long as any other may.
      for (const title of [`${MARKER}-${randomUUID()}`, `${MARKER}-${randomUUID()}`]) {
        const labels = { alertname: title, job: MARKER, check: MARKER };
        const body = JSON.stringify([{ labels }]);
        const headers = { 'Content-Type': 'application/json' };
        const answer = await fetch(`http://${address}/api/v2/alerts`, { method: 'POST', headers, body });
        expect(answer.status, await answer.text()).toBe(200);
        const came = () =>
          received.some(({ alerts }) => alerts.some((alert) => alert.labels.alertname === title));
        await expect.poll(came, { timeout: 60_000 }).toBe(true);
      }
    },
  };
}

interface PrometheusFile {
  global: Record<string, string>;
  alerting: { alertmanagers: { static_configs: { targets: string[] }[] }[] };
  scrape_configs: {
    scrape_interval?: string;
    static_configs: { targets: string[]; labels: Record<string, string> }[];
  }[];
}

export interface Prometheus extends Child {
  /** The series that a query gives, at a time in seconds since 1970, else now. */
  query(expr: string, at?: number): Promise<{ metric: Record<string, string>; value: number }[]>;
  /** Until every group of rules that has no interval of its own was evaluated once more, from its beginning. */
  evaluated(): Promise<void>;
}

/** Prometheus as shipped, with these rules; targets are on this machine, and it scrapes each second. */
export async function startPrometheus(
  directory: string,
  {
    target,
    alertmanager,
    rules,
    history,
  }: { target: string; alertmanager: string; rules: string; history: string },
): Promise<Prometheus> {
  const home = join(directory, 'prometheus');
  mkdirSync(join(home, 'rules'), { recursive: true });
  // What stays on for minutes after its condition would make a test as long.
  for (const name of readdirSync(rules)) {
    const text = readFileSync(join(rules, name), 'utf8').replaceAll(/(keep_firing_for): \w+/g, '$1: 2s');
    writeFileSync(join(home, 'rules', name), text);
  }
  const file = parse(readFileSync(join(TOP, 'deploy/prometheus/prometheus.yml'), 'utf8')) as PrometheusFile;
  file.global = { scrape_interval: '1s', evaluation_interval: '1s' };
  file.alerting.alertmanagers[0]!.static_configs[0]!.targets = [alertmanager];
  for (const job of file.scrape_configs) {
    delete job.scrape_interval;
    job.static_configs = [{ targets: [target], labels: { instance: target } }];
  }
  const config = join(home, 'prometheus.yml');
  writeFileSync(config, stringify(file));
  execFileSync('promtool', ['check', 'config', config], { stdio: 'pipe' });
  writeFileSync(join(home, 'history.txt'), history);
  const data = join(home, 'data');
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', join(home, 'history.txt'), data], {
    stdio: 'pipe',
  });
  const address = `127.0.0.1:${await freePort()}`;
  const started = child('prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${data}`,
    '--storage.tsdb.retention.time=30d',
    `--web.listen-address=${address}`,
  ]);
  await started.says(/Server is ready/);
  const evaluations = async () => {
    const answer = await fetch(`http://${address}/api/v1/rules`);
    const { data } = (await answer.json()) as {
      data: { groups: { name: string; interval: number; lastEvaluation: string }[] };
    };
    // Those of long windows are recorded each few minutes, and no alert waits for them.
    const often = data.groups.filter(({ interval }) => interval <= 1);
    return often.map(({ name, lastEvaluation }) => `${name} ${lastEvaluation}`);
  };
  return {
    ...started,
    async evaluated() {
      // Twice: the first may have begun before.
      for (let n = 0; n < 2; n++) {
        const before = new Set(await evaluations());
        const again = async () => (await evaluations()).every((group) => !before.has(group));
        await expect.poll(again, { timeout: 30_000 }).toBe(true);
      }
    },
    async query(expr, at) {
      const parameters = new URLSearchParams({ query: expr, ...(at && { time: String(at) }) });
      const answer = await fetch(`http://${address}/api/v1/query?${parameters.toString()}`);
      const { data, error } = (await answer.json()) as {
        data?: { result: { metric: Record<string, string>; value: [number, string] }[] };
        error?: string;
      };
      if (!data) throw new Error(`${expr}: ${error}`);
      return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
    },
  };
}
