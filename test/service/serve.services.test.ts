import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Run } from '../../src/checks/check.ts';
import { type Child, child } from '../support/child.ts';

const SERVICE = new URL('../support/service-child.ts', import.meta.url).pathname;

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'vigie-test-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

const configuration = (checks: string, listen = '127.0.0.1:0') =>
  `server: { listen: "${listen}", token: open-sesame }\nchecks:\n${checks}`;

interface Started extends Child {
  readonly dir: string;
  readonly url: string;
  /** Writes another configuration and sends SIGHUP. */
  configure(checks: string): Promise<void>;
}

async function start(checks: string): Promise<Started> {
  const dir = await directory();
  const file = join(dir, 'vigie.yaml');
  await writeFile(file, configuration(checks));
  const started = child(process.execPath, [SERVICE, file]);
  const url = (await started.says(/the page is (\S+\/),/))[1]!;
  return {
    ...started,
    dir,
    url,
    async configure(next) {
      await writeFile(file, configuration(next));
      started.process.kill('SIGHUP');
    },
  };
}

const text = async (url: string) => (await fetch(url)).text();
const runs = async (url: string) => ((await (await fetch(`${url}api/runs`)).json()) as { runs: Run[] }).runs;
const running = async (url: string) =>
  (
    (await (await fetch(`${url}api/checks`)).json()) as { checks: { activity: { state: string } | null }[] }
  ).checks.map(({ activity }) => activity?.state);

