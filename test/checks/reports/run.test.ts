/** Runs over files: who is who, what is a finding, and what is none. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckContext } from '../../../src/checks/check.ts';
import { reportsKind, runReports } from '../../../src/checks/reports/index.ts';
import { reportsOptions } from '../../../src/checks/reports/options.ts';
import { runCheck } from '../../../src/checks/run.ts';
import { type Built, END, gz, reportXml } from '../../support/reports/build.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vigie-reports-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const context: CheckContext<'reports'> = {
  name: 'reports',
  signal: new AbortController().signal,
  evidence: null,
  log: silent,
  progress() {},
};
const OWN = ['192.0.2.0/27', '2001:db8::25'];
// Nothing is looked up: no name server is there, and names are only for people.
const resolver = { servers: ['127.0.0.1:9'], timeout: '100ms', tries: 1 };

async function run(reports: readonly Built[], options: object = {}) {
  for (const [index, built] of reports.entries()) {
    await writeFile(join(dir, `r!a.example!1763683200!1763769600!${index}.xml.gz`), gz(reportXml(built)));
  }
  const parsed = reportsOptions.parse({ files: [dir], own: OWN, resolver, ...options });
  return runReports(parsed, context, END * 1000 + 3_600_000);
}
const ids = ({ findings }: Awaited<ReturnType<typeof run>>) => findings.map(({ cause }) => cause.id);

describe('whose a source is', () => {
  it('by address, by what passes, by the selector', async () => {
    const sources = [
      { source: '192.0.2.5', count: 9 },
      { source: '198.51.100.1', spf: 'fail' as const, count: 8 },
      { source: '198.51.100.2', dkim: 'fail' as const, count: 7 },
      { source: '198.51.100.3', spf: 'fail' as const, selector: 'other', count: 6 },
      { source: '198.51.100.4', spf: 'fail' as const, dkim: 'fail' as const, count: 5 },
      { source: '203.0.113.7', dkim: 'fail' as const, count: 4 },
    ];
    const result = await run([{ records: sources }], { selectors: ['smtp'], known: ['203.0.113.7'] });
    const [domain] = result.reports!.domains;
    expect(domain?.sources.map(({ source, kind }) => [source, kind])).toEqual([
      ['192.0.2.5', 'own'],
      ['198.51.100.1', 'forwarder'],
      ['198.51.100.2', 'sender'],
      ['198.51.100.3', 'sender'],
      ['198.51.100.4', 'stranger'],
      ['203.0.113.7', 'known'],
    ]);
    expect(domain).toMatchObject({ messages: 39, pass: 34, dkim: 23, spf: 20 });
    expect(result.findings).toMatchObject([
      { cause: { id: 'reports-other-sender', domain: 'a.example', messages: 13 }, outcome: 'degraded' },
    ]);
  });

  it('a host of ours that cannot be looked up: nothing is judged', async () => {
    const records = [{ source: '198.51.100.2', dkim: 'fail' as const, count: 70 }];
    const result = await run([{ records }], { own: ['out.example.org'] });
    expect(result.findings).toMatchObject([
      { cause: { id: 'reports-host-unresolved', host: 'out.example.org' }, outcome: 'error' },
    ]);
  });

  it('without servers of ours: listed, not judged', async () => {
    const result = await run([{ records: [{ dkim: 'fail', spf: 'fail', count: 999 }] }], { own: [] });
    expect(result.findings).toEqual([]);
    expect(result.summary).toBe('1 report on 1 domain: 0 of 999 messages pass DMARC');
  });
});

describe('our own servers', () => {
  it('fail DMARC: fail, with the source that fails first', async () => {
    const result = await run([
      { records: [{ count: 90 }, { source: '192.0.2.6', count: 5, dkim: 'fail', spf: 'fail' }] },
    ]);
    expect(result.findings).toMatchObject([
      {
        cause: {
          id: 'reports-own-fails',
          domain: 'a.example',
          failing: 5,
          messages: 95,
          sources: [{ source: '192.0.2.6' }],
        },
        outcome: 'fail',
      },
    ]);
  });

  it('pass by one mechanism alone: degraded', async () => {
    const result = await run([{ records: [{ source: '192.0.2.6', count: 50, dkim: 'fail' }] }]);
    expect(result.findings).toMatchObject([
      { cause: { id: 'reports-own-mechanism', mechanism: 'dkim', failing: 50 }, outcome: 'degraded' },
    ]);
  });

  it('failed once in a hundred, or is fixed since: nothing', async () => {
    const failing = { source: '192.0.2.6', dkim: 'fail', spf: 'fail' } as const;
    expect(
      ids(
        await run([
          {
            records: [
              { source: '192.0.2.5', count: 400 },
              { ...failing, count: 4 },
            ],
          },
        ]),
      ),
    ).toEqual([]);
    const before = { end: END - 4 * 86_400, id: 'before', records: [{ ...failing, count: 50 }] };
    expect(ids(await run([before, { records: [{ source: '192.0.2.5', count: 9 }] }]))).toEqual([]);
  });
});

describe('strangers', () => {
  const stranger = { source: '198.51.100.9', dkim: 'fail', spf: 'fail' } as const;

  it('whose messages were delivered: degraded', async () => {
    const result = await run([{ policy: 'none', records: [{ ...stranger, count: 20 }] }]);
    expect(result.findings).toMatchObject([
      {
        cause: { id: 'reports-strangers-delivered', delivered: 20, policy: 'none' },
        outcome: 'degraded',
      },
    ]);
  });

  it('whose messages were stopped: advice, of all domains in one', async () => {
    const records = [{ ...stranger, count: 500, disposition: 'reject' }];
    const result = await run([{ records }, { domain: 'b.example', records }]);
    expect(result.findings).toMatchObject([
      { cause: { id: 'reports-strangers-stopped', messages: 1000, moreDomains: 0 }, outcome: 'pass' },
    ]);
    expect(result.summary).toContain('0 of 1000 messages pass DMARC');
  });

  it('are not what a mailing list sends on', async () => {
    expect(ids(await run([{ records: [{ ...stranger, count: 99, reason: 'mailing_list' }] }]))).toEqual([]);
  });
});

it('a report that comes twice counts once; unreadable ones are named', async () => {
  await writeFile(join(dir, 'r!a.example!1763683200!1763769600.zip'), 'nothing');
  await writeFile(join(dir, 'notes.txt'), 'nothing');
  const result = await run([{ records: [{ count: 7 }] }, { records: [{ count: 7 }] }]);
  expect(result.reports).toMatchObject({
    reports: 1,
    read: { messages: 4, reports: 1, known: 1, unreadable: 1 },
    domains: [{ messages: 7 }],
  });
  expect(result.findings).toMatchObject([
    { cause: { id: 'reports-unreadable', count: 1, examples: [{ problem: 'not-xml' }] }, outcome: 'pass' },
  ]);
});

it('reports about domains that are not in the list are counted, and not kept', async () => {
  const result = await run([{}, { domain: 'b.example' }], { domains: ['b.example'] });
  expect(result.reports).toMatchObject({
    read: { reports: 1, otherDomains: 1 },
    domains: [{ domain: 'b.example' }],
  });
});

it('many domains with one fault: twenty findings in full, one with the others', async () => {
  const records = [{ source: '192.0.2.6', dkim: 'fail', spf: 'fail', count: 9 }] as const;
  const result = await run(
    Array.from({ length: 30 }, (_, index) => ({ domain: `d${index}.example`, records })),
  );
  expect(result.findings).toHaveLength(21);
  expect(result.findings.at(-1)?.cause).toMatchObject({ id: 'reports-own-fails' });
  const further = result.findings[20]!.cause;
  expect('domains' in further && further.domains).toHaveLength(10);
});

it('is published with its sentences', async () => {
  await writeFile(
    join(dir, 'x.xml'),
    reportXml({ records: [{ source: '192.0.2.6', count: 50, dkim: 'fail', spf: 'fail' }] }),
  );
  const run = await runCheck(
    reportsKind,
    reportsOptions.parse({ files: [dir], own: OWN, resolver }),
    context,
  );
  expect(run).toMatchObject({ kind: 'reports', outcome: 'fail' });
  expect(run.findings[0]?.text).toBe(
    "a.example: 50 of 50 messages from our own servers fail DMARC at receivers in the latest two days that were reported; receivers may reject such messages. Sent by 192.0.2.6. receiver.example found: d=a.example s=smtp fail; spf a.example fail. Check the domain's records and how the relay signs.",
  );
});
