/**
 * From a broken stream to the telephone and back: the sandbox, a real Vigie with real browsers, a real Prometheus
 * and a real Alertmanager, with the configuration files that are shipped.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { ANNOTATIONS } from '../../dashboards/dashboard.ts';
import { definitions, generate } from '../../dashboards/generate.ts';
import { createLinks, DEFAULT_BASES } from '../../dashboards/links.ts';
import type { Common } from '../../dashboards/panel.ts';
import type { Run } from '../../src/checks/check.ts';
import { type Sandbox, sandboxConfiguration, startSandbox } from '../../src/sandbox/index.ts';
import { child } from '../support/child.ts';
import { vigie } from '../support/cli/vigie.ts';
import { faults, type PanelJson, withoutGrafana } from '../support/dashboards/grafana.ts';
import { PAST, past } from '../support/dashboards/history.ts';
import { filledIn } from '../support/dashboards/queries.ts';
import {
  type Notification,
  type Prometheus,
  startAlertmanager,
  startPrometheus,
  startReceiver,
} from '../support/dashboards/stack.ts';
import { freePort } from '../support/free-port.ts';
import { needs, programs } from '../support/needs.ts';

const obstacle = programs('prometheus', 'promtool', 'prometheus-alertmanager');
const PANELS = definitions(createLinks(DEFAULT_BASES)).flatMap(({ uid, rows }) =>
  rows.flatMap(({ panels }) => panels.map(({ asked }) => ({ uid, asked }))),
);

interface Stack {
  readonly sandbox: Sandbox;
  readonly target: string;
  readonly prometheus: Prometheus;
  readonly received: Notification[];
  /** When the past ended that Prometheus was given. */
  readonly pastEnd: number;
}

/** The sandbox's own checks, more often than anybody would. */
function configuration(sandbox: Sandbox, listen: string, directory: string): string {
  const { checks } = parse(sandboxConfiguration(sandbox)) as { checks: { kind: string }[] };
  const often = checks.map((check) => ({
    ...check,
    every: '10s',
    ...(check.kind === 'call' && { completeWithin: '6s', watch: '1s' }),
  }));
  return stringify({ server: { listen }, evidence: { dir: join(directory, 'evidence') }, checks: often });
}

async function start(): Promise<Stack> {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const target = `127.0.0.1:${await freePort()}`;
  const config = join(directory, 'vigie.yaml');
  await writeFile(config, configuration(sandbox, target, directory));
  expect(await vigie(['dashboards', '--out', join(directory, 'generated')])).toMatchObject({ status: 0 });
  const { url, received } = await startReceiver();
  const alertmanager = await startAlertmanager(directory, url);
  const { text: history, end: pastEnd } = past();
  const prometheus = await startPrometheus(directory, {
    target,
    alertmanager: alertmanager.address,
    rules: join(directory, 'generated/prometheus'),
    history,
  });
  // After Prometheus, so that it sees the counters before the first runs.
  const service = child(join(import.meta.dirname, '../../vigie'), ['serve', '--config', config]);
  await service.says(/the metrics are/);
  return { sandbox, target, prometheus, received, pastEnd };
}

/** The queries that give nothing, of the panels that should show something. */
async function empty({ prometheus, target, pastEnd }: Stack): Promise<string[]> {
  const found: string[] = [];
  const look = async (of: string, expr: string, ofPast: boolean) => {
    const variables = { call: 'sandbox', instance: ofPast ? PAST : target };
    const result = await prometheus.query(filledIn(expr, variables), ofPast ? pastEnd : undefined);
    if (!result.some(({ value }) => Number.isFinite(value))) found.push(`${of}: ${expr}`);
  };
  const each = ({ uid, asked }: { uid: string; asked: Common }) =>
    asked.queries.flatMap(({ expr, exemplars }) =>
      exemplars ? [] : look(`${uid}, ${asked.title}`, expr, asked.mayBeEmpty !== undefined),
    );
  await Promise.all(PANELS.flatMap(each));
  await Promise.all(ANNOTATIONS.map(({ name, expr }) => look(name, expr, true)));
  return found;
}

interface Asking extends PanelJson {
  readonly description: string;
  readonly targets: readonly { readonly expr: string }[];
}
const READ = [...generate()]
  .filter(([name]) => name.endsWith('.json'))
  .flatMap(([, text]) => (JSON.parse(text) as { panels: Asking[] }).panels)
  .filter(({ type }) => type === 'table' || type === 'stat');

