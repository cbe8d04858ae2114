/** Puts a configuration of a real Jitsi before the lab: nginx on the lab's network, and what is switched in the lab itself. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Behind, Layout } from './layouts.ts';

/** The host's end of the lab's network; the lab's README names both. */
const HOST = '198.51.100.1';
const PORT = 8443;
const DOMAIN = 'meet.lab';
const READY_MS = 90_000;

const PAGE = `<html itemscope prefix="og: http://ogp.me/ns#"><head><meta charset="utf-8"><title>Jitsi Meet</title>
<script><!--#include virtual="/config.js" --></script>
<script src="libs/lib-jitsi-meet.min.js?v=1"></script></head><body></body></html>
`;

export interface LaidOut {
  readonly url: string;
  close(): Promise<void>;
}

/** The lab as this layout has it, ready for a call. */
export async function layOut(layout: Layout, lab: { url: string; script: string }): Promise<LaidOut> {
  const labRun = (...words: string[]) =>
    execFileSync(lab.script, words, { stdio: ['ignore', 'pipe', 'ignore'], timeout: READY_MS });
  labRun('clear');
  if (layout.prosody) {
    const state = process.env.JITSI_LAB_STATE ?? '/tmp/jitsi-lab';
    appendFileSync(join(state, 'prosody.cfg.lua'), layout.prosody.replaceAll('DOMAIN', DOMAIN));
  }
  for (const fault of layout.faults) labRun('fault', ...fault.split(' '));
  const directory = mkdtempSync(join(tmpdir(), 'vigie-layout-'));
  const behind: Behind = { host: `${HOST}:${PORT}`, lab: new URL(lab.url).host, domain: DOMAIN };
  const front = start(directory, layout, behind);
  const url = `https://${behind.host}/`;
  try {
    await until(async () => (await ask(`${url}config.js`)).includes('config'), 'the front');
    // Jicofo and the bridge come back some time after prosody was restarted.
    await until(
      async () => (await ask(`${lab.url}conference-request/v1`, aRoom())).includes('"ready":true'),
      'jicofo',
    );
  } catch (cause) {
    await end(front, directory);
    throw cause;
  }
  return {
    url,
    async close() {
      await end(front, directory);
      // A prosody that was configured otherwise: new services are quicker than their coming back.
      labRun(layout.prosody ? 'up' : 'clear');
    },
  };
}

function start(directory: string, layout: Layout, behind: Behind): ChildProcess {
  const files = (name: string) => join(directory, name);
  // nginx serves files as a user of its own.
  chmodSync(directory, 0o755);
  mkdirSync(files('web'));
  writeFileSync(files('web/config.js'), layout.config(behind));
  writeFileSync(files('web/index.html'), PAGE);
  writeFileSync(files('web/base.html'), '<base href="/" />\n');
  const asked = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=${HOST}`;
  execFileSync(
    'openssl',
    [
      ...asked.split(' '),
      '-addext',
      `subjectAltName=IP:${HOST}`,
      '-keyout',
      files('key'),
      '-out',
      files('cert'),
    ],
    { stdio: 'ignore' },
  );
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (what) => `${what}_temp_path ${directory}/${what};`,
  );
  const upgraded =
    'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade; proxy_read_timeout 900s; tcp_nodelay on;';
  const to = (path: string) =>
    `proxy_pass https://${behind.lab}${path}?prefix=$prefix&$args; proxy_ssl_verify off; proxy_set_header X-Forwarded-For $remote_addr;`;
  writeFileSync(
    files('nginx.conf'),
    `daemon off; pid ${files('pid')}; error_log stderr; worker_processes 1;
events {}
http { access_log off; include /etc/nginx/mime.types; ${temporary.join(' ')}
map $http_upgrade $connection_upgrade { default upgrade; '' close; }
server { listen ${behind.host} ssl; ssl_certificate ${files('cert')}; ssl_certificate_key ${files('key')};
root ${files('web')}; set $prefix ""; set $subdomain ""; set $subdir "";
location = /config.js { }
location = /http-bind { ${to('/http-bind')} proxy_buffering off; }
location = /xmpp-websocket { ${to('/xmpp-websocket')} ${upgraded} }
location = /conference-request/v1 { proxy_pass https://${behind.lab}; proxy_ssl_verify off; }
location ^~ /libs/ { proxy_pass https://${behind.lab}; proxy_ssl_verify off; add_header Access-Control-Allow-Origin *; }
location ~ "^/[^/?&:'\\"]+$" { try_files $uri @root_path; }
location @root_path { rewrite ^/(.*)$ /index.html break; }
${layout.server} } }`,
  );
  const nginx = spawn('nginx', ['-p', directory, '-c', files('nginx.conf')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.once('exit', () => nginx.kill());
  return nginx;
}

async function end(front: ChildProcess, directory: string): Promise<void> {
  if (front.exitCode === null) {
    front.kill();
    await once(front, 'exit');
  }
  rmSync(directory, { recursive: true, force: true });
}

const aRoom = () =>
  JSON.stringify({ room: `laid-out-${Date.now()}@muc.${DOMAIN}`, properties: {}, machineUid: 'bench' });

async function until(there: () => Promise<boolean>, what: string): Promise<void> {
  const start = performance.now();
  while (!(await there().catch(() => false))) {
    if (performance.now() - start > READY_MS)
      throw new Error(`${what} is not ready after ${READY_MS / 1000} s`);
    await pause(200);
  }
}

function ask(url: string, post?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      {
        method: post === undefined ? 'GET' : 'POST',
        headers: post === undefined ? {} : { 'content-type': 'application/json' },
        ...{ rejectUnauthorized: false, timeout: 5000, agent: false },
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => (body += text));
        response.on('end', () => resolve(body));
        response.on('error', reject);
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', reject);
    asked.end(post);
  });
}
