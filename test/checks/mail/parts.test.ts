import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readBounce, unreadableBounce } from '../../../src/checks/mail/bounce.ts';
import { alterations } from '../../../src/checks/mail/exchange.ts';
import { headerOf } from '../../../src/checks/mail/header.ts';
import { hopFromHeaders } from '../../../src/checks/mail/hop.ts';
import { lateMessage, Waiting } from '../../../src/checks/mail/inbox.ts';
import { writeMessage } from '../../../src/checks/mail/message.ts';
import { mailOptions } from '../../../src/checks/mail/options.ts';
import { queueIdOf } from '../../../src/checks/mail/submission.ts';
import { newToken, tagOf, tokensIn, tokenTime } from '../../../src/checks/mail/token.ts';
import { Transcript } from '../../../src/checks/mail/transcript.ts';
import { keyOfPem, keyOfRecord, recordOfKey } from '../../../src/checks/records/dkim.ts';

describe('tokens', () => {
  test('contain their check and when they were made, and are found anywhere', () => {
    const at = Date.parse('2026-11-22T15:00:00Z');
    const token = newToken('mail', at);
    expect(token.startsWith(tagOf('mail'))).toBe(true);
    expect(tagOf('mail')).not.toBe(tagOf('mail-2'));
    expect(tokenTime(token)).toBe(at);
    expect(tokensIn(`To: <probe+${token.toUpperCase()}@example.org>, ${token}`)).toEqual([token]);
    expect(newToken('mail', at)).not.toBe(token);
    expect(tokenTime('no token')).toBeNull();
  });

  test('of an earlier run are late only within reason', () => {
    const sent = Date.parse('2026-11-22T15:00:00Z');
    const token = newToken('mail', sent);
    expect(lateMessage(token, new Date(sent + 1_500_000))).toMatchObject({
      sentAt: '2026-11-22T15:00:00.000Z',
      lateMs: 1_500_000,
    });
    expect(lateMessage(token, new Date(sent - 3_600_000))).toBeNull();
    expect(lateMessage(token, new Date(sent + 30 * 86_400_000))).toBeNull();
  });
});

describe('a transcript', () => {
  test('holds no credentials, whichever way they are sent', () => {
    const transcript = new Transcript();
    const { debug } = transcript.logger;
    const client = (text: string) => debug!({ tnx: 'client' }, text);
    const relay = (text: string) => debug!({ tnx: 'server' }, text);
    client('EHLO vigie.invalid');
    relay('250-out.example.org\n250-STARTTLS\n250 AUTH PLAIN LOGIN');
    client(`AUTH PLAIN ${Buffer.from('\0user\0hunter2').toString('base64')}`);
    relay('235 2.7.0 Authentication successful');
    client('AUTH LOGIN');
    relay('334 VXNlcm5hbWU6');
    client(Buffer.from('user').toString('base64'));
    relay('334 UGFzc3dvcmQ6');
    client(Buffer.from('hunter2').toString('base64'));
    relay('535 5.7.8 Error: authentication failed');
    client('MAIL FROM:<a@example.org>');
    relay('250 2.1.0 Ok');
    const text = transcript.toString();
    for (const secret of ['hunter2', 'user', '\0user\0hunter2']) {
      expect(text).not.toContain(Buffer.from(secret).toString('base64').replace(/=+$/, ''));
    }
    expect(text).toContain('C: AUTH PLAIN [secret]');
    expect(text).toContain('S: 535 5.7.8');
    expect(text).toContain('C: MAIL FROM:<a@example.org>');
    expect(transcript.offered('STARTTLS')).toBe(true);
    expect(transcript.offered('DSN')).toBe(false);
    expect(transcript.dataBegun).toBe(false);
    relay('354 End data with <CR><LF>.<CR><LF>');
    expect(transcript.dataBegun).toBe(true);
  });
});

describe('a test message', () => {
  const sender = { address: 'probe@example.org' };
  const token = newToken('mail');

  test('carries its token in recipient, subject and a header', async () => {
    const message = writeMessage(sender, `${token}@probe.example`, token);
    const fields = headerOf(message.raw);
    const field = (name: string) => fields.find((one) => one.name === name)?.value;
    expect(field('to')).toBe(`<${token}@probe.example>`);
    expect(field('subject')).toContain(token);
    expect(field('x-vigie-token')).toBe(token);
    expect(field('auto-submitted')).toBe('auto-generated');
    expect(message.returnPath).toBe('probe@example.org');
    const bouncing = { ...sender, returnPath: 'bounce+{token}@example.org' };
    expect(writeMessage(bouncing, 'x@probe.example', token).returnPath).toBe(`bounce+${token}@example.org`);
  });

  test('is compared with what arrived, whatever was put above it and however it was folded', () => {
    const message = writeMessage(sender, 'x@probe.example', token);
    const text = message.raw.toString();
    const arrived = (change: (text: string) => string) =>
      alterations(message, Buffer.from(`Received: from a by b;\r\n\tnow\r\n${change(text)}`));
    expect(arrived((same) => same.replace('Subject: Vigie', 'Subject:\r\n Vigie'))).toEqual({
      headerIntact: true,
      alteredLine: null,
    });
    const listed = arrived((same) => same.replace('Subject: ', 'Subject: [list] '));
    expect(listed.headerIntact).toBe(false);
    const quoted = arrived((same) => same.replace('From a line', '>From a line'));
    expect(quoted.alteredLine).toMatch(/^>From a line/);
    const signed = arrived((same) => `${same}Sent by a free service\r\n`);
    expect(signed.alteredLine).toBe('Sent by a free service');
  });
});

