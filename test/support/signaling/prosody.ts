/** A real prosody for a test, and the modules of Jitsi for it where they are. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { child } from '../child.ts';
import { freePort } from '../free-port.ts';
import { type Obstacle, programs } from '../needs.ts';

const about = spawnSync('prosodyctl', ['about'], { encoding: 'utf8' });
/** The version that is installed. */
export const installed = /^Prosody (\d\S*)/m.exec(about.stdout ?? '')?.[1];
export const noProsody: Obstacle = installed
  ? null
  : (programs('prosodyctl') ?? 'prosodyctl does not say its version');

/** Jitsi's modules for prosody: `resources/prosody-plugins` of jitsi-meet. */
const PLUGINS = process.env.VIGIE_TEST_PROSODY_PLUGINS;
export const noPlugins: Obstacle =
  noProsody ??
  (PLUGINS && existsSync(join(PLUGINS, 'mod_auth_token.lua'))
    ? null
    : 'VIGIE_TEST_PROSODY_PLUGINS does not lead to resources/prosody-plugins of jitsi-meet');

export interface Prosody {
  readonly port: number;
  readonly websocket: string;
  readonly bosh: string;
}

export interface ProsodySetup {
  /** Users with their passwords. */
  readonly accounts?: Readonly<Record<string, string>>;
  /** How far its clock is ahead. */
  readonly aheadMinutes?: number;
  /** Lines of its configuration for all hosts. */
  readonly everywhere?: string;
  /** Modules beside the usual ones. */
  readonly modules?: readonly string[];
}

/**
 * A prosody that serves `meet.test`.
 * @param host lines of its configuration for that host
 */
export async function prosody(
  host: string,
  { accounts = {}, aheadMinutes = 0, everywhere = '', modules = [] }: ProsodySetup = {},
): Promise<Prosody> {
  const directory = mkdtempSync(join(tmpdir(), 'vigie-prosody-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const port = await freePort();
  const file = join(directory, 'prosody.cfg.lua');
  const plugins = PLUGINS === undefined ? '' : `plugin_paths = { ${JSON.stringify(PLUGINS)} }`;
  writeFileSync(
    file,
    `run_as_root = true
data_path = "${directory}"; certificates = "${directory}"; pidfile = "${directory}/pid"; log = { info = "*console" }
${plugins}
modules_enabled = { "saslauth", "http", "websocket", "bosh", "version", "ping"${modules.map((name) => `, ${JSON.stringify(name)}`).join('')} }
modules_disabled = { "s2s", "tls" }
c2s_require_encryption = false; consider_bosh_secure = true; consider_websocket_secure = true
allow_unencrypted_plain_auth = true
c2s_ports = {}; http_interfaces = { "127.0.0.1" }; http_ports = { ${port} }; https_ports = {}
http_default_host = "meet.test"
${everywhere}
VirtualHost "meet.test"
${host}
`,
  );
  for (const [user, password] of Object.entries(accounts)) {
    const made = spawnSync('prosodyctl', ['--config', file, 'register', user, 'meet.test', password]);
    if (made.status !== 0)
      throw new Error(`prosodyctl register: ${String(made.stderr)}${String(made.stdout)}`);
  }
  // Some of what Jitsi's modules need Debian has for older versions of Lua alone; it runs on any.
  const env = PLUGINS ? { LUA_PATH: '/usr/share/lua/5.3/?.lua;/usr/share/lua/5.2/?.lua;;' } : {};
  const run = ['prosody', '--config', file, '-F'];
  const [program = '', ...args] = aheadMinutes > 0 ? ['faketime', '-f', `+${aheadMinutes}m`, ...run] : run;
  await child(program, args, env).says(/Activated service 'http' on /);
  return {
    port,
    websocket: `ws://127.0.0.1:${port}/xmpp-websocket`,
    bosh: `http://127.0.0.1:${port}/http-bind`,
  };
}
