/** The version of a real prosody that has mod_version, which the Jitsi of the other tests does not load. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { child } from '../../support/child.ts';
import { freePort } from '../../support/dashboards/stack.ts';
import { needs, programs } from '../../support/needs.ts';
import { configWith } from '../../support/signaling/fake-xmpp.ts';
import { check, deployment, told } from '../../support/signaling/harness.ts';

const about = spawnSync('prosodyctl', ['about'], { encoding: 'utf8' });
const installed = /^Prosody (\d\S*)/m.exec(about.stdout ?? '')?.[1];
const obstacle = installed ? null : (programs('prosodyctl') ?? 'prosodyctl does not say its version');

/** A prosody that lets guests of `meet.test` in; gives its port for HTTP. */
async function prosody(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'vigie-prosody-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const port = await freePort();
  const file = join(directory, 'prosody.cfg.lua');
  writeFileSync(
    file,
    `run_as_root = true
data_path = "${directory}"; certificates = "${directory}"; pidfile = "${directory}/pid"; log = { info = "*console" }
modules_enabled = { "saslauth", "http", "websocket", "bosh", "version" }
modules_disabled = { "s2s", "tls" }
c2s_require_encryption = false; consider_bosh_secure = true; consider_websocket_secure = true
c2s_ports = {}; http_interfaces = { "127.0.0.1" }; http_ports = { ${port} }; https_ports = {}
http_default_host = "meet.test"
VirtualHost "meet.test"
  authentication = "anonymous"
`,
  );
  await child('prosody', ['--config', file, '-F']).says(/Activated service 'http' on /);
  return port;
}

describe('a real prosody', needs(obstacle), () => {
  it('reports its version over WebSocket and over BOSH', async () => {
    const port = await prosody();
    const conferenceRequestUrl = '/conference-request/v1';
    const ways = [
      { websocket: `ws://127.0.0.1:${port}/xmpp-websocket` },
      { bosh: `http://127.0.0.1:${port}/http-bind` },
    ];
    for (const way of ways) {
      const made = await deployment({ config: () => configWith({ ...way, conferenceRequestUrl }) });
      const run = await check(made.url, { timeout: '5s' });
      expect(told(run).filter((finding) => !finding.startsWith('pass '))).toEqual([]);
      expect(run.software).toEqual([{ part: 'prosody', name: 'Prosody', version: installed }]);
    }
  });
});
