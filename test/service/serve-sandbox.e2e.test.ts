/** What `npm start` shows where nothing is configured: the sandbox, real browsers, and nothing left of them. */
import { expect, it } from 'vitest';
import type { Run } from '../../src/checks/check.ts';
import type { CheckStatus } from '../../src/schedule/scheduler.ts';
import { child } from '../support/child.ts';
import { alive, descendants, sandboxFilesOf, temporaryOf } from '../support/processes.ts';

const SERVICE = new URL('../support/sandbox-child.ts', import.meta.url).pathname;
const SOON = { timeout: 30_000, interval: 100 };

async function start() {
  const service = child(process.execPath, [SERVICE]);
  const url = (await service.says(/the page is (\S+\/),/))[1]!;
  const text = async (path: string) => (await fetch(url + path)).text();
  const runs = async () => (JSON.parse(await text('api/runs?check=sandbox')) as { runs: Run[] }).runs;
  const activity = async () => {
    const { checks } = JSON.parse(await text('api/checks')) as { checks: CheckStatus[] };
    return checks.find(({ name }) => name === 'sandbox')!.activity;
  };
  return { ...service, pid: service.process.pid!, url, text, runs, activity };
}

/** Until a call is on: people have joined and something is known of what they receive. */
async function untilInCall(service: Awaited<ReturnType<typeof start>>): Promise<number[]> {
  await expect
    .poll(async () => (await service.activity())?.progress?.partial?.call?.streams.length ?? 0, SOON)
    .toBeGreaterThan(0);
  return descendants(service.pid);
}

it('the service without a configuration runs a call at once, shows it while it is on, and then what came of it', async () => {
  const service = await start();
  await untilInCall(service);
  expect(await service.text('')).toMatch(/Running for .*class="matrix"/s);
  await expect.poll(async () => (await service.runs()).length, SOON).toBe(1);
  const [run] = await service.runs();
  expect(run).toMatchObject({ check: 'sandbox', outcome: 'pass' });
  expect(run!.call!.streams.map(({ verdict }) => verdict)).toEqual(Array(12).fill('ok'));
  const page = await service.text('');
  expect(page).toContain('<b>Sandbox.</b>');
  expect(page).toContain('all 12 streams ok');
  // Its own page is drawn from what the call left, which nobody need keep.
  const drawn = await service.text(`runs/${run!.id}`);
  for (const part of ['charts', 'lanes']) expect(drawn).toContain(`<div class="${part}">`);
  expect(sandboxFilesOf(service.pid)).toHaveLength(2);
  const ok = (await service.text('metrics'))
    .split('\n')
    .filter((line) => line.startsWith('vigie_call_stream_ok{'));
  expect(ok.filter((line) => line.endsWith(' 1'))).toHaveLength(12);

  const again = await fetch(`${service.url}api/checks/sandbox/run?wait=1`, { method: 'POST' });
  expect([again.status, ((await again.json()) as Run).outcome]).toEqual([200, 'pass']);
  expect(alive(descendants(service.pid))).toEqual([]);
  expect(temporaryOf(service.pid)).toEqual([]);
  service.process.kill('SIGTERM');
  expect(await service.ended).toBe(0);
  expect(sandboxFilesOf(service.pid)).toEqual([]);
});

it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  '%s in a call leaves no browser and no profile',
  async (signal) => {
    const service = await start();
    const started = await untilInCall(service);
    expect(alive(started).length).toBeGreaterThan(3);
    expect(temporaryOf(service.pid).length).toBeGreaterThan(0);
    service.process.kill(signal);
    expect(await service.ended).toBe(signal === 'SIGKILL' ? 'SIGKILL' : 0);
    // Killed outright, the service cannot wait for its browsers; their guards see to it.
    await expect.poll(() => alive(started), SOON).toEqual([]);
    await expect.poll(() => temporaryOf(service.pid), SOON).toEqual([]);
  },
);