describe('the hop into the receiving server', () => {
  const lines = [
    'Return-Path: <probe@example.org>',
    'Received: from mx.example.net (localhost [127.0.0.1])',
    '\tby store.example.net with LMTP id 1;',
    '\tSun, 22 Nov 2026 15:00:02 +0000',
    'Received: from out.example.org (out.example.org [192.0.2.25])',
    '\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384)',
    '\tby mx.example.net (Postfix) with ESMTPS id 2;',
    '\tSun, 22 Nov 2026 15:00:01 +0000',
    'Received: from forged.example (mx.example.net [198.51.100.9])',
    '\tby mx.example.net (Postfix) with ESMTP id 3; Sun, 22 Nov 2026 15:00:00 +0000',
    'From: <probe@example.org>',
    '',
    'text',
  ];
  const raw = Buffer.from(lines.join('\r\n'));

  test('is the topmost that a trusted server wrote down', async () => {
    expect(hopFromHeaders(raw, ['MX.example.net.'])).toEqual({
      clientIp: '192.0.2.25',
      helo: 'out.example.org',
      mailFrom: 'probe@example.org',
      encrypted: true,
      tls: 'TLSv1.3',
    });
  });

  test('cannot be seen when no server is trusted, or none of them wrote', async () => {
    expect(hopFromHeaders(raw, [])).toBeNull();
    expect(hopFromHeaders(raw, ['mx.elsewhere.example'])).toBeNull();
    expect(hopFromHeaders(raw, ['store.example.net'])).toBeNull();
  });

  test("takes the connection's address, not the one that HELO claims", async () => {
    const hop = async (received: string) =>
      hopFromHeaders(Buffer.from(`Received: ${received}\r\n\r\n`), ['mx.b.example']);
    const literal = await hop('from [198.51.100.1] (unknown [192.0.2.7]) by mx.b.example with ESMTP');
    expect(literal?.clientIp).toBe('192.0.2.7');
    const six = await hop('from a.example (a.example [IPv6:2001:db8::5]) by mx.b.example with ESMTP');
    expect(six?.clientIp).toBe('2001:db8::5');
    expect(await hop('from a.example by mx.b.example with ESMTP')).toBeNull();
  });
});

