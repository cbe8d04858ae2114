/** MTA-STS and TLS-RPT: records from a name server, policies from a web server of the test. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { outcomeOf } from '../../../src/checks/outcome.ts';
import { forgetPolicies } from '../../../src/checks/zone/transport/index.ts';
import { names, readPolicy } from '../../../src/checks/zone/transport/read.ts';
import { mx, reply, TYPE, txt, zone } from '../../support/dns/server.ts';
import { writeSelfSigned } from '../../support/self-signed.ts';
import { closeServers, customer, OPERATOR, run, type Table } from '../../support/zone/run.ts';

const MX = 'email-in.deuxfleurs.fr';
const GOOD = ['version: STSv1', 'mode: enforce', `mx: ${MX}`, 'max_age: 604800', ''].join('\r\n');

const directory = mkdtempSync(join(tmpdir(), 'vigie-sts-'));
const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
let server: Server;
let port = 0;
const answer = { status: 200, headers: {} as Record<string, string>, body: GOOD };
const asked: string[] = [];

beforeAll(async () => {
  writeSelfSigned(key, cert, 'mta-sts.a.example');
  server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    asked.push(`${request.headers.host}${request.url}`);
    response.writeHead(answer.status, { 'content-type': 'text/plain; charset=utf-8', ...answer.headers });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  port = (server.address() as AddressInfo).port;
});
beforeEach(() => {
  forgetPolicies();
  asked.length = 0;
  Object.assign(answer, { status: 200, headers: {}, body: GOOD });
});
afterEach(closeServers);
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true, force: true });
});

/** A domain with a policy and an address for reports. */
const PUBLISHED: Table = {
  ...OPERATOR,
  ...customer('a.example'),
  '_mta-sts.a.example TXT': [txt('v=STSv1; id=20261129T0100;')],
  'mta-sts.a.example A': [{ type: TYPE.A, address: '127.0.0.1' }],
  '_smtp._tls.a.example TXT': [txt('v=TLSRPTv1; rua=mailto:tls@a.example')],
};

async function look(changes: Table = {}, transport: Record<string, unknown> | false = {}, httpsPort = port) {
  const table = { ...PUBLISHED, ...changes };
  const result = await run(['a.example'], {
    resolver: zone(table),
    httpsPort,
    options: {
      transport: transport === false ? false : { ca: cert, timeout: '2s', allowPrivate: true, ...transport },
    },
  });
  const findings = result.findings.filter(({ id }) => !id.startsWith('zone-template'));
  return { result, findings, transport: result.zone!.domains[0]!.transport };
}

