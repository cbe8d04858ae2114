/** Zones as others have published them, in front of a name server of the test's own process, and what a run makes of them. */
import type { Resource } from 'dns2';
import type { CheckContext } from '../../../src/checks/check.ts';
import { published } from '../../../src/checks/run.ts';
import { runZone } from '../../../src/checks/zone/index.ts';
import { zoneOptions } from '../../../src/checks/zone/options.ts';
import type { ZoneDomain, ZoneRecord, ZoneRecordKind } from '../../../src/checks/zone/result.ts';
import { type Handler, longTxt, mx, startServer, TYPE, txt, zone } from '../dns/server.ts';
import { KEY } from './keys.ts';

export type Table = Record<string, readonly Partial<Resource>[]>;

export const SPF = 'v=spf1 mx:out.op.example -all';
export const DMARC =
  'v=DMARC1; p=reject; sp=reject; adkim=s; aspf=s; rua=mailto:contact@op.example; ruf=mailto:contact@op.example';
export const DKIM = `v=DKIM1; h=sha256; k=rsa; p=${KEY}`;
/** What the relay sends from. */
export const RELAY = '198.51.100.3';
export const address = (text: string): Partial<Resource> => ({ type: TYPE.A, address: text });
export const alias = (domain: string): Partial<Resource> => ({ type: TYPE.CNAME, domain });
export const ns = (name: string): Partial<Resource> => ({ type: TYPE.NS, ns: name });

/** The operator's own zone. */
export const OPERATOR: Table = {
  'email-in.op.example A': [address('192.0.2.10')],
  'out.op.example A': [address(RELAY)],
  'out.op.example MX': [mx(10, 'out.op.example')],
};

/** A customer's zone as the template has it, with other records in place of some. */
export function customer(domain: string, other: Table = {}): Table {
  return {
    ...OPERATOR,
    [`${domain} NS`]: [ns('ns1.host.example')],
    [`${domain} MX`]: [mx(10, 'email-in.op.example')],
    [`${domain} TXT`]: [txt(SPF)],
    [`smtp._domainkey.${domain} TXT`]: [longTxt(DKIM)],
    [`_dmarc.${domain} TXT`]: [longTxt(DMARC)],
    [`${domain}._report._dmarc.op.example TXT`]: [txt('v=DMARC1')],
    'ns1.host.example A': [address('127.0.0.1')],
    ...other,
  };
}

export interface Seen {
  readonly domain: ZoneDomain;
  readonly record: (kind: ZoneRecordKind) => ZoneRecord;
  /** The ids of the notes of a record. */
  readonly notes: (kind: ZoneRecordKind) => string[];
  /** The values to publish. */
  readonly advice: (kind: ZoneRecordKind) => string[];
  readonly findings: readonly {
    readonly id: string;
    readonly outcome: string;
    readonly text: string;
    readonly cause?: unknown;
  }[];
}

const TEMPLATE_VARIABLES = {
  operator: 'op.example',
  mx: 'email-in.op.example',
  relay: 'out.op.example',
  contact: 'contact@op.example',
  key: KEY,
};

/** Runs the check on domains, with name servers of their own where they are given. */
export async function inspect(
  domains: readonly string[],
  resolver: Handler | Table,
  { template, nameServers }: { template: string; nameServers?: readonly Handler[] },
): Promise<Seen[]> {
  await using stack = new AsyncDisposableStack();
  const serve = async (handler: Handler, at = {}) => stack.use(await startServer(handler, at));
  const upstream = await serve(typeof resolver === 'function' ? resolver : zone(resolver));
  let port = 53;
  for (const [index, handler] of (nameServers ?? []).entries()) {
    const at = index === 0 ? {} : { host: `127.0.0.${index + 1}`, port };
    port = (await serve(handler, at)).address.port;
  }
  const options = zoneOptions.parse({
    domains,
    template,
    variables: TEMPLATE_VARIABLES,
    nameServers: nameServers !== undefined,
    resolver: { servers: [`127.0.0.1:${upstream.address.port}`], timeout: '400ms', tries: 2 },
  });
  const result = await runZone(options, quiet(), { nameServer: port });
  const findings = result.findings.map((finding) => published('zone', finding));
  return (result.zone?.domains ?? []).map((domain) => {
    const record = (kind: ZoneRecordKind) => domain.records.find((one) => one.record === kind)!;
    return {
      domain,
      record,
      notes: (kind) => (record(kind).notesData ?? []).map(({ id }) => id),
      advice: (kind) => record(kind).publish.map(({ value }) => value),
      findings,
    };
  });
}

function quiet(): CheckContext {
  const nothing = () => {};
  return {
    name: 'test',
    signal: new AbortController().signal,
    evidence: null,
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    progress: nothing,
  };
}
