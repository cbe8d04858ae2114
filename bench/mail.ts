/**
 * Measures the mail check against the mail lab (VIGIE_TEST_MAIL_LAB):
 *
 *     node bench/mail.ts faults        what a check finds for each fault, as a table
 *     node bench/mail.ts clean [N]     false alarms in N messages with nothing broken (200)
 *     node bench/mail.ts timing [N]    submission to verdict, beside swaks (with Net::SSLeay) and IMAP (50)
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { ImapFlow } from 'imapflow';
import { newToken } from '../src/checks/mail/token.ts';
import {
  lab,
  labCa,
  labOptions,
  labPassword,
  labScript,
  mailLab,
  runMail,
  senders,
  viaImap,
  viaMx,
  withFaults,
} from '../test/support/mail/lab.ts';
import { FAULTS } from '../test/support/mail/lab-faults.ts';

const spawn = promisify(execFile);
const domains = ['adrien.test', 'beatrice.test', 'carol.test', 'deuxfleurs.test'];

/** Every fault, one line each, in the form that docs/mail.md holds. */
async function faults(): Promise<void> {
  console.log('| fault | received by | outcome | findings | first sentence |');
  console.log('|---|---|---|---|---|');
  for (const { faults: names, options = {} } of FAULTS) {
    const run = await withFaults(names, () => runMail(labOptions(options)));
    const { receive = {} } = options;
    const via = 'imap' in (receive as object) ? 'IMAP' : 'submission' in options ? 'MX (465)' : 'MX';
    const serious = run.findings.filter((finding) => finding.outcome !== 'pass');
    const ids = serious.map((finding) => `\`${finding.id}\``).join(', ') || '–';
    const said = (serious[0]?.text ?? run.summary)
      .replaceAll('|', '\\|')
      .replace(/v[a-z2-7]{6}0[0-9a-z]{8}[a-z2-7]{12}/g, 'TOKEN')
      .replace(/(queued |accepted )as [0-9A-F]{8,}/g, '$1as ID');
    const name = names.map((one) => `\`${one}\``).join(' + ');
    console.log(`| ${name} | ${via} | ${run.outcome} | ${ids} | ${said} |`);
    await lab('purge');
  }
}

/** Messages with nothing broken: whatever is found is a false alarm. */
async function clean(count: number): Promise<void> {
  for (const [via, receive, from] of [
    ['MX', viaMx, domains],
    ['IMAP', viaImap('beatrice.test'), domains],
  ] as const) {
    let messages = 0;
    const alarms: string[] = [];
    const delivered: number[] = [];
    while (messages < count / 2) {
      const run = await runMail(labOptions({ receive, senders: senders(...from), stagger: '50ms' }));
      messages += run.mail?.letters.length ?? 0;
      delivered.push(...(run.mail?.letters ?? []).map(({ delivery }) => delivery?.ms ?? Number.NaN));
      alarms.push(...run.findings.map((finding) => `${finding.outcome} ${finding.id}: ${finding.text}`));
    }
    console.log(`${via}: ${messages} messages, ${alarms.length} alarms; delivery ${figures(delivered)}`);
    for (const alarm of alarms) console.log(`  ${alarm}`);
  }
}

/** The time from submission to verdict, and that of the plainest tools for the same message. */
async function timing(count: number): Promise<void> {
  for (const [via, receive] of [
    ['MX', viaMx],
    ['IMAP', viaImap('beatrice.test')],
  ] as const) {
    const whole: number[] = [];
    const verdict: number[] = [];
    const total: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const run = await runMail(labOptions({ receive, probes: { stranger: false } }));
      if (run.outcome !== 'pass') throw new Error(run.summary);
      const phase = (name: string) => run.phases.find((one) => one.name === name)?.ms ?? Number.NaN;
      whole.push(phase('whole'));
      verdict.push(phase('verdict'));
      total.push(run.durationMs);
    }
    console.log(`${via}: submission to verdict ${figures(whole)}, of which the verdict ${figures(verdict)}`);
    console.log(`${via}: the whole run ${figures(total)}`);
  }
  await plainTools(count);
}

async function plainTools(count: number): Promise<void> {
  const client = new ImapFlow({
    host: '203.0.113.11',
    port: 993,
    servername: 'imap.deuxfleurs.test',
    secure: true,
    tls: { ca: await readFile(labCa) },
    auth: { user: 'probe@beatrice.test', pass: labPassword },
    logger: false,
    disableAutoIdle: true,
  });
  await client.connect();
  const lock = await client.getMailboxLock('INBOX');
  const alone: number[] = [];
  const both: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const token = newToken('bench');
    const begun = performance.now();
    await spawn('swaks', swaksArguments(token));
    alone.push(performance.now() - begun);
    for (;;) {
      await client.noop();
      const found = await client.search({ header: { subject: token } }, { uid: true });
      if (found && found.length > 0) {
        both.push(performance.now() - begun);
        await client.messageDelete(found, { uid: true });
        break;
      }
      if (performance.now() - begun > 10_000) throw new Error('the message of swaks has not arrived');
    }
  }
  lock.release();
  await client.logout();
  console.log(`swaks alone ${figures(alone)}; swaks and IMAP without a pause between looks ${figures(both)}`);
}

function swaksArguments(token: string): string[] {
  const login = ['--auth', 'PLAIN', '--auth-user', 'probe@adrien.test', '--auth-password', labPassword];
  const envelope = ['--from', 'probe@adrien.test', '--to', `probe+${token}@beatrice.test`];
  return [
    '--server',
    '203.0.113.10',
    '--port',
    '587',
    '--tls',
    ...login,
    ...envelope,
    '--h-Subject',
    token,
    '--silent',
    '3',
  ];
}

function figures(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!);
  return `median ${at(0.5)} ms, worst ${at(1)} ms (${values.length})`;
}

const [mode = '', figure] = process.argv.slice(2);
if (!labScript) {
  console.error(mailLab);
  process.exitCode = 2;
} else {
  await lab('up');
  await lab('purge');
  if (mode === 'faults') await faults();
  else if (mode === 'clean') await clean(Number(figure ?? 200));
  else if (mode === 'timing') await timing(Number(figure ?? 50));
  else {
    console.error('usage: node bench/mail.ts faults | clean [N] | timing [N]');
    process.exitCode = 2;
  }
}
