/** The stack from Debian's packages, with the configuration files that are shipped; only what a test must change is. */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
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

/** Alertmanager as shipped; every receiver is given a webhook, and what it waits for is shorter. */
export async function startAlertmanager(directory: string, webhook: string): Promise<{ address: string }> {
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
  return { address };
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
  return {
    ...started,
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
