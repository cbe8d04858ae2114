/** The mail and the zone check on the sandbox: clean, and with each switch. */
import { readdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CheckKind, Kind, Run } from '../../src/checks/check.ts';
import { checkKinds } from '../../src/checks/index.ts';
import { closeAllMx } from '../../src/checks/mail/mx.ts';
import { runCheck } from '../../src/checks/run.ts';
import { formatProblems, loadConfig } from '../../src/config/load.ts';
import { type Sandbox, sandboxChecks, sandboxConfiguration, startSandbox } from '../../src/sandbox/index.ts';
import { silent } from '../support/schedule/kinds.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(async () => {
  sandbox.faults.fix('all');
  await sandbox.mail.settled();
});
afterAll(async () => {
  await closeAllMx();
  await sandbox.close();
});

/** Runs one of the sandbox's own checks, with other options where a test needs them. */
function run(
  name: 'sandbox-mail' | 'sandbox-zone',
  changes: Record<string, unknown> = {},
  of = sandbox,
): Promise<Run> {
  const check = sandboxChecks(of).find((one) => one.name === name)!;
  const kind: CheckKind<Kind, unknown> = checkKinds[check.kind];
  return runCheck(kind, kind.schema.parse({ ...check.options, ...changes }), {
    name,
    signal: new AbortController().signal,
    evidence: null,
    log: silent,
    progress: () => {},
  });
}

/** Messages that do not arrive are not waited for as long as a service does. */
const SHORT = {
  get receive() {
    const { options } = sandboxChecks(sandbox).find(({ kind }) => kind === 'mail')!;
    return { ...(options.receive as object), within: '1s' };
  },
};

/** Ids, without advice. */
const ids = (done: Run) => [
  ...new Set(done.findings.filter(({ outcome }) => outcome !== 'pass').map(({ id }) => id)),
];