describe('a bounce', () => {
  const token = newToken('mail');
  const report = [
    'From: MAILER-DAEMON@out.example.org (Mail Delivery System)',
    'To: probe@example.org',
    'Content-Type: multipart/report; report-type=delivery-status;',
    '\tboundary="B1/out.example.org"',
    '',
    'This is a MIME-encapsulated message.',
    '',
    '--B1/out.example.org',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'I am sorry.',
    '',
    '--B1/out.example.org',
    'Content-Description: Delivery report',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; out.example.org',
    `Original-Envelope-Id: ${token}`,
    '',
    `Final-Recipient: rfc822; ${token}@probe.example`,
    'Action: failed',
    'Status: 5.7.1',
    'Remote-MTA: dns; mx.elsewhere.example',
    'Diagnostic-Code: smtp; 554 5.7.1 <x>: Relay',
    '    access denied',
    '',
    '--B1/out.example.org',
    'Content-Type: message/rfc822',
    '',
    'Subject: x',
    '',
    '--B1/out.example.org--',
    '',
  ];
  const at = new Date('2026-11-22T15:00:00Z');

  test('is read: whose message, the status, the answer and of which server', async () => {
    expect(readBounce(Buffer.from(report.join('\r\n')), at)).toEqual({
      tokens: [token],
      bounce: {
        action: 'failed',
        status: '5.7.1',
        diagnostic: '554 5.7.1 <x>: Relay access denied',
        remoteMta: 'mx.elsewhere.example',
        reportingMta: 'out.example.org',
        receivedAt: '2026-11-22T15:00:00.000Z',
      },
    });
  });

  test('that is none, or about no message of ours, is left alone', async () => {
    const text = report.join('\r\n');
    expect(readBounce(Buffer.from(text.replaceAll(token, 'someone')), at)).toBeNull();
    const person = text
      .replace('multipart/report', 'multipart/mixed')
      .replace(/^From: .*$/m, 'From: a@b.example');
    expect(readBounce(Buffer.from(person), at)).toBeNull();
  });

  test.each([
    [
      'qmail',
      'MAILER-DAEMON@a.example',
      'failure notice',
      '<x@y.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 unknown',
      '5.1.1',
    ],
    [
      'Exim',
      'Mail Delivery System <Mailer-Daemon@a.example>',
      'Mail delivery failed: returning message to sender',
      '  x@y.example\n    SMTP error: 550 No such user here',
      null,
    ],
    [
      'Yahoo',
      'MAILER-DAEMON@yahoo.com',
      'Failure Notice',
      'Sorry, we were unable to deliver.\n554: delivery error: dd no account [-5] - mta',
      null,
    ],
    [
      'Exchange',
      'postmaster@a.example',
      'Undeliverable: Vigie test message',
      "Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound'",
      '5.1.10',
    ],
  ])('in the prose of %s is read by its token', (_server, from, subject, prose, status) => {
    const body = `Content-Type: text/plain\r\n\r\n${prose}\r\n\r\n--- Below is a copy ---\r\n\r\nX-Vigie-Token: ${token}\r\n`;
    const bounce = readBounce(Buffer.from(`From: ${from}\r\nSubject: ${subject}\r\n${body}`), at);
    expect(bounce).toMatchObject({ tokens: [token], bounce: { action: 'failed', status } });
    const delayed = readBounce(
      Buffer.from(`From: ${from}\r\nSubject: Warning: message delayed\r\n${body}`),
      at,
    );
    expect(delayed?.bounce.action).toBe('delayed');
  });

  test.each([
    [
      'from nobody',
      'Return-Path: <>\r\nFrom: <a@b.example>\r\nSubject: E',
      'Your message did not reach its recipient.',
    ],
    [
      'with an encoded subject',
      `From: MAILER-DAEMON@b.example\r\nSubject: =?iso-2022-jp?B?${Buffer.from('Returned mail: User unknown').toString('base64')}?=`,
      'See below.',
    ],
    ['from a daemon without a name', 'From: <>\r\nSubject: Delivery Status', 'x'],
    [
      'with another subject',
      'From: post_master@b.example\r\nSubject: Re:Test',
      'Error: 550 - no such user here',
    ],
    [
      'of Amazon, in JSON',
      'From: x <no-reply@sns.amazonaws.com>\r\nSubject: AWS Notification Message',
      '{"notificationType":"Bounce","bounce":{"status":"5.1.1"}}',
    ],
    [
      'of a server that writes as no-reply and returns the message',
      'From: no-reply@one.example\r\nSubject: a notice\r\nContent-Type: multipart/mixed; boundary="b"',
      '--b\r\nContent-Type: text/plain\r\n\r\nCould not be delivered to: <a@b.example>\r\n--b\r\nContent-Type: message/rfc822\r\n',
    ],
  ])('in prose %s is read by its token', (_how, header, prose) => {
    const raw = Buffer.from(`${header}\r\n\r\n${prose}\r\n${token}\r\n`);
    expect(readBounce(raw, at)).toMatchObject({ tokens: [token], bounce: { action: 'failed' } });
  });

  test.each([
    ['an automatic reply', 'Return-Path: <>\r\nAuto-Submitted: auto-replied', 'I could not read this.'],
    [
      'one of Exchange',
      'Return-Path: <>\r\nX-MS-Exchange-Inbox-Rules-Loop: a@b.example',
      'Delivery: could not say.',
    ],
    [
      'a newsletter of a no-reply address',
      'From: no-reply@one.example\r\nSubject: news\r\nContent-Type: multipart/mixed; boundary="b"',
      '--b\r\nContent-Type: text/plain\r\n\r\nAll is well.\r\n--b--',
    ],
    [
      'a test message of a no-reply address with an attachment',
      `From: no-reply@one.example\r\nSubject: Vigie test message ${token}\r\nContent-Type: multipart/mixed; boundary="b"`,
      '--b\r\nContent-Type: text/plain\r\n\r\nA relay that could not be seen.\r\n--b--',
    ],
    ['another message from nobody', 'Return-Path: <>\r\nSubject: news', 'All is well.'],
    ['a notification of a delivery', 'From: no-reply@sns.amazonaws.com', '{"notificationType":"Delivery"}'],
  ])('is not %s', (_what, header, prose) => {
    expect(readBounce(Buffer.from(`${header}\r\n\r\n${prose}\r\n${token}\r\n`), at)).toBeNull();
  });

  test.each(['disposition-notification', 'feedback-report'])('is not a report of the type %s', (type) => {
    const text = report.join('\r\n').replace('report-type=delivery-status', `report-type=${type}`);
    expect(readBounce(Buffer.from(text), at)).toBeNull();
    expect(unreadableBounce(Buffer.from(text), token, at)).toBeNull();
  });

  test('that cannot be read is one by the return path that it came to; an automatic answer is none', () => {
    const prose = `Subject: hello\r\n\r\nYour mail was rejected.\r\n`;
    expect(unreadableBounce(Buffer.from(prose), token, at)).toMatchObject({
      tokens: [token],
      bounce: { action: 'failed', status: null },
    });
    expect(unreadableBounce(Buffer.from(`Auto-Submitted: auto-replied\r\n${prose}`), token, at)).toBeNull();
  });

  test('that only says "delayed" does not end the wait', async () => {
    const waiting = new Waiting();
    const delayed = readBounce(
      Buffer.from(report.join('\r\n').replace('Action: failed', 'Action: delayed')),
      at,
    );
    waiting.expect(token);
    waiting.deliver(token, { kind: 'bounce', raw: Buffer.alloc(0), report: delayed! });
    const message = { kind: 'message', raw: Buffer.from('x'), hop: null, at: 0, receivedAt: at } as const;
    waiting.deliver(token, message);
    expect(await waiting.arrival(token, AbortSignal.timeout(1000))).toBe(message);
    expect(await waiting.arrival(newToken('mail'), AbortSignal.abort())).toBeNull();
  });
});