describe('a service', () => {
  it('runs at the start, serves what it found, keeps its evidence, and ends with SIGTERM', async () => {
    const service = await start('  - { name: meet, kind: call, every: 1h, finds: fail }');
    await expect.poll(() => runs(service.url).then((all) => all.length)).toBe(1);
    const [run] = await runs(service.url);
    expect(await text(`${service.url}metrics`)).toContain('vigie_check_success{check="meet",kind="call"} 0');
    expect(await text(service.url)).toContain('C does not see B');
    await expect
      .poll(() => readdir(join(service.dir, 'evidence', 'meet', run!.id)).catch(() => []))
      .toEqual(['console.txt', 'run.html', 'run.json']);
    service.process.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    await expect(fetch(service.url)).rejects.toThrow();
  });

  it('lets the run in hand end after SIGTERM, when it does so soon', async () => {
    const service = await start('  - { name: meet, kind: call, every: 1h, takes: 700ms }');
    await expect.poll(() => running(service.url)).toEqual(['running']);
    service.process.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    expect(service.output()).toContain('"outcome":"pass"');
    expect(service.output()).not.toContain('cut short');
  });

  it('aborts the run in hand when asked twice, and at once when interrupted', async () => {
    for (const signals of [['SIGTERM', 'SIGTERM'], ['SIGINT']] as const) {
      const service = await start('  - { name: meet, kind: call, every: 1h, takes: 1h }');
      await expect.poll(() => running(service.url)).toEqual(['running']);
      service.process.kill(signals[0]);
      await service.says(/"shutting down"/);
      if (signals[1]) service.process.kill(signals[1]);
      expect(await service.ended).toBe(0);
      expect(service.output()).toContain('cut short');
      expect(service.output()).not.toContain('"outcome"');
    }
  });

  it('reads its configuration anew with SIGHUP, and keeps what did not change', async () => {
    const service = await start('  - { name: meet, kind: call, every: 1h, takes: 1h }');
    await expect.poll(() => running(service.url)).toEqual(['running']);
    await service.configure(
      '  - { name: meet, kind: call, every: 1h, takes: 1h }\n  - { name: second, kind: call, every: 1h }',
    );
    await expect.poll(() => running(service.url)).toEqual(['running', 'waiting']);
    expect(service.output()).not.toContain('cut short');
    await service.configure('  - { name: second, kind: call, every: 1h }');
    await service.says(/cut short/);
    await expect.poll(() => text(`${service.url}metrics`)).toMatch(/^vigie_check_success\{check="second"/m);
    expect(await text(`${service.url}metrics`)).not.toContain('check="meet"');
  });

  it('refuses a bad configuration, says why, keeps the old one, and takes a good one after it', async () => {
    const service = await start('  - { name: meet, kind: call, every: 1h }');
    await expect.poll(() => runs(service.url).then((all) => all.length)).toBe(1);
    await service.configure('  - { name: meet, kind: call, evry: 1h }\n  - { name: post, kind: male }');
    await service.says(/did you mean \\"every\\"/);
    await service.says(/the invalid configuration is rejected and the current one kept/);
    expect(await text(`${service.url}metrics`)).toMatch(/^vigie_config_last_reload_successful 0$/m);
    expect(await text(`${service.url}metrics`)).toContain('vigie_check_success{check="meet",kind="call"} 1');
    expect(await text(service.url)).toContain('The new configuration is invalid and was rejected');
    await service.configure('  - { name: meet, kind: call, every: 2h }');
    await expect
      .poll(() => text(`${service.url}metrics`))
      .toMatch(/^vigie_config_last_reload_successful 1$/m);
    expect(await text(`${service.url}metrics`)).toMatch(/^vigie_check_interval_seconds\{.*} 7200$/m);
  });

  it('never shows a secret', async () => {
    const service = await start('  - { name: meet, kind: call, every: 1h, password: "s3cr3t-of-ours" }');
    await expect.poll(() => runs(service.url).then((all) => all.length)).toBe(1);
    const pages = ['', 'metrics', 'api/runs', 'api/checks', 'healthz'];
    const all =
      (await Promise.all(pages.map((path) => text(service.url + path)))).join('\n') + service.output();
    expect(all).not.toContain('s3cr3t-of-ours');
    expect(all).not.toContain('open-sesame');
  });
});

describe('a restart', () => {
  const restarted = async (dir: string) => {
    const started = child(process.execPath, [SERVICE, join(dir, 'vigie.yaml')]);
    return { ...started, url: (await started.says(/the page is (\S+\/),/))[1]! };
  };

  it('keeps runs, links to them, since when, and the last state; counters begin anew', async () => {
    const service = await start('  - { name: meet, kind: call, every: 1h, finds: fail }');
    await expect.poll(() => runs(service.url).then((all) => all.length)).toBe(1);
    const [run] = await runs(service.url);
    // No warning, no time to clean up.
    service.process.kill('SIGKILL');
    await service.ended;
    await writeFile(
      join(service.dir, 'vigie.yaml'),
      configuration('  - { name: meet, kind: call, every: 1h, takes: 1h }'),
    );
    const again = await restarted(service.dir);
    expect(await runs(again.url)).toEqual([run]);
    expect(await text(`${again.url}runs/${run!.id}`)).toContain('C does not see B');
    expect(await text(again.url)).toContain('Broken since');
    const metrics = await text(`${again.url}metrics`);
    expect(metrics).toContain('vigie_check_success{check="meet",kind="call"} 0');
    expect(metrics).toContain('vigie_check_runs_total{check="meet",kind="call",outcome="fail"} 0');
    expect(metrics).toContain('vigie_history_writable 1');
    again.process.kill('SIGINT');
    expect(await again.ended).toBe(0);
  });

  it('is refused while another one writes the same history', async () => {
    const service = await start('  - { name: meet, kind: call, every: 1h }');
    const second = child(process.execPath, [SERVICE, join(service.dir, 'vigie.yaml')]);
    expect(await second.ended).toBe(2);
    expect(second.output()).toMatch(/^Another Vigie keeps its history in .*runs\.sqlite/m);
  });
});

describe('a service that cannot start says why, and what to do, without a stack', () => {
  const refused = async (yaml: string) => {
    const file = join(await directory(), 'vigie.yaml');
    await writeFile(file, yaml);
    const service = child(process.execPath, [SERVICE, file]);
    expect(await service.ended).toBe(2);
    expect(service.output()).not.toMatch(/^ +at /m);
    return service.output();
  };

  it('a port in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const output = await refused(configuration('  - { name: meet, kind: call }', `127.0.0.1:${port}`));
    expect(output).toMatch(new RegExp(`^Port ${port} on 127.0.0.1 is in use.*server.listen`));
  });

  it('an evidence directory that cannot be written', async () => {
    const output = await refused(
      `${configuration('  - { name: meet, kind: call }')}\nevidence: { dir: /proc/vigie }\n`,
    );
    expect(output).toMatch(/^Evidence cannot be written to \/proc\/vigie .*choose another one/);
  });

  it('a history directory that cannot be written', async () => {
    const output = await refused(
      `${configuration('  - { name: meet, kind: call }')}\nhistory: { dir: /proc/vigie }\n`,
    );
    expect(output).toMatch(/^The history of runs cannot be kept in \/proc\/vigie .*choose another one/m);
  });

  it('a configuration with faults', async () => {
    const output = await refused('checks:\n  - { name: Meet, kind: call, takes: 5 }\n');
    expect(output.trim().split('\n').length).toBe(2);
    expect(output).toMatch(/vigie\.yaml:2:.*name/);
  });

  it('no configuration at that place', async () => {
    const service = child(process.execPath, [SERVICE, '/nowhere/vigie.yaml']);
    expect(await service.ended).toBe(2);
    expect(service.output()).toContain('/nowhere/vigie.yaml');
  });
});

describe('several services', () => {
  it('one that reads another shows where it is worse, and knows nothing of a place that does not answer', {
    timeout: 60_000,
  }, async () => {
    const paris = await start('  - { name: meet, kind: call, every: 1h, finds: fail }');
    await expect.poll(() => runs(paris.url).then((all) => all.length)).toBe(1);
    const headers = { authorization: 'Bearer open-sesame' };
    await fetch(`${paris.url}api/checks/meet/run?wait=1`, { method: 'POST', headers });
    const lyon = await start(
      `  - { name: meet, kind: call, every: 1h }\nstatus: { others: [{ place: paris, url: "${paris.url}" }] }`,
    );
    const status = async () => await text(`${lyon.url}status`);
    await expect
      .poll(status, { timeout: 20_000 })
      .toContain('It does not work from paris. From here it works.');
    expect(await status()).toContain('Something does not work');
    // A place that is not configured any more says nothing.
    await lyon.configure('  - { name: meet, kind: call, every: 1h }');
    await expect.poll(status).not.toContain('paris');
    expect(await status()).toContain('Everything works');
    await lyon.configure(
      `  - { name: meet, kind: call, every: 1h }\nstatus: { others: [{ place: paris, url: "http://127.0.0.1:1/" }] }`,
    );
    await expect.poll(status).toContain('paris does not answer at the moment');
    expect(await status()).toContain('Everything works');
  });
});
