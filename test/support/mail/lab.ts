/**
 * The mail lab: a relay, an MX, mailboxes and a name server that can be broken on command. Its script is named
 * by VIGIE_TEST_MAIL_LAB; tests that need it are skipped where it is not set.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { ImapFlow } from 'imapflow';
import type { Run } from '../../../src/checks/check.ts';
import { mailKind } from '../../../src/checks/mail/index.ts';
import { runCheck } from '../../../src/checks/run.ts';
import type { Obstacle } from '../needs.ts';
import { silent } from '../schedule/kinds.ts';

const run = promisify(execFile);

/** The lab's script; empty where there is none. */
export const labScript = process.env.VIGIE_TEST_MAIL_LAB ?? '';

export const mailLab: Obstacle = labScript
  ? null
  : 'no mail lab to test against (VIGIE_TEST_MAIL_LAB is not set)';

export const labState = process.env.MAIL_LAB_STATE ?? '/tmp/mail-lab';
export const labCa = `${labState}/ca.pem`;
export const labPassword = 'labsecret';
export const labResolver = { servers: ['203.0.113.53'], timeout: '1500ms', tries: 2 };

/** Runs the lab's script, `lab('fault', 'dkim-off')` for example. */
export async function lab(...args: string[]): Promise<string> {
  const { stdout } = await run(labScript, args, { timeout: 90_000 });
  return stdout;
}

/** Sets faults, each with its argument where it has one, runs something, and clears them whatever happens. */
export async function withFaults<T>(faults: readonly string[], task: () => Promise<T>): Promise<T> {
  try {
    for (const fault of faults) await lab('fault', ...fault.split(' '));
    return await task();
  } finally {
    await lab('clear');
  }
}

export const submission = {
  host: 'out.deuxfleurs.test',
  port: 587,
  password: labPassword,
  ca: labCa,
  timeout: '4s',
};

/** Receiving as mx.probe.test. */
export const viaMx = {
  mx: {
    listen: '203.0.113.1:25',
    domain: 'probe.test',
    name: 'mx.probe.test',
    key: `${labState}/tls/mx.probe.test.pem`,
    cert: `${labState}/tls/mx.probe.test.pem`,
    linger: '0s',
  },
  within: '6s',
};

/** Receiving in a mailbox of one of the lab's domains. */
export function viaImap(domain = 'beatrice.test') {
  return {
    imap: {
      host: 'imap.deuxfleurs.test',
      user: `probe@${domain}`,
      password: labPassword,
      address: `probe@${domain}`,
      ca: labCa,
      timeout: '4s',
    },
    within: '6s',
  };
}

export function senders(...domains: string[]) {
  return domains.map((domain) => ({ address: `probe@${domain}`, user: `probe@${domain}` }));
}

/** A sound configuration for the lab; `changes` replace whole keys. */
export function labOptions(changes: Record<string, unknown> = {}) {
  return mailKind.schema.parse({
    submission,
    senders: senders('adrien.test'),
    receive: viaMx,
    expect: { selector: 'smtp', deliveredIn: '3s' },
    shapes: false,
    resolver: labResolver,
    ...changes,
  });
}

/** Evidence kept in memory. */
export class Evidence {
  readonly files = new Map<string, string>();
  async write(name: string, content: string | Uint8Array): Promise<void> {
    this.files.set(name, typeof content === 'string' ? content : Buffer.from(content).toString('latin1'));
  }
  wanted() {
    return 'everything' as const;
  }
  record() {}
}

/** Runs one mail check with these options. */
export async function runMail(
  options: ReturnType<typeof labOptions>,
  {
    name = 'lab',
    evidence = null,
    signal,
  }: { name?: string; evidence?: Evidence | null; signal?: AbortSignal } = {},
): Promise<Run> {
  return runCheck(mailKind, options, {
    name,
    signal: signal ?? new AbortController().signal,
    evidence,
    log: silent,
    progress: () => {},
  });
}

/** Does something in the inbox of `probe` at one of the lab's domains. */
export async function withMailbox<T>(domain: string, task: (client: ImapFlow) => Promise<T>): Promise<T> {
  const client = new ImapFlow({
    host: '203.0.113.11',
    port: 993,
    servername: 'imap.deuxfleurs.test',
    secure: true,
    tls: { ca: await readFile(labCa) },
    auth: { user: `probe@${domain}`, pass: labPassword },
    logger: false,
  });
  await client.connect();
  const lock = await client.getMailboxLock('INBOX');
  try {
    return await task(client);
  } finally {
    lock.release();
    await client.logout();
  }
}
