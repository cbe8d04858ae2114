import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { aFailedCall, aRun } from '../support/history/runs.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let server: TestServer;
beforeEach(() => {
  server = testServer();
});
afterEach(() => server.close());

const ask = async (path: string) => {
  const { statusCode, headers, body } = await server.app.inject(path);
  return { status: statusCode, location: headers.location, type: headers['content-type'], body };
};

it('the address of the latest run leads to the latest run of a check, or to the latest one that failed', async () => {
  const failed = aFailedCall();
  const passed = aRun();
  server.store.append(failed);
  server.store.append(passed);
  server.store.append(aRun({ check: 'other' }));
  expect(await ask('/runs/latest?check=meet')).toMatchObject({ status: 302, location: `/runs/${passed.id}` });
  expect(await ask('/runs/latest?check=meet&outcome=fail')).toMatchObject({
    status: 302,
    location: `/runs/${failed.id}`,
  });
  // The link of an alert that is about no check.
  expect(await ask('/runs/latest?check=')).toMatchObject({ status: 302, location: '/' });
  // Whatever else somebody's tool puts into an address.
  expect(await ask('/runs/latest?check=meet&from=now-1h')).toMatchObject({ status: 302 });
});

it('the address of the latest run says what is missing', async () => {
  expect(await ask('/runs/latest')).toMatchObject({
    status: 400,
    body: expect.stringContaining('?check=meet'),
  });
  expect(await ask('/runs/latest?check=meet&outcome=wrong')).toMatchObject({ status: 400 });
  expect(await ask('/runs/latest?check=meet&outcome=fail')).toMatchObject({
    status: 404,
    body: expect.stringContaining('No run of meet with the outcome fail'),
  });
});

it('a runbook is a page for a browser', async () => {
  const asked = { url: '/runbooks/VigieStreamMissing.md', headers: { accept: 'text/html,*/*;q=0.8' } };
  const { headers, body } = await server.app.inject(asked);
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    vary: 'accept, accept-language, cookie, accept-encoding',
  });
  expect(body).toContain('<title>VigieStreamMissing – Vigie</title>');
  expect(body).toMatch(/<h2>Meaning<\/h2>.*<table class="list">.*<h2>Fix<\/h2>/s);
  expect(body).not.toContain('## ');
});

it('the server serves every runbook, and nothing else', async () => {
  const names = readdirSync(join(import.meta.dirname, '../../dashboards/runbooks'));
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) {
    expect(await ask(`/runbooks/${name}`)).toMatchObject({
      status: 200,
      type: 'text/plain; charset=utf-8',
      body: expect.stringMatching(/^# /),
    });
  }
  expect(await ask('/runbooks/')).toMatchObject({ status: 302, location: '/runbooks/README.md' });
  for (const path of ['VigieNothing.md', '..%2Falerts.ts', 'VigieGone', '%2e%2e%2f%2e%2e%2fREADME.md']) {
    expect(await ask(`/runbooks/${path}`), path).toMatchObject({ status: 404 });
  }
});
