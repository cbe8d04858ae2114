/** What a message in a mailbox is, by its header. */
import { expect, test } from 'vitest';
import { headerOf } from '../../../src/checks/mail/header.ts';
import { sortMessage } from '../../../src/checks/mail/sorting.ts';
import { newToken } from '../../../src/checks/mail/token.ts';

const token = newToken('mail');
const sort = (...lines: string[]) => sortMessage(headerOf(Buffer.from([...lines, '', 'text'].join('\r\n'))));
const ours = { kind: 'message', token };

test('a test message is known by its own field, by a recipient, or by its subject', () => {
  expect(sort(`X-Vigie-Token: ${token}`, 'Subject: x')).toEqual(ours);
  expect(sort('Subject: x', `To: <probe+${token}@b.example>`)).toEqual(ours);
  expect(sort('Subject: x', 'To: <probe@b.example>', `Delivered-To: probe+${token}@b.example`)).toEqual(ours);
  expect(sort(`Subject: [SPAM] Vigie test message ${token}`, 'Return-Path: <a@b.example>')).toEqual(ours);
  expect(sort(`Subject: SPAM: Vigie test message ${token}`)).toEqual(ours);
  expect(sort('Subject: Vigie test message', 'To: <probe@b.example>')).toEqual({ kind: 'other' });
});

test('an answer to one is none', () => {
  const subject = `Vigie test message ${token}`;
  for (const lines of [
    [`Subject: Re: ${subject}`],
    [`Subject: AW: ${subject}`],
    [`Subject: Automatic reply: ${subject}`],
    [`Subject: =?utf-8?Q?R=C3=A9ponse_automatique=C2=A0:?= ${subject}`, 'Auto-Submitted: auto-generated'],
    [`Subject: Abwesend: ${subject}`],
    [`Subject: Lu : ${subject}`],
    [`Subject: ${subject}`, 'Content-Type: multipart/report; report-type=disposition-notification'],
    [`Subject: ${subject}`, 'Content-Type: multipart/report; report-type=feedback-report'],
    [`Subject: ${subject}`, 'Auto-Submitted: auto-replied (vacation)'],
    [`Subject: ${subject}`, `In-Reply-To: <${token}@one.example>`],
  ])
    expect(sort(...lines), lines.join()).toEqual({ kind: 'other' });
});

test('a bounce is known by its form, or by coming from nobody to a return path', () => {
  const to = `To: bounce+${token}@one.example`;
  expect(sort('Content-Type: multipart/report; report-type=delivery-status', to)).toEqual({ kind: 'report' });
  expect(sort('From: MAILER-DAEMON@b.example', 'Subject: failure notice', to)).toEqual({ kind: 'report' });
  expect(sort('Return-Path: <>', 'Subject: your mail', to)).toEqual({ kind: 'report' });
});