/** What reads wrong in tables and large numbers, of what they really get. */
async function misread({ prometheus, target, pastEnd }: Stack): Promise<string[]> {
  if (withoutGrafana() !== null) return [];
  const found: string[] = [];
  for (const panel of READ) {
    const ofPast = panel.description.includes('May be empty');
    const variables = { call: 'sandbox', instance: ofPast ? PAST : target };
    const answers = await Promise.all(
      panel.targets.map(({ expr }) =>
        prometheus.query(filledIn(expr, variables), ofPast ? pastEnd : undefined),
      ),
    );
    if (answers.some((samples) => samples.length > 0)) found.push(...(await faults(panel, answers)));
  }
  return found;
}

const reported = ({ received }: Stack, receiver: string, status?: string) =>
  received.filter((each) => each.receiver === receiver && (!status || each.status === status));

/** What a notification says, and of which alerts. */
function said({ status, alerts }: Notification): string {
  const of = ({ labels }: Notification['alerts'][number]) =>
    labels.receiver
      ? `${labels.alertname}: ${labels.receiver}, ${labels.media} of ${labels.sender}`
      : labels.alertname;
  return `${status} ${alerts.map(of).join('; ')}`;
}

async function failedRuns({ target }: Stack): Promise<Run[]> {
  const answer = await fetch(`http://${target}/api/runs?check=sandbox&outcome=fail&limit=500`);
  return ((await answer.json()) as { runs: Run[] }).runs;
}

/** Milliseconds from the break to each station on the way to a person. */
async function stations(stack: Stack, brokenAt: number, notification: Notification): Promise<object> {
  const ends = (await failedRuns(stack)).map(
    ({ startedAt, durationMs }) => Date.parse(startedAt) + durationMs,
  );
  const rang = Date.parse(notification.alerts[0]!.startsAt);
  const since = (at: number) => Math.round(at - brokenAt);
  return { firstFailingRun: since(Math.min(...ends)), rings: since(rang), reported: since(notification.at) };
}

it('every panel shows something; one broken stream is one notification, and one more when it is resolved', {
  timeout: 240_000,
  ...needs(obstacle),
}, async () => {
  const stack = await start();
  await expect.poll(() => empty(stack), { timeout: 60_000, interval: 1000 }).toEqual([]);
  expect(await misread(stack)).toEqual([]);
  expect(reported(stack, 'people')).toEqual([]);

  const brokenAt = Date.now();
  stack.sandbox.faults.break(['video B->C']);
  await expect.poll(() => reported(stack, 'people').length, { timeout: 90_000, interval: 200 }).toBe(1);
  const [notification] = reported(stack, 'people');
  expect(notification).toMatchObject({
    status: 'firing',
    groupLabels: { job: 'vigie', check: 'sandbox' },
  });
  expect(notification!.alerts).toHaveLength(1);
  const { labels, annotations } = notification!.alerts[0]!;
  expect(labels).toMatchObject({ severity: 'critical', receiver: 'C', sender: 'B', media: 'video' });
  expect(annotations.summary).toBe('A participant does not receive a stream.');
  expect(annotations.description).toMatch(
    /^C does not see B in the test call of sandbox, step \S+, seen from \S+: \d+ calls in a row\. It last worked at /,
  );
  // Each link leads to what it says.
  const page = await fetch(annotations.run_url!);
  expect([page.status, await page.text()]).toEqual([
    200,
    expect.stringMatching(/B sends it .*; A receives it, but .* C\b/),
  ]);
  const runbook = await fetch(annotations.runbook_url!);
  expect([runbook.status, await runbook.text()]).toEqual([
    200,
    expect.stringMatching(/^# VigieStreamMissing\n/),
  ]);
  if (process.env.VIGIE_TEST_TIMES) console.log(await stations(stack, brokenAt, notification!));

  // Not amid a call, which would then fail by what it lacked before: that is another alert, and another notification.
  const failed = (await failedRuns(stack)).length;
  await expect
    .poll(async () => (await failedRuns(stack)).length, { timeout: 60_000, interval: 100 })
    .toBeGreaterThan(failed);
  stack.sandbox.faults.fix('all');
  await expect
    .poll(() => reported(stack, 'people', 'resolved').length, { timeout: 90_000, interval: 200 })
    .toBe(1);
  const missing = 'VigieStreamMissing: C, video of B';
  const all = reported(stack, 'people').map(said);
  // What it inhibited is resolved with it, and Alertmanager says so of all alerts of a group.
  expect(all).toEqual([`firing ${missing}`, expect.stringMatching(/^resolved /)]);
  expect(all[1]).toContain(missing);
  expect(reported(stack, 'tickets')).toEqual([]);
  // Something always fires, for a dead man's switch.
  await expect.poll(() => reported(stack, 'watchdog').length, { timeout: 90_000 }).toBeGreaterThan(0);
  expect(stack.prometheus.output()).not.toMatch(/level=error/);
});
