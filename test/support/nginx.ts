/** A real nginx for a test. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { child } from './child.ts';
import { freePort } from './free-port.ts';

/**
 * An nginx with these lines of its `http` block, and of the one server in it; gives its port.
 * It ends with the test.
 */
export async function nginx({ http, server }: { http: string; server: string }): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'vigie-nginx-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (what) => `${what}_temp_path ${directory}/${what};`,
  );
  const file = join(directory, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off; pid ${directory}/pid; error_log stderr;
events {}
http { access_log off; ${temporary.join(' ')} ${http}
server { listen 127.0.0.1:${port}; ${server} } }`,
  );
  child('nginx', ['-p', directory, '-c', file]);
  await vi.waitUntil(() => fetch(`http://127.0.0.1:${port}/nothing-is-here`).catch(() => null), 10_000);
  return port;
}
