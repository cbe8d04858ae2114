/** Receiving from the lab's real relay: as an MX and by IMAP. */
import { execFileSync } from 'node:child_process';
import type { ImapFlow } from 'imapflow';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { closeAllMx } from '../../../../src/checks/mail/mx.ts';
import { newToken } from '../../../../src/checks/mail/token.ts';
import {
  Evidence,
  lab,
  labOptions,
  labPassword,
  labState,
  mailLab,
  runMail,
  senders,
  submission,
  viaImap,
  viaMx,
  withFaults,
  withMailbox,
} from '../../../support/mail/lab.ts';
import { needs } from '../../../support/needs.ts';

const domains = ['adrien.test', 'beatrice.test', 'carol.test', 'deuxfleurs.test'];

const subjects = (domain: string) =>
  withMailbox(domain, async (client) => {
    const all = await client.fetchAll('1:*', { envelope: true });
    return all.map(({ envelope }) => envelope?.subject ?? '');
  });

describe('receiving from the mail lab', needs(mailLab), () => {
  beforeEach(() => lab('purge'));
  afterAll(() => closeAllMx());

  test.each([
    ['MX', viaMx],
    ['IMAP', viaImap('beatrice.test')],
  ])('one check covers several domains at once (%s)', async (_via, receive) => {
    const evidence = new Evidence();
    const run = await runMail(labOptions({ receive, senders: senders(...domains), stagger: '20ms' }), {
      evidence,
    });
    expect(run.findings).toEqual([]);
    expect(run.outcome).toBe('pass');
    const letters = run.mail?.letters ?? [];
    expect(letters.map(({ from }) => from)).toEqual(domains.map((domain) => `probe@${domain}`));
    for (const { from, delivery, dkim, spf, dmarc, submission, token } of letters) {
      expect(delivery?.clientIp).toBe('203.0.113.10');
      expect(dkim).toMatchObject({
        result: 'pass',
        aligned: true,
        selector: 'smtp',
        bits: 2048,
        keyMatchesZone: true,
      });
      expect(dkim?.domain).toBe(from.replace('probe@', ''));
      expect(spf).toMatchObject({ result: 'pass', aligned: true });
      expect(dmarc).toMatchObject({ result: 'pass', policy: 'reject', alignedBy: ['dkim', 'spf'] });
      expect(submission.certificate).toMatchObject({ name: 'out.deuxfleurs.test', problem: null });
      expect(Object.values(submission.ms).every((ms) => ms !== null)).toBe(true);
      const raw = [...evidence.files].find(([name, text]) => name.endsWith('.eml') && text.includes(token));
      expect(raw?.[1]).toContain(`X-Vigie-Token: ${token}`);
    }
    expect(evidence.files.size).toBe(domains.length * 3 + 1);
    const left = [JSON.stringify(run), ...evidence.files.values()].join('\n');
    expect(left).not.toContain(labPassword);
    expect(left).not.toContain(Buffer.from(`\0probe@adrien.test\0${labPassword}`).toString('base64'));
  });

  test('465 works as 587 does', async () => {
    const run = await runMail(labOptions({ submission: { ...submission, port: 465 } }));
    expect(run.outcome).toBe('pass');
    expect(run.mail?.letters[0]?.submission.ms.tls).toBeGreaterThan(0);
  });

  test('a mailbox keeps all that is not ours, and nothing that is', async () => {
    const other = newToken('another check');
    await withMailbox('beatrice.test', async (client) => {
      await client.append(
        'INBOX',
        'From: <a@b.test>\r\nSubject: a message of a person\r\n\r\nDear Beatrice\r\n',
      );
      await client.append(
        'INBOX',
        `From: <a@b.test>\r\nSubject: of another check\r\nX-Vigie-Token: ${other}\r\n\r\nx\r\n`,
      );
      await client.messageFlagsAdd('1', ['\\Deleted']);
    });
    const run = await runMail(labOptions({ receive: viaImap('beatrice.test') }));
    expect(run.outcome).toBe('pass');
    expect((await subjects('beatrice.test')).sort()).toEqual(['a message of a person', 'of another check']);
  });

  test('a message found in the mailbox later is counted as late, and deleted', async () => {
    const token = newToken('lab', Date.now() - 3_600_000);
    await withMailbox('beatrice.test', (client) =>
      client.append(
        'INBOX',
        `From: <probe@adrien.test>\r\nSubject: late\r\nX-Vigie-Token: ${token}\r\n\r\nx\r\n`,
      ),
    );
    const run = await runMail(labOptions({ receive: viaImap('beatrice.test') }));
    expect(run.outcome).toBe('pass');
    expect(run.mail?.late).toEqual([expect.objectContaining({ token })]);
    expect(run.findings.map(({ id }) => id)).toEqual(['late-letters']);
    expect(await subjects('beatrice.test')).toEqual([]);
  });

  describe('a message that went elsewhere', () => {
    /** Waits until the relay has delivered into the inbox, and hands what came on. */
    const moved = async (task: (client: ImapFlow, uid: number) => Promise<void>) =>
      withMailbox('beatrice.test', async (client) => {
        const deadline = Date.now() + 5_000;
        while (Date.now() < deadline) {
          const [uid] = (await client.search({ all: true }, { uid: true })) || [];
          if (uid !== undefined) return task(client, uid);
          await client.noop();
        }
        throw new Error('nothing was delivered');
      });
    /** The check reads a folder into which nothing is delivered. */
    const elsewhere = () => {
      const { imap, within } = viaImap('beatrice.test');
      return { receive: { imap: { ...imap, folder: 'Watched', receivedBy: [] }, within } };
    };
    const withFolders = (task: () => Promise<void>) =>
      withMailbox('beatrice.test', async (client) => {
        for (const folder of ['Watched', 'Junk']) await client.mailboxCreate(folder);
        try {
          await task();
        } finally {
          for (const folder of ['Watched', 'Junk']) await client.mailboxDelete(folder).catch(() => {});
        }
      });
    const countIn = (folder: string) =>
      withMailbox('beatrice.test', async (client) => {
        const status = await client.status(folder, { messages: true });
        return status ? status.messages : null;
      });

    test('is found in the folder for spam, which is a finding, and is deleted there', () =>
      withFolders(async () => {
        const run = runMail(labOptions(elsewhere()));
        await moved(async (client, uid) => {
          await client.messageMove([uid], 'Junk', { uid: true });
        });
        const { findings, mail } = await run;
        expect(findings.map(({ id, outcome }) => [id, outcome])).toContainEqual([
          'sorted-as-spam',
          'degraded',
        ]);
        expect(findings.map(({ id }) => id)).not.toContain('not-delivered');
        expect(mail?.letters[0]).toMatchObject({
          delivery: { junkFolder: 'Junk' },
          dkim: { result: 'pass' },
        });
        expect(await countIn('Junk')).toBe(0);
      }));

    test('is deleted from the folder for spam by a later run, and counted', () =>
      withFolders(async () => {
        const token = newToken('lab', Date.now() - 3_600_000);
        await withMailbox('beatrice.test', (client) =>
          client.append('Junk', `From: <probe@adrien.test>\r\nX-Vigie-Token: ${token}\r\n\r\nx\r\n`),
        );
        const run = await runMail(labOptions({ receive: viaImap('beatrice.test') }));
        expect(run.outcome).toBe('pass');
        expect(run.mail?.late).toEqual([expect.objectContaining({ token })]);
        expect(await countIn('Junk')).toBe(0);
      }));

    test('is known by its subject where its own field was removed; answers to it are left alone', () =>
      withFolders(async () => {
        const run = runMail(labOptions(elsewhere()));
        await moved(async (client, uid) => {
          const message = await client.fetchOne(String(uid), { source: true }, { uid: true });
          const raw = message === false ? '' : (message.source?.toString('latin1') ?? '');
          const stripped = raw
            .replace(/^X-Vigie-Token:.*\r\n/m, '')
            .replace(/^(?:To|Delivered-To):.*\r\n/gim, '');
          const answer = stripped.replace(/^Subject: /m, 'Subject: Re: ');
          await client.append('Watched', answer);
          // Delivered twice: both appear at once, and both are deleted.
          const copies = await Promise.all([stripped, stripped].map((copy) => client.append('INBOX', copy)));
          const uids = copies.map((copy) => (copy ? (copy.uid ?? 0) : 0));
          await client.messageMove(uids, 'Watched', { uid: true });
          await client.messageDelete([uid], { uid: true });
        });
        const { findings, mail } = await run;
        expect(mail?.letters[0]?.delivery).not.toBeNull();
        expect(findings.map(({ id }) => id)).not.toContain('not-delivered');
        expect(findings.find(({ id }) => id === 'delivered-twice')).toMatchObject({
          outcome: 'pass',
          cause: { copies: 2, identical: null, count: 1 },
        });
        expect(mail?.repeated).toMatchObject([{ copies: 2 }]);
        expect(await countIn('Watched')).toBe(1);
      }));
  });

  test('the key that signed is distinguished from the key that the zone publishes', async () => {
    const both = { senders: senders('adrien.test', 'beatrice.test') };
    const pem = `${labState}/dkim/good.public.pem`;
    execFileSync('openssl', ['rsa', '-in', `${labState}/dkim/good.key`, '-pubout', '-out', pem], {
      stdio: 'ignore',
    });
    const [alone, compared, expected] = await withFaults(['dkim-wrong-key'], async () => [
      await runMail(labOptions()),
      await runMail(labOptions(both)),
      await runMail(labOptions({ expect: { key: pem } })),
    ]);
    expect(alone?.mail?.letters[0]?.dkim?.keyMatchesZone).toBeNull();
    expect(compared?.mail?.letters.map(({ dkim }) => dkim?.keyMatchesZone)).toEqual([false, true]);
    expect(expected?.mail?.letters[0]?.dkim?.keyMatchesZone).toBe(false);
    for (const run of [alone, compared, expected]) {
      expect(run?.findings.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id)).toEqual([
        'dkim-wrong-key',
      ]);
    }
  });

  test('an account may not use the envelope address of another; From is not guarded', async () => {
    const run = await runMail(labOptions({ probes: { foreignFrom: 'probe@beatrice.test' } }));
    expect(run.mail?.probes.map(({ name, result }) => [name, result])).toEqual([
      ['stranger', 'refused'],
      ['foreign-envelope', 'refused'],
      ['foreign-from', 'signed'],
    ]);
    expect(run.findings.map(({ id, outcome }) => [id, outcome])).toEqual([['foreign-from-believed', 'fail']]);
    const unsigned = await withFaults(['dkim-off'], () =>
      runMail(labOptions({ probes: { foreignFrom: 'probe@beatrice.test' } })),
    );
    expect(unsigned.mail?.probes.at(-1)?.result).toBe('unsigned');
  });

  test('a run that is cancelled ends although the relay says nothing', async () => {
    const controller = new AbortController();
    const run = await withFaults(['relay-hang'], async () => {
      const running = runMail(labOptions(), { signal: controller.signal });
      setTimeout(() => controller.abort(), 300);
      return running;
    });
    expect(run.outcome).toBe('error');
    expect(run.findings.map(({ id }) => id)).toEqual(['cancelled']);
  });
});
