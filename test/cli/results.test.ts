/** Results on standard output, progress on standard error, and what the exit status says; no browser is needed. */

import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Run } from '../../src/checks/check.ts';
import { exitStatus } from '../../src/cli/execute.ts';
import { emptyDirectory, vigie } from '../support/cli/vigie.ts';
import { jitsiFront } from '../support/jitsi-front.ts';

const NO_BROWSER = { VIGIE_CHROMIUM: '/not/there' };

async function deployment(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const broken: RequestListener = (_request, response) => response.writeHead(502).end('bad gateway');

describe('the exit status', () => {
  const runs = (...outcomes: Run['outcome'][]) => outcomes.map((outcome) => ({ outcome }) as Run);
  it.each<[Run['outcome'][], boolean, number]>([
    [[], false, 0],
    [['pass', 'pass'], true, 0],
    [['pass', 'degraded'], false, 0],
    [['pass', 'degraded'], true, 1],
    [['pass', 'fail'], false, 1],
    [['pass', 'error'], false, 3],
    [['error', 'fail'], false, 1],
    [['error', 'degraded'], true, 1],
    [['error', 'degraded'], false, 3],
  ])('of %j, strict: %s, is %i', (outcomes, strict, status) => {
    expect(exitStatus(runs(...outcomes), strict)).toBe(status);
  });
});

describe('a call', () => {
  it('to a broken deployment fails: report on stdout, progress on stderr, status 1', async () => {
    const url = await deployment(broken);
    const host = new URL(url).host;
    const { status, stdout, stderr } = await vigie(['call', url], { env: NO_BROWSER });
    expect(status).toBe(1);
    expect(stdout).toMatch(
      new RegExp(
        `^${host}  FAIL  \\(\\d+\\.\\d s\\)\n  FAIL  The web front answers 502: nobody can open the page\\. What is behind it \\(the container, the upstream\\) does not answer\\.  \\[page-error, signaling\\]\n$`,
      ),
    );
    expect(stderr).toBe(`${host}: starting chromium\n`);
  });

  it('that our own fault prevents is no failure of the deployment: status 3', async () => {
    const url = await deployment(jitsiFront);
    const cwd = await emptyDirectory();
    const { status, stdout } = await vigie(
      ['call', url, '--json', '--junit', 'runs.xml', '--evidence', 'seen'],
      {
        cwd,
        env: NO_BROWSER,
      },
    );
    expect(status).toBe(3);
    const runs = JSON.parse(stdout) as Run[];
    expect(runs).toMatchObject([
      {
        schema: 1,
        kind: 'call',
        check: new URL(url).host,
        outcome: 'error',
        summary: 'VIGIE_CHROMIUM names /not/there, which does not exist or cannot be executed.',
        findings: [{ id: 'browser-missing', outcome: 'error' }],
      },
    ]);
    expect(await readFile(join(cwd, 'runs.xml'), 'utf8')).toContain('<error type="browser-missing"');
    expect(JSON.parse(await readFile(join(cwd, 'seen', 'run.json'), 'utf8'))).toEqual(runs[0]);
  });
});