describe('what is published as it should be', () => {
  it('is no finding, and the policy is part of the result', async () => {
    const { result, findings, transport } = await look();
    expect(findings).toEqual([]);
    expect(outcomeOf(result.findings)).toBe('pass');
    expect(transport).toMatchObject({
      mtaSts: { policy: { mode: 'enforce', maxAge: 604_800, mx: [MX] }, policyFault: null, unmatched: [] },
      tlsRpt: { recordFault: null },
    });
    expect(asked).toEqual(['mta-sts.a.example/.well-known/mta-sts.txt']);
  });

  it('a policy is fetched again when its record has another id, not before', async () => {
    await look();
    await look();
    expect(asked).toHaveLength(1);
    await look({ '_mta-sts.a.example TXT': [txt('v=STSv1; id=2')] });
    expect(asked).toHaveLength(2);
  });

  it('is not looked at with transport: false', async () => {
    const { transport } = await look({}, false);
    expect(transport).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

describe('what is not published', () => {
  const NOTHING: Table = { '_mta-sts.a.example TXT': [], '_smtp._tls.a.example TXT': [] };

  it('is no finding, and advice where that is asked for', async () => {
    expect((await look(NOTHING)).findings).toEqual([]);
    const { result, findings } = await look(NOTHING, { advise: true });
    expect(findings).toMatchObject([
      {
        id: 'zone-transport-missing',
        outcome: 'pass',
        cause: { mtaSts: ['a.example'], tlsRpt: ['a.example'] },
      },
      { id: 'zone-dane-missing', outcome: 'pass' },
    ]);
    expect(outcomeOf(result.findings)).toBe('pass');
  });

  it('is not known where the resolver fails', async () => {
    const table = zone({ ...PUBLISHED, ...NOTHING });
    const result = await run(['a.example'], {
      resolver: (one) => (/^_(?:mta-sts|smtp)\./.test(one.name) ? [reply(one, { rcode: 2 })] : table(one)),
      options: { transport: { advise: true } },
    });
    expect(result.findings.map(({ id }) => id)).not.toContain('zone-transport-missing');
  });
});

describe('an MX host that the policy does not name', () => {
  it.each([
    ['enforce', 'fail'],
    ['testing', 'degraded'],
  ])('mode %s: %s', async (mode, outcome) => {
    answer.body = GOOD.replace('enforce', mode).replace(MX, '*.deuxfleurs.example');
    const { findings } = await look();
    expect(findings).toMatchObject([
      { id: 'zone-mta-sts-mx', outcome, cause: { mode, mx: ['*.deuxfleurs.example'], unmatched: [MX] } },
    ]);
  });

  it('mode none says nothing about hosts', async () => {
    answer.body = 'version: STSv1\nmode: none\nmax_age: 86400\n';
    expect((await look()).findings).toEqual([]);
  });

  it('every host of the domain is looked at', async () => {
    const { findings } = await look({ 'a.example MX': [mx(10, MX), mx(20, 'backup.example')] });
    expect(findings).toMatchObject([{ id: 'zone-mta-sts-mx', cause: { unmatched: ['backup.example'] } }]);
  });
});

describe('a policy that senders cannot use', () => {
  it.each([
    [{ status: 404 }, 'status', '404'],
    [{ status: 302, headers: { location: 'https://elsewhere.example/' } }, 'redirect', '302'],
    [{ headers: { 'content-type': 'text/html' } }, 'type', 'text/html'],
    [{ body: 'mode: enforce\n' }, 'version', ''],
    [{ body: GOOD.replace('enforce', 'force') }, 'mode', 'force'],
    [{ body: GOOD.replace('604800', '99999999999') }, 'max-age', '99999999999'],
    [{ body: GOOD.replace(`mx: ${MX}\r\n`, '') }, 'no-mx', ''],
    [{ body: 'x'.repeat(200_000) }, 'too-large', ''],
  ])('%#: %s', async (change, fault, detail) => {
    Object.assign(answer, change);
    const { findings } = await look();
    expect(findings).toMatchObject([
      { id: 'zone-mta-sts-policy', outcome: 'degraded', cause: { fault, detail } },
    ]);
  });

  it('a certificate that nobody trusts, or for another name', async () => {
    const { findings } = await look({}, { ca: undefined });
    expect(findings).toMatchObject([{ id: 'zone-mta-sts-policy', cause: { fault: 'certificate' } }]);
    const other = {
      '_mta-sts.b.example TXT': [txt('v=STSv1; id=1')],
      'mta-sts.b.example A': [{ type: TYPE.A, address: '127.0.0.1' }],
    };
    const result = await run(['b.example'], {
      resolver: zone({ ...OPERATOR, ...customer('b.example'), ...other }),
      httpsPort: port,
      options: { transport: { ca: cert, allowPrivate: true } },
    });
    expect(result.findings.map(({ cause }) => cause)).toContainEqual(
      expect.objectContaining({
        id: 'zone-mta-sts-policy',
        fault: 'certificate',
        detail: 'ERR_TLS_CERT_ALTNAME_INVALID',
      }),
    );
  });

  it('only private addresses, which are not asked', async () => {
    const { findings } = await look({}, { allowPrivate: false });
    expect(findings).toMatchObject([{ id: 'zone-mta-sts-policy', cause: { fault: 'private-address' } }]);
    expect(asked).toEqual([]);
  });

  it('no address, and a port that nobody listens at', async () => {
    const { findings } = await look({ 'mta-sts.a.example A': [] });
    expect(findings).toMatchObject([{ id: 'zone-mta-sts-policy', cause: { fault: 'no-address' } }]);
    forgetPolicies();
    const refused = await look({}, {}, 1);
    expect(refused.findings).toMatchObject([{ id: 'zone-mta-sts-policy', cause: { fault: 'refused' } }]);
  });

  it('a server without an answer is unknown', async () => {
    const silent = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, () => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', () => resolve()));
    const { result, findings } = await look({}, { timeout: '1s' }, (silent.address() as AddressInfo).port);
    silent.closeAllConnections();
    silent.close();
    expect(findings).toMatchObject([{ id: 'zone-mta-sts-unknown', outcome: 'pass' }]);
    expect(outcomeOf(result.findings)).toBe('pass');
  });
});

describe('records that senders do not use', () => {
  it.each([
    [['v=STSv1; id=1', 'v=STSv1; id=2'], 'multiple'],
    [['v=STSv1; id=2026-11-29'], 'id'],
    [['v=STSv1;'], 'id'],
    [['v=STSv1; id=1; nonsense'], 'syntax'],
  ])('MTA-STS %j: %s', async (texts, fault) => {
    const { findings } = await look({ '_mta-sts.a.example TXT': texts.map((text) => txt(text)) });
    expect(findings).toMatchObject([{ id: 'zone-mta-sts-record', outcome: 'degraded', cause: { fault } }]);
    expect(asked).toEqual([]);
  });

  it.each([
    [['v=TLSRPTv1; rua=mailto:a@a.example', 'v=TLSRPTv1; rua=mailto:b@a.example'], 'multiple'],
    [['v=TLSRPTv1;'], 'no-address'],
    [['v=TLSRPTv1; rua=tls@a.example'], 'address'],
    [['v=TLSRPTv1; rua'], 'syntax'],
  ])('TLS-RPT %j: %s', async (texts, fault) => {
    const { findings } = await look({ '_smtp._tls.a.example TXT': texts.map((text) => txt(text)) });
    expect(findings).toMatchObject([{ id: 'zone-tls-rpt-record', outcome: 'degraded', cause: { fault } }]);
  });

  it('other texts at the name are none', async () => {
    const { findings } = await look({ '_mta-sts.a.example TXT': [txt('v=STSv1; id=1'), txt('a note')] });
    expect(findings).toEqual([]);
  });
});

describe('patterns of a policy (RFC 8461 4.1)', () => {
  it.each([
    ['mx.a.example', 'mx.a.example', true],
    ['*.a.example', 'mx.a.example', true],
    ['*.a.example', 'a.example', false],
    ['*.a.example', 'x.mx.a.example', false],
    ['a.example', 'mx.a.example', false],
  ])('%s names %s: %s', (pattern, host, named) => expect(names([pattern], host)).toBe(named));

  it('are in lower case, without a last dot', () => {
    expect(readPolicy(GOOD.replace(MX, 'MX.A.example.'))).toMatchObject({ mx: ['mx.a.example'] });
  });
});
