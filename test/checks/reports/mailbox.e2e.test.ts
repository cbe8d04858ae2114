/** The mailbox of `rua` on the mail lab's real IMAP server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CheckContext } from '../../../src/checks/check.ts';
import { runReports } from '../../../src/checks/reports/index.ts';
import { reportsOptions } from '../../../src/checks/reports/options.ts';
import { lab, labCa, labPassword, mailLab, withMailbox } from '../../support/mail/lab.ts';
import { needs } from '../../support/needs.ts';
import { gz, message, reportXml, zip } from '../../support/reports/build.ts';

const DAY = 86_400;
const today = Math.floor(Date.now() / 1000 / DAY) * DAY;
const aReport = (id: string, end = today) =>
  reportXml({ id, end, domain: 'adrien.test', records: [{ source: '203.0.113.10', count: 5 }] });

const inMailbox = <T>(task: (client: ImapFlow) => Promise<T>) => withMailbox('deuxfleurs.test', task);
const put = (...messages: readonly Buffer[]) =>
  inMailbox(async (client) => {
    for (const one of messages) await client.append('INBOX', one);
  });

let dir: string;
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const context = (): CheckContext<'reports'> => ({
  name: 'reports',
  signal: AbortSignal.timeout(60_000),
  evidence: null,
  log: silent,
  progress() {},
});
const run = async (imap: object = {}, options: object = {}) =>
  runReports(
    reportsOptions.parse({
      imap: {
        host: 'imap.deuxfleurs.test',
        user: 'probe@deuxfleurs.test',
        password: labPassword,
        ca: labCa,
        timeout: '5s',
        ...imap,
      },
      own: ['out.deuxfleurs.test'],
      store: join(dir, 'reports.sqlite'),
      resolver: { servers: ['203.0.113.53'], timeout: '2s' },
      ...options,
    }),
    context(),
  );

describe('reports in a mailbox', needs(mailLab), () => {
  beforeAll(() => lab('up'));
  beforeEach(async () => {
    await lab('purge');
    dir = await mkdtemp(join(tmpdir(), 'vigie-reports-'));
    return () => rm(dir, { recursive: true, force: true });
  });
  afterAll(() => lab('clear'));

  test('are found among other mail in every form, once, and nothing is changed', async () => {
    const xml = (id: string) => Buffer.from(aReport(id));
    await put(
      message(gz(aReport('1'))),
      message(zip({ name: 'r.xml', content: xml('2') }), { file: 'r.zip', type: 'application/zip' }),
      message(xml('3'), { file: 'r.xml', type: 'text/xml' }),
      message(gz(aReport('4')), { type: 'application/octet-stream' }),
      message(gz(aReport('5')), { alone: true }),
      message(Buffer.from('a photo'), { file: 'holiday.zip', type: 'application/zip', subject: 'Look!' }),
      Buffer.from('Subject: hello\r\n\r\nno attachment\r\n'),
      message(Buffer.from('no report')),
    );
    const first = await run();
    expect(first.findings).toMatchObject([
      {
        cause: { id: 'reports-unreadable', count: 1, examples: [{ sender: 'dmarc@receiver.example' }] },
        outcome: 'pass',
      },
    ]);
    expect(first.reports).toMatchObject({
      reports: 5,
      read: { messages: 8, reports: 5, known: 0, unreadable: 1, waiting: 0 },
      domains: [{ domain: 'adrien.test', messages: 25, pass: 25, sources: [{ kind: 'own' }] }],
    });
    const flags = await inMailbox((client) => client.fetchAll('1:*', { flags: true }));
    expect(flags).toHaveLength(8);
    expect(flags.some((one) => one.flags?.has('\\Seen') || one.flags?.has('\\Deleted'))).toBe(false);

    await put(message(gz(aReport('1'))), message(gz(aReport('6'))));
    const second = await run();
    expect(second.reports).toMatchObject({ reports: 6, read: { messages: 2, reports: 1, known: 1 } });
  });

  test('are read on where the last run stopped, and again after the file was lost', async () => {
    await put(...['1', '2', '3'].map((id) => message(gz(aReport(id)))));
    const first = await run({}, { atOnce: 2 });
    expect(first.reports).toMatchObject({ reports: 2, read: { waiting: 1 } });
    expect(first.findings).toMatchObject([{ cause: { id: 'reports-waiting', messages: 1 } }]);
    expect((await run({}, { atOnce: 2 })).reports).toMatchObject({ reports: 3, read: { messages: 1 } });
    await rm(join(dir, 'reports.sqlite'));
    expect((await run()).reports).toMatchObject({ reports: 3, read: { messages: 3 } });
  });

  test('that never came: degraded', async () => {
    expect((await run()).findings).toMatchObject([
      { cause: { id: 'reports-none', messages: 0 }, outcome: 'degraded' },
    ]);
  });

  test('what is wrong with the mailbox is said, and what is known is still judged', async () => {
    const fails = { source: '203.0.113.10', count: 9, dkim: 'fail', spf: 'fail' } as const;
    await put(message(gz(reportXml({ domain: 'adrien.test', end: today, records: [fails] }))));
    await run();
    const problem = async (imap: object) => (await run(imap)).findings.map(({ cause }) => cause);
    const own = { id: 'reports-own-fails', failing: 9 };
    expect(await problem({ folder: 'DMARC' })).toMatchObject([
      { id: 'reports-mailbox', problem: { id: 'no-folder', folder: 'DMARC' } },
      own,
    ]);
    expect(await problem({ ca: undefined })).toMatchObject([
      { problem: { id: 'unreachable', reason: expect.stringMatching(/^certificate-/) } },
      own,
    ]);
    expect(await problem({ host: 'nowhere.deuxfleurs.test' })).toMatchObject([
      { problem: { id: 'unreachable', reason: 'no-address' } },
      own,
    ]);
    expect(await problem({ password: 'wrong' })).toMatchObject([{ problem: { id: 'login-refused' } }, own]);
    await lab('fault', 'imap-down');
    expect(await problem({})).toMatchObject([{ problem: { id: 'unreachable', reason: 'refused' } }, own]);
    await lab('clear');
  });
});
