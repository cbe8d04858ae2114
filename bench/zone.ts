/**
 * How long a zone check takes over many domains, against a BIND of its own on the loopback (Debian: bind9).
 *
 *   node --max-semi-space-size=16 --heap-growing-percent=75 bench/zone.ts [--domains 1000]
 *                      [--runs 5] [--silent 20] [--no-name-servers] [--timeout 5s]
 *                      [--lines] [--checkdmarc COMMAND]
 *
 * The flags of Node are those that `vigie` starts it with: the memory depends on them.
 * `--lines`: domains are handed on as `vigie zone --json-lines` does it. `--silent 20`: one of 20 domains does not answer. `--checkdmarc` runs that command on the same domains and
 * the same server, which then has to be on port 53: as root.
 */
import { execFile, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { terminalJson, terminalJsonPieces } from '../src/base/escape.ts';
import type { CheckContext } from '../src/checks/check.ts';
import { runCheck } from '../src/checks/run.ts';
import { runZone, zoneKind } from '../src/checks/zone/index.ts';
import { type ZoneOptions, zoneOptions } from '../src/checks/zone/options.ts';
import type { ZoneDomain } from '../src/checks/zone/result.ts';
import { createResolver } from '../src/dns/resolver.ts';

const { values } = parseArgs({
  options: {
    domains: { type: 'string', default: '1000' },
    runs: { type: 'string', default: '5' },
    silent: { type: 'string', default: '0' },
    'no-name-servers': { type: 'boolean', default: false },
    timeout: { type: 'string', default: '5s' },
    lines: { type: 'boolean', default: false },
    checkdmarc: { type: 'string' },
  },
});

/** BIND listens only at addresses that an interface has: the two that every loopback has. */
const SERVER = '127.0.0.1';
const PORT = values.checkdmarc ? 53 : 15_353;
const OPERATOR = 'operator.example';
const count = Number(values.domains);
const silentEvery = Number(values.silent);

const directory = mkdtempSync(join(tmpdir(), 'vigie-zones-'));
const key = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .publicKey.export({ type: 'spki', format: 'der' })
  .toString('base64');
const domains = Array.from({ length: count }, (_, index) => `d${index}.example`);

function zoneText(lines: readonly string[]): string {
  return `${['$TTL 300', `@ SOA ns1.${OPERATOR}. contact.${OPERATOR}. 1 3600 600 86400 60`, `@ NS ns1.${OPERATOR}.`, `@ NS ns2.${OPERATOR}.`, ...lines].join('\n')}\n`;
}

const KEY = `smtp._domainkey TXT "v=DKIM1; h=sha256; k=rsa; " "p=${key.slice(0, 200)}" "${key.slice(200)}"`;
const SPF = `@ TXT "v=spf1 mx:out.${OPERATOR} -all"`;
const DMARC = `_dmarc TXT "v=DMARC1; p=reject; sp=reject; adkim=s; aspf=s; rua=mailto:contact@${OPERATOR}!10m; ruf=mailto:contact@${OPERATOR}!10m; rf=afrf; pct=100; ri=86400"`;
const MX = `@ MX 10 email-in.${OPERATOR}.`;
/** Most zones are right; some are written otherwise, hold more, or are wrong, as in life. */
const KINDS: Record<string, readonly string[]> = {
  exact: [MX, SPF, KEY, DMARC],
  extra: [MX, `@ MX 20 backup.${OPERATOR}.`, SPF.replace(' -all', ' ip4:198.51.100.0/24 -all'), KEY, DMARC],
  wrong: [MX, SPF.replace('-all', '~all'), DMARC.replace('p=reject', 'p=none')],
};

function writeZones(): void {
  const kindOf = (index: number) => (index % 10 === 9 ? 'wrong' : index % 10 === 8 ? 'extra' : 'exact');
  for (const [kind, lines] of Object.entries(KINDS))
    writeFileSync(join(directory, `${kind}.zone`), zoneText(lines));
  const hosts = [`ns1 A ${SERVER}`, 'ns2 AAAA ::1'];
  const operator = [
    ...hosts,
    'email-in A 198.51.100.2',
    'out A 198.51.100.3',
    `out MX 10 out.${OPERATOR}.`,
    'backup A 198.51.100.4',
  ];
  const reports = '*._report._dmarc TXT "v=DMARC1"';
  writeFileSync(join(directory, 'operator.zone'), zoneText([...operator, reports, SPF, KEY, DMARC, MX]));
  writeFileSync(join(directory, 'root.zone'), zoneText([]));
  const zones = domains.map(
    (domain, index) => `zone "${domain}" { type primary; file "${kindOf(index)}.zone"; };`,
  );
  const silent = domains.filter((_, index) => silentEvery > 0 && index % silentEvery === silentEvery - 1);
  // A response policy that drops: the query arrives, and nothing comes back.
  const drops = silent.flatMap((domain) => [`${domain} CNAME rpz-drop.`, `*.${domain} CNAME rpz-drop.`]);
  writeFileSync(join(directory, 'drop.zone'), zoneText(drops));
  writeFileSync(
    join(directory, 'named.conf'),
    [
      `options { directory "${directory}"; pid-file none; session-keyfile none; recursion yes; allow-query { any; };`,
      `  listen-on port ${PORT} { ${SERVER}; }; listen-on-v6 port ${PORT} { ::1; };`,
      '  dnssec-validation no; notify no;',
      '  response-policy { zone "drop"; } recursive-only no qname-wait-recurse no; };',
      'zone "drop" { type primary; file "drop.zone"; allow-query { none; }; };',
      'controls { };',
      'logging { category default { null; }; };',
      'zone "." { type primary; file "root.zone"; };',
      `zone "${OPERATOR}" { type primary; file "operator.zone"; };`,
      ...zones,
    ].join('\n'),
  );
}

async function ready(): Promise<void> {
  const resolver = createResolver({ servers: [{ host: SERVER, port: PORT }], timeoutMs: 300, tries: 1 });
  for (let attempt = 0; ; attempt++) {
    try {
      await resolver.lookup(domains[0]!, 'SOA');
      break;
    } catch (cause) {
      if (attempt > 100) throw cause;
      await sleep(100);
    }
  }
  resolver.close();
}

function optionsFor(): ZoneOptions {
  return zoneOptions.parse({
    domains,
    template: 'deuxfleurs',
    nameServers: !values['no-name-servers'],
    variables: {
      operator: OPERATOR,
      mx: `email-in.${OPERATOR}`,
      relay: `out.${OPERATOR}`,
      contact: `contact@${OPERATOR}`,
    },
    resolver: { servers: [`${SERVER}:${PORT}`], timeout: values.timeout },
  });
}

async function runOnce(): Promise<number> {
  const quiet = () => {};
  let bytes = 0;
  const levels = new Map<string, number>();
  const tally = ({ records }: ZoneDomain) => {
    for (const { level } of records) levels.set(level, (levels.get(level) ?? 0) + 1);
  };
  const take = async (domain: ZoneDomain) => {
    tally(domain);
    bytes += Buffer.byteLength(`${terminalJson(domain)}\n`);
  };
  const context: CheckContext = {
    name: 'bench',
    signal: AbortSignal.timeout(600_000),
    evidence: null,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    progress: quiet,
    ...(values.lines && { take }),
  };
  const cpu = process.cpuUsage();
  const start = performance.now();
  const kind: typeof zoneKind = {
    ...zoneKind,
    deadlineMs: () => 600_000,
    run: (options, given) => runZone(options, given, { nameServer: PORT }),
  };
  const run = await runCheck(kind, optionsFor(), context);
  const { findings } = run;
  const zone = run.kind === 'zone' ? run.zone : undefined;
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  for (const domain of zone?.domains ?? []) tally(domain);
  const { sent = 0, retries = 0, maxInFlight = 0 } = zone?.queries ?? {};
  for (const piece of terminalJsonPieces([run])) bytes += Buffer.byteLength(piece);
  const rss = Math.round(process.resourceUsage().maxRSS / 1000);
  console.log(
    `at most ${rss} MB (written as ${Math.round(bytes / 1e5) / 10} MB of JSON), ${seconds.toFixed(2)} s, ${((user + system) / 1e6).toFixed(2)} s CPU, ${(sent / count).toFixed(1)} queries per domain, ` +
      `${retries} retries, at most ${maxInFlight} in flight, ${findings.length} findings; ` +
      [...levels].map(([level, number]) => `${level} ${number}`).join(', '),
  );
  return seconds;
}

async function checkdmarc(command: string): Promise<void> {
  const file = join(directory, 'domains.txt');
  writeFileSync(file, `${domains.join('\n')}\n`);
  const start = performance.now();
  await promisify(execFile)(command, [file, '-w', '0', '-o', join(directory, 'out.json'), '-n', SERVER], {
    maxBuffer: 1e9,
  });
  const results = JSON.parse(readFileSync(join(directory, 'out.json'), 'utf8')) as unknown[];
  console.log(
    `checkdmarc: ${results.length} domains in ${((performance.now() - start) / 1000).toFixed(2)} s`,
  );
}

writeZones();
const named = spawn('named', ['-g', '-n', '1', '-c', join(directory, 'named.conf')], {
  stdio: ['ignore', 'ignore', 'pipe'],
});
let said = '';
named.stderr.on('data', (chunk: Buffer) => {
  said = (said + chunk.toString()).slice(-2000);
});
try {
  await ready();
  const seconds: number[] = [];
  for (let run = 0; run < Number(values.runs); run++) seconds.push(await runOnce());
  seconds.sort((a, b) => a - b);
  console.log(
    `${count} domains${silentEvery ? `, one of ${silentEvery} silent` : ''}: median ${seconds[Math.floor(seconds.length / 2)]!.toFixed(2)} s, worst ${seconds.at(-1)!.toFixed(2)} s`,
  );
  if (values.checkdmarc) await checkdmarc(values.checkdmarc);
} catch (cause) {
  console.error(cause, `\nnamed said:\n${said}`);
  process.exitCode = 1;
} finally {
  const ended = once(named, 'exit');
  named.kill();
  await ended;
  rmSync(directory, { recursive: true, force: true });
}
