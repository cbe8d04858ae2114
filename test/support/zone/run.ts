/** Runs of the zone check against servers of the test. */
import type { Resource } from 'dns2';
import type {
  CheckResult as AnyResult,
  CheckContext,
  Finding,
  Past,
  Progress,
} from '../../../src/checks/check.ts';
import { published } from '../../../src/checks/run.ts';
import { runZone } from '../../../src/checks/zone/index.ts';
import { zoneOptions } from '../../../src/checks/zone/options.ts';
import { type Handler, longTxt, mx, startServer, type TestServer, TYPE, txt } from '../dns/server.ts';
import { KEY } from './keys.ts';

const servers: TestServer[] = [];
export async function closeServers(): Promise<void> {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
}

export async function serve(handler: Handler, at = {}): Promise<TestServer> {
  const server = await startServer(handler, at);
  servers.push(server);
  return server;
}

export type Table = Record<string, readonly Partial<Resource>[]>;

export const DMARC =
  'v=DMARC1; p=reject; sp=reject; adkim=s; aspf=s; rua=mailto:contact@deuxfleurs.fr!10m; ' +
  'ruf=mailto:contact@deuxfleurs.fr!10m; rf=afrf; pct=100; ri=86400';

/** A customer's zone as the template wants it. */
export function customer(domain: string): Table {
  return {
    [`${domain} MX`]: [mx(10, 'email-in.deuxfleurs.fr')],
    [`${domain} TXT`]: [txt('google-site-verification=x'), txt('v=spf1 mx:out.deuxfleurs.fr -all')],
    [`smtp._domainkey.${domain} TXT`]: [
      txt('v=DKIM1; h=sha256; k=rsa; ', `p=${KEY.slice(0, 200)}`, KEY.slice(200)),
    ],
    [`_dmarc.${domain} TXT`]: [txt(DMARC)],
    [`${domain} NS`]: [{ type: TYPE.NS, ns: 'ns1.host.example' }],
    [`${domain}._report._dmarc.deuxfleurs.fr TXT`]: [txt('v=DMARC1')],
  };
}

export const OPERATOR: Table = {
  'smtp._domainkey.deuxfleurs.fr TXT': [longTxt(`v=DKIM1; h=sha256; k=rsa; p=${KEY}`)],
  'email-in.deuxfleurs.fr A': [{ type: TYPE.A, address: '192.0.2.10' }],
  'out.deuxfleurs.fr A': [{ type: TYPE.A, address: '192.0.2.11' }],
  'out.deuxfleurs.fr MX': [mx(10, 'out.deuxfleurs.fr')],
  'ns1.host.example A': [{ type: TYPE.A, address: '127.0.0.1' }],
  'ns2.host.example A': [{ type: TYPE.A, address: '127.0.0.2' }],
};

export interface Setting {
  readonly resolver: Handler;
  /** Without it the domains' own name servers are not asked. */
  readonly nameServers?: readonly Handler[];
  readonly options?: Record<string, unknown>;
  /** What happens between the reading of the configuration and the run. */
  readonly afterParsing?: () => void;
  /** For one question; short, for servers that are silent. */
  readonly timeout?: string;
  /** Of the mail exchangers. */
  readonly mxPort?: number;
  /** Of the policies of MTA-STS. */
  readonly httpsPort?: number;
  readonly past?: Past;
  readonly take?: CheckContext['take'];
}

export async function run(
  domains: readonly string[],
  { resolver, nameServers, options, afterParsing, timeout = '500ms', mxPort, httpsPort, past, take }: Setting,
): Promise<CheckResult> {
  const upstream = await serve(resolver);
  let port = 53;
  for (const [index, handler] of (nameServers ?? []).entries()) {
    const at = index === 0 ? {} : { host: `127.0.0.${index + 1}`, port };
    port = (await serve(handler, at)).address.port;
  }
  const parsed = zoneOptions.parse({
    domains,
    template: 'deuxfleurs',
    nameServers: nameServers !== undefined,
    ...options,
    resolver: { servers: [`127.0.0.1:${upstream.address.port}`], timeout, tries: 2 },
  });
  afterParsing?.();
  return withSentences(
    await runZone(
      parsed,
      { ...context(), ...(past && { past }), ...(take && { take }) },
      {
        nameServer: port,
        ...(mxPort && { mx: mxPort }),
        ...(httpsPort && { https: httpsPort }),
      },
    ),
  );
}

export function context(seen: Progress[] = []): CheckContext {
  const quiet = () => {};
  return {
    name: 'test',
    signal: new AbortController().signal,
    evidence: null,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    progress: (progress) => seen.push(progress),
  };
}

export type CheckResult = Omit<AnyResult<'zone'>, 'findings'> & { readonly findings: readonly Finding[] };

export function withSentences(result: AnyResult<'zone'>): CheckResult {
  return { ...result, findings: result.findings.map((finding) => published('zone', finding)) };
}

export function levels(result: CheckResult, domain: string): Record<string, string> {
  const found = result.zone?.domains.find((one) => one.domain === domain);
  return Object.fromEntries((found?.records ?? []).map(({ record, level }) => [record, level]));
}

/** The ids of findings that are no advice. */
export function ids({ findings }: CheckResult): string[] {
  return [...new Set(findings.filter(({ outcome }) => outcome !== 'pass').map(({ id }) => id))].sort();
}

export const ALL_EXACT = {
  mx: 'exact',
  spf: 'exact',
  dkim: 'exact',
  dmarc: 'exact',
  'dmarc-report': 'exact',
};