describe('with nothing broken', () => {
  test('messages of all three domains pass, each mechanism on its own', async () => {
    const done = await run('sandbox-mail');
    expect(done.findings.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
    expect(done.outcome).toBe('pass');
    expect(done.mail?.letters.map(({ from }) => from)).toEqual([
      'probe@operator.sandbox.test',
      'probe@ada.sandbox.test',
      'probe@ben.sandbox.test',
    ]);
    for (const { from, dkim, spf, dmarc, delivery, submission } of done.mail!.letters) {
      const domain = from.replace('probe@', '');
      expect(dkim).toMatchObject({ result: 'pass', domain, selector: 'smtp', bits: 2048, aligned: true });
      expect(spf).toMatchObject({ result: 'pass', domain, clientIp: '127.0.0.1', aligned: true });
      expect(dmarc).toMatchObject({ result: 'pass', policy: 'reject', alignedBy: ['dkim', 'spf'] });
      expect(delivery).toMatchObject({ encrypted: true });
      expect(submission.certificate).toMatchObject({ name: 'out.operator.sandbox.test', problem: null });
    }
    expect(done.mail?.probes.map(({ result }) => result)).toEqual(['refused', 'refused', 'refused']);
  });

  test('so they do on the port that is encrypted from the start', async () => {
    const { options } = sandboxChecks(sandbox).find(({ kind }) => kind === 'mail')!;
    const { submissions } = sandbox.mail.ports;
    const done = await run('sandbox-mail', {
      submission: { ...(options.submission as object), port: submissions, tls: 'implicit' },
    });
    expect([done.outcome, ids(done)]).toEqual(['pass', []]);
  });

  test('the zones are as the operator’s template has them', async () => {
    const done = await run('sandbox-zone');
    expect([done.outcome, ids(done)]).toEqual(['pass', []]);
    const levels = done.zone?.domains.flatMap(({ records }) => records.map(({ level }) => level)) ?? [];
    expect(levels).toHaveLength(14);
    expect(new Set(levels)).toEqual(new Set(['exact']));
  });
});

describe('each switch, in the mail check', () => {
  test.each([
    ['unsigned', 'fail', ['dkim-unsigned']],
    ['wrong-key', 'fail', ['dkim-wrong-key']],
    ['body-changed', 'fail', ['dkim-body-altered']],
    ['relay-down', 'fail', ['relay-unreachable']],
    ['mail-lost', 'fail', ['not-delivered']],
    ['dns-silent', 'error', ['resolver-failed']],
    ['record-gone spf', 'fail', ['spf-missing']],
    ['record-gone dkim', 'fail', ['dkim-no-key']],
    ['record-gone dmarc', 'fail', ['dmarc-missing']],
    ['record-gone mx', 'pass', []],
    ['record-gone dmarc-report', 'pass', []],
  ])('%s: %s', async (words, outcome, expected) => {
    sandbox.faults.break([words]);
    await sandbox.mail.settled();
    const done = await run('sandbox-mail', words === 'mail-lost' ? SHORT : {});
    expect([done.outcome, ids(done)]).toEqual([outcome, expected]);
  });

  test('DMARC alone would not have seen that nothing is signed', async () => {
    sandbox.faults.break(['unsigned']);
    const done = await run('sandbox-mail');
    expect(done.mail?.letters[0]?.dmarc).toMatchObject({ result: 'pass', alignedBy: ['spf'] });
  });
});

describe('each switch, in the zone check', () => {
  test.each([
    ['record-gone mx', 'fail', ['zone-mx-missing']],
    ['record-gone spf', 'fail', ['zone-spf-missing']],
    ['record-gone dkim', 'fail', ['zone-dkim-missing']],
    ['record-gone dmarc', 'fail', ['zone-dmarc-missing']],
    ['record-gone dmarc-report', 'fail', ['zone-dmarc-report-missing']],
    ['record-gone dkim operator', 'error', ['zone-unknown']],
    ['dns-silent', 'error', ['zone-hosts-unknown', 'zone-resolver-failed']],
    ['wrong-key', 'pass', []],
    ['relay-down', 'pass', []],
  ])('%s: %s', async (words, outcome, expected) => {
    sandbox.faults.break([words]);
    const done = await run('sandbox-zone');
    expect([done.outcome, ids(done).sort()]).toEqual([outcome, expected]);
  });

  test('takes the record of the one domain that is named', async () => {
    sandbox.faults.break(['record-gone spf ben']);
    const done = await run('sandbox-zone');
    const missing = done.zone?.domains.flatMap(({ domain, records }) =>
      records.filter(({ level }) => level !== 'exact').map(({ record, level }) => [domain, record, level]),
    );
    expect(missing).toEqual([['ben.sandbox.test', 'spf', 'missing']]);
  });
});

test('what was broken over the API is broken when it answers, and fixed when it answers', async () => {
  const change = (body: object) =>
    fetch(`${sandbox.url}sandbox/switches`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  for (let round = 0; round < 5; round += 1) {
    await change({ break: ['relay-down'] });
    expect(ids(await run('sandbox-mail'))).toEqual(['relay-unreachable']);
    await change({ mend: ['relay-down'] });
    expect(ids(await run('sandbox-mail'))).toEqual([]);
  }
});

test('the configuration that it prints is valid', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-test-'));
  const file = join(directory, 'vigie.yaml');
  await writeFile(file, sandboxConfiguration(sandbox));
  const loaded = await loadConfig(file, checkKinds);
  await rm(directory, { recursive: true });
  expect(loaded.ok ? '' : formatProblems(loaded.problems)).toBe('');
  if (loaded.ok) {
    expect(loaded.config.checks.map(({ name }) => name)).toEqual(['sandbox', 'sandbox-mail', 'sandbox-zone']);
  }
});

test('twenty sandboxes leave no socket, no timer and no file', async () => {
  const cycle = async () => {
    const other = await startSandbox();
    expect((await run('sandbox-mail', {}, other)).outcome).toBe('pass');
    other.faults.break(['relay-down']);
    other.faults.fix('all');
    await other.close();
  };
  /** Descriptors, and what keeps the process alive by kind; what waits in this test is a timer or two, too. */
  const held = (kind: string) =>
    kind === 'descriptor'
      ? readdirSync('/proc/self/fd').length
      : process.getActiveResourcesInfo().filter((name) => name === kind).length;
  const files = async () =>
    (await readdir(tmpdir())).filter((name) => name.includes(`sandbox-${process.pid}-`));
  const kinds = ['TCPServerWrap', 'TCPSocketWrap', 'UDPWrap', 'Timeout', 'descriptor'];
  const before = kinds.map(held);
  const filesBefore = await files();
  for (let round = 0; round < 20; round += 1) await cycle();
  const more = () =>
    kinds.filter(
      (kind, index) => held(kind) > before[index]! + (kind === 'Timeout' || kind === 'descriptor' ? 3 : 0),
    );
  await expect.poll(more).toEqual([]);
  expect(await files()).toEqual(filesBefore);
});

test('mail and names are reached over the loopback alone', async () => {
  const { ports } = sandbox.mail;
  const listening = (await readFile('/proc/net/tcp', 'utf8'))
    .split('\n')
    .map((line) => /^ *\d+: ([0-9A-F]{8}):([0-9A-F]{4}) \S+ 0A /.exec(line))
    .filter((match) => match !== null)
    .map(([, address, port]) => ({ address, port: Number.parseInt(port!, 16) }));
  for (const port of [ports.dns, ports.submission, ports.submissions]) {
    expect(listening.filter((one) => one.port === port)).toEqual([{ address: '0100007F', port }]);
  }
});
