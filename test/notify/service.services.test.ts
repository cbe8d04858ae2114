/** From a broken relay to the notification and back, and across a restart: a real Vigie that watches the sandbox. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { sandboxConfiguration, startSandbox } from '../../src/sandbox/index.ts';
import { child } from '../support/child.ts';
import { emptyDirectory } from '../support/cli/vigie.ts';
import { freePort } from '../support/free-port.ts';
import { httpReceiver } from '../support/notify/receivers.ts';

const VIGIE = join(import.meta.dirname, '../../vigie');

it('a relay that stops signing is one notification, one more when it signs again, and none for a restart', {
  timeout: 120_000,
}, async () => {
  const directory = await emptyDirectory();
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const receiver = await httpReceiver();
  const { checks } = parse(sandboxConfiguration(sandbox)) as { checks: { kind: string }[] };
  const mail = checks
    .filter(({ kind }) => kind === 'mail')
    .map((check) => ({ ...check, every: '5s', title: 'Mail' }));
  const port = await freePort();
  const configuration = {
    server: { listen: `127.0.0.1:${port}`, publicUrl: `http://127.0.0.1:${port}/` },
    evidence: { dir: join(directory, 'evidence') },
    notify: { wait: '1s', targets: [{ name: 'oncall', kind: 'ntfy', url: `${receiver.url}/open-sesame` }] },
    checks: mail,
  };
  const config = join(directory, 'vigie.yaml');
  await writeFile(config, stringify(configuration));
  const start = async () => {
    const service = child(VIGIE, ['serve', '--config', config]);
    await service.says(/the metrics are/);
    return service;
  };
  const first = await start();
  await first.says(/"outcome":"pass"/);
  sandbox.faults.break(['unsigned']);
  await expect.poll(() => receiver.got.length, { timeout: 60_000, interval: 50 }).toBe(1);
  const [{ body, at }] = receiver.got as [(typeof receiver.got)[0]];
  expect(body).toMatchObject({ topic: 'open-sesame', priority: 5, tags: ['rotating_light'] });
  expect(body.title).toMatch(/^\[FIRING\] critical: Mail: .*sign/);
  expect(body.message).toContain(`/runbooks/VigieMailNotAuthenticated.md`);
  // The link leads to the run that shows it, and the runbook is there.
  const page = await fetch(String(body.click));
  expect([page.status, await page.text()]).toEqual([
    200,
    expect.stringContaining('the message has no signature'),
  ]);
  if (process.env.VIGIE_TEST_TIMES) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/runs?outcome=fail&limit=10`);
    const { runs } = (await answer.json()) as { runs: { startedAt: string; durationMs: number }[] };
    const decided = runs.at(-2)!;
    console.log({ afterDecidingRunMs: Math.round(at - Date.parse(decided.startedAt) - decided.durationMs) });
    console.log(body);
  }
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(metrics).toContain('vigie_notifications_total{target="oncall",result="sent"} 1');
  expect(metrics).not.toContain('open-sesame');

  first.process.kill('SIGTERM');
  await first.ended;
  const second = await start();
  await second.says(/"outcome":"fail"/);
  sandbox.faults.fix('all');
  await expect.poll(() => receiver.got.length, { timeout: 60_000 }).toBe(2);
  expect(receiver.got[1]!.body.title).toBe('[RESOLVED] Mail: It works again.');
  expect(first.output() + second.output()).not.toContain('open-sesame');
});
