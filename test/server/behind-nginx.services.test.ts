/** Below a path of a real nginx, as the documentation's snippet has it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { aRun } from '../support/history/runs.ts';
import { needs, programs } from '../support/needs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

/** The nginx lines of docs/service.md. */
async function snippet(): Promise<string> {
  const text = await readFile(join(import.meta.dirname, '../../docs/service.md'), 'utf8');
  return /```nginx\n([\s\S]*?)```/.exec(text)![1]!;
}

describe('a proxy that is a real nginx', needs(programs('nginx')), () => {
  let server: TestServer;
  let nginx: ReturnType<typeof spawn>;
  let directory: string;
  const ports = { strips: 0, passes: 0 };

  beforeAll(async () => {
    server = testServer({ publicUrl: () => 'https://example.org/vigie/' });
    server.scheduler.update([fakeCheck({ ms: 600_000 })]);
    server.store.append(aRun());
    await server.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = server.app.server.address() as AddressInfo;
    directory = await mkdtemp(join(tmpdir(), 'vigie-nginx-'));
    ports.strips = await freePort();
    ports.passes = await freePort();
    const strips = (await snippet()).replace(':9797', `:${port}`);
    const passes = strips.replace(`:${port}/;`, `:${port};`);
    const block = (listen: number, location: string) => `server { listen 127.0.0.1:${listen}; ${location} }`;
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (what) => `${what}_temp_path ${directory}/${what};`,
    );
    await writeFile(
      join(directory, 'nginx.conf'),
      `daemon off; pid ${directory}/pid; error_log stderr;
events {}
http { access_log off; ${temporary.join(' ')}
${block(ports.strips, strips)}
${block(ports.passes, passes)} }`,
    );
    nginx = spawn('nginx', ['-p', directory, '-c', join(directory, 'nginx.conf')], { stdio: 'ignore' });
    await vi.waitUntil(() => fetch(`http://127.0.0.1:${ports.strips}/`).catch(() => null), 10_000);
  });
  afterAll(async () => {
    nginx.kill();
    await once(nginx, 'exit');
    await server.close();
    await rm(directory, { recursive: true });
  });

  it.each(['strips', 'passes'] as const)(
    'and %s the path: every link of the first page leads somewhere',
    async (how) => {
      const at = `http://127.0.0.1:${ports[how]}`;
      const get = (path: string) => fetch(`${at}${path}`, { headers: { accept: 'text/html' } });
      const first = await get('/vigie/');
      expect(first.status).toBe(200);
      const links = [...(await first.text()).matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, link]) => link!);
      expect(links).toContain('/vigie/checks/meet');
      for (const link of links) expect((await get(link)).status, link).toBe(200);
      expect((await get('/vigie/runs/latest?check=meet')).url).toMatch(new RegExp(`^${at}/vigie/runs/run-`));
    },
  );
});