describe('keys', () => {
  test('are the same key as record, as PEM, and in PKCS#1', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = keyOfPem(publicKey.export({ type: 'spki', format: 'pem' }));
    const pkcs1 = publicKey.export({ type: 'pkcs1', format: 'der' }).toString('base64');
    expect(pem.bits).toBe(2048);
    expect(keyOfRecord(recordOfKey(pem))?.der.equals(pem.der)).toBe(true);
    expect(keyOfRecord(`k=rsa; p=${pkcs1.slice(0, 100)} ${pkcs1.slice(100)}`)?.der.equals(pem.der)).toBe(
      true,
    );
    const ed = keyOfPem(generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }));
    expect(keyOfRecord(recordOfKey(ed))).toMatchObject({ algorithm: 'ed25519', bits: 256 });
  });

  test('that are revoked, unknown or damaged are none', () => {
    for (const record of ['v=DKIM1; p=', 'v=DKIM1; k=dsa; p=AAAA', 'v=DKIM1; p=AAAA', 'something else']) {
      expect(keyOfRecord(record)).toBeNull();
    }
  });
});

test('queue ids are read from the answers of servers', () => {
  expect(queueIdOf('250 2.0.0 Ok: queued as D5257988429')).toBe('D5257988429');
  expect(queueIdOf('250 OK id=1r5abc-000123-Xy')).toBe('1r5abc-000123-Xy');
  expect(queueIdOf('250 2.0.0 Message queued with id 18bf1a')).toBe('18bf1a');
  expect(queueIdOf('250 2.0.0 fine')).toBeNull();
  expect(queueIdOf(null)).toBeNull();
});

describe('the configuration', () => {
  const sound = {
    submission: { host: 'out.example.org', user: 'u', password: 'p' },
    senders: ['probe@example.org'],
    receive: { mx: { listen: ':25', domain: 'probe.example' } },
  };
  const messages = (changes: object) =>
    mailOptions
      .safeParse({ ...sound, ...changes })
      .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

  test('needs little, and has its defaults', () => {
    const options = mailOptions.parse(sound);
    expect(options).toMatchObject({
      submission: { port: 587, tls: 'starttls' },
      senders: [{ address: 'probe@example.org' }],
      receive: { mx: { listen: { host: '0.0.0.0', port: 25 } }, within: 60_000 },
      expect: { minBits: 2048, policy: 'reject' },
      probes: { stranger: true },
    });
    expect(JSON.stringify(options)).not.toContain('"p"');
    expect(
      mailOptions.parse({ ...sound, submission: { ...sound.submission, port: 465 } }).submission.tls,
    ).toBe('implicit');
  });

  test('says what is wrong with it', () => {
    expect(messages({ receive: {} })).toEqual(['receive: expected either mx or imap, not both']);
    expect(messages({ submission: { host: 'out.example.org' } })).toEqual([
      'senders.0: expected a user and a password, here or in submission: mail is submitted only with a login',
    ]);
    expect(messages({ senders: [] })).toEqual(['senders: expected at least one sender']);
    expect(messages({ colour: 'red' })?.[0]).toContain('colour');
  });
});
