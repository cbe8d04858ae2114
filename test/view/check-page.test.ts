import { afterEach, beforeEach, expect, it } from 'vitest';
import { aMail, aMessage } from '../support/history/results.ts';
import { aCall, aFailedCall, aRun, streams } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let server: TestServer;
beforeEach(() => {
  server = testServer();
  server.scheduler.update([fakeCheck({ ms: 3_600_000 })]);
});
afterEach(() => server.close());

const get = async (url: string) => (await server.app.inject({ url, headers: { accept: 'text/html' } })).body;
/** The cells of a row of the table of what worked, newest last: their words. */
const row = (body: string, label: string) =>
  [
    ...(new RegExp(`<th scope="row">${label}</th>(.*?)</tr>`, 's').exec(body)?.[1] ?? '').matchAll(
      /<td class="(?:good|bad|warn|unsure|quiet)"[^>]*>.*?<span class="hidden">(.*?)<\/span>/gs,
    ),
  ].map((m) => m[1]);

it('the page of a check follows each stream from run to run, the newest last', async () => {
  const runs = [aRun({ call: aCall() }), aFailedCall(), aRun({ call: aCall() })];
  for (const run of runs) server.store.append(run);
  const body = await get('/checks/meet');
  expect(row(body, 'C sees B')).toEqual(['ok', 'lost', 'ok']);
  expect(row(body, 'A hears B')).toEqual(['ok', 'ok', 'ok']);
  expect(body).toContain('<td class="figure">2/3</td>');
  for (const { id } of runs) expect(body).toContain(`href="/runs/${id}"`);
});

it('the headline is said once, and what puts it in doubt stands beside it', async () => {
  const text = 'C does not see B: the picture arrived and stopped at 15:00:07.';
  const pressure = {
    id: 'machine-busy',
    outcome: 'pass' as const,
    text: 'This machine was short of CPU: run it again before you believe it.',
  };
  const run = aFailedCall({ summary: text, findings: [...aFailedCall().findings, pressure] });
  server.store.append(run);
  for (const path of ['/', '/checks/meet', `/runs/${run.id}`]) {
    const main = (await get(path)).split('<main')[1]!;
    expect(main).toMatch(/class="summary" lang="en">C does not see B[^<]*<\/p>\s*<p class="doubt">/);
    expect(main.split(text)).toHaveLength(2);
    expect(main.split(pressure.text)).toHaveLength(2);
    expect(main).toContain('<code>stream-lost</code>');
    expect(main).not.toContain('class="findings"');
  }
});

it('the page of a check takes of several steps the worst', async () => {
  const late = streams((s) => ({ step: 'back', ...(s.receiver === 'A' && { verdict: 'late' as const }) }));
  server.store.append(aRun({ outcome: 'degraded', call: aCall({ streams: [...late, ...streams()] }) }));
  expect(row(await get('/checks/meet'), 'A hears B')).toEqual(['late']);
});

it('the page of a check shows when it broke, when it worked again, and what changed its version meanwhile', async () => {
  server.store.append(aRun({ call: aCall({ version: '1.0' }) }));
  const broke = aFailedCall({ call: aCall({ version: '2.0' }) });
  server.store.append(broke);
  server.store.append(aRun({ outcome: 'error', summary: 'C crashed' }));
  const fixed = aRun({ call: aCall({ version: '2.0' }) });
  server.store.append(fixed);
  const body = await get('/checks/meet');
  const list = /<ul class="changes">(.*?)<\/ul>/s.exec(body)![1]!;
  expect(list.match(/<li>/g)).toHaveLength(3);
  expect(list).toMatch(/works again.*<b>broke<\/b>/s);
  expect(list).toContain(`<a href="/runs/${broke.id}"`);
  expect(list).toContain('lib-jitsi-meet changed from <code>1.0</code> to <code>2.0</code>');
});

it('the page of a check shows which server has another version, and which it has, never as markup', async () => {
  const software = (version: string) => [{ part: 'jicofo', name: 'JiCoFo', version }] as const;
  server.store.append(aRun({ call: aCall(), software: software('1.0') }));
  const upgraded = aRun({ call: aCall(), software: software('<b>1.1') });
  server.store.append(upgraded);
  const body = await get('/checks/meet');
  expect(body).toContain('jicofo changed from <code>1.0</code> to <code>&lt;b&gt;1.1</code>');
  expect(body).toContain('<dt>jicofo</dt><dd>&lt;b&gt;1.1</dd>');
  const run = await get(`/runs/${upgraded.id}`);
  expect(run).toContain('jicofo changed from <code>1.0</code> to <code>&lt;b&gt;1.1</code>');
  expect(run).toContain('jicofo &lt;b&gt;1.1');
});

it('the page of a check follows the mechanisms of a test message', async () => {
  server.scheduler.update([{ ...fakeCheck({ name: 'post', ms: 3_600_000 }), kind: 'mail' }]);
  const mail = (spf: boolean) =>
    aMail([aMessage('example.org', spf ? {} : { spf: { ...aMessage('example.org').spf!, result: 'fail' } })]);
  for (const good of [true, false]) {
    server.store.append(aRun({ check: 'post', kind: 'mail', mail: mail(good) }));
  }
  expect(row(await get('/checks/post'), 'vigie@example.org SPF')).toEqual(['pass', 'fail']);
});

it('the page of a check leads to the run that is on, and says that there is no such check', async () => {
  const { id } = server.scheduler.checks()[0]!.activity!;
  expect(await get('/checks/meet')).toContain(`A run is already in progress: <a href="/runs/${id}">`);
  expect(await get('/checks/other')).toContain('No check is named other.');
});
