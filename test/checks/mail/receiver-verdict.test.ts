/** What receivers write into Authentication-Results: the forms of today's large ones, and forged ones among them. */
import { describe, expect, test } from 'vitest';
import { receiverFindings } from '../../../src/checks/mail/findings-authentication.ts';
import { headerOf } from '../../../src/checks/mail/header.ts';
import { readAuthenticationResults, receiverVerdict } from '../../../src/checks/mail/receiver-verdict.ts';
import { threadMs } from '../../support/cpu-time.ts';
import { aMessage } from '../../support/history/results.ts';

const domain = 'example.org';
const FORGED = (id: string) =>
  `Authentication-Results: ${id}; dkim=pass header.d=${domain}; spf=pass; dmarc=pass`;
/** What a message has when it comes to a receiver. */
const SENT = [
  'Received: from laptop (laptop [192.0.2.7]) by out.example.org (Postfix) with ESMTPSA id 4A',
  'DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=smtp; h=from; bh=AAAA; b=BBBB',
  'From: <probe@example.org>',
];
const verdict = (lines: readonly string[], trusted: readonly string[], authservIds?: readonly string[]) =>
  receiverVerdict(headerOf(Buffer.from([...lines, '', 'text'].join('\r\n'))), {
    trusted,
    authservIds,
    domain,
  });

const GMAIL = ['gmail-smtp-in.l.google.com'];
const gmail = (results: string) => [
  'Delivered-To: probe@gmail.com',
  'Received: by 2002:a05:7208:1234:b0:1 with SMTP id a1; Sat, 28 Nov 2026 10:00:00 -0800 (PST)',
  'ARC-Authentication-Results: i=1; mx.google.com; dkim=pass header.i=@example.org',
  'Return-Path: <probe@example.org>',
  'Received: from out.example.org (out.example.org. [198.51.100.25]) by mx.google.com with ESMTPS id a1 for <probe@gmail.com> (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256)',
  'Received-SPF: pass (google.com: domain of probe@example.org designates 198.51.100.25 as permitted sender) client-ip=198.51.100.25;',
  `Authentication-Results: mx.google.com;\r\n       ${results}`,
];
const PASSES =
  'dkim=pass header.i=@example.org header.s=smtp header.b=lhk5qU4z;\r\n       spf=pass (google.com: domain of probe@example.org designates 198.51.100.25 as permitted sender) smtp.mailfrom=probe@example.org;\r\n       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.org';
const passed = { dkim: 'pass', spf: 'pass', dmarc: 'pass', arc: null };

describe('large receivers', () => {
  test('Gmail writes below its own Received line', () => {
    expect(verdict([...gmail(PASSES), ...SENT], GMAIL)).toEqual({ authservId: 'mx.google.com', ...passed });
  });

  test('Exchange Online leaves its name out', () => {
    const lines = [
      'Received: from C.outlook.office365.com (2603:10a6:20b::1) by D.prod.outlook.com (2603:10a6:803::2) with HTTPS',
      'Received: from out.example.org (198.51.100.25) by AM6EUR05FT047.mail.protection.outlook.com (10.233.240.223) with Microsoft SMTP Server (version=TLS1_3, cipher=X) id 15.20',
      'Authentication-Results: spf=pass (sender IP is 198.51.100.25) smtp.mailfrom=example.org; dkim=pass (signature was verified) header.d=example.org;dmarc=pass action=none header.from=example.org;compauth=pass reason=100',
      'Received-SPF: Pass (protection.outlook.com: domain of example.org designates 198.51.100.25 as permitted sender)',
      ...SENT,
    ];
    expect(verdict(lines, ['b-example.mail.protection.outlook.com'])).toEqual({
      authservId: null,
      ...passed,
    });
    // Of another server such a field is nobody's.
    expect(verdict([...gmail(PASSES).slice(0, 6), lines[2]!, ...SENT], GMAIL)).toBeNull();
  });

  test('Yahoo writes no space before its comments, and `unknown`', () => {
    const lines = (results: string) => [
      'Received: from 10.222.142.150 by atlas206.free.mail.ne1.yahoo.com with HTTPS; Sat, 28 Nov 2026 15:36:02 +0000',
      `Authentication-Results: atlas206.free.mail.ne1.yahoo.com;\r\n ${results}`,
      'X-Apparently-To: probe@yahoo.com; Sat, 28 Nov 2026 15:36:02 +0000',
      'Received: from 198.51.100.25 (EHLO out.example.org) by 10.217.150.13 with SMTPs (version=TLS1_3 cipher=X)',
      ...SENT,
    ];
    const its = 'atlas206.free.mail.ne1.yahoo.com';
    const mx = ['mta5.am0.yahoodns.net'];
    const good =
      'dkim=pass header.i=@example.org header.s=smtp;\r\n spf=pass smtp.mailfrom=example.org;\r\n dmarc=pass(p=REJECT,sp=REJECT) header.from=example.org;';
    expect(verdict(lines(good), mx)).toEqual({ authservId: its, ...passed });
    const bad =
      'dkim=unknown;\r\n spf=none smtp.mailfrom=example.org;\r\n dmarc=unknown header.from=example.org;';
    expect(verdict(lines(bad), mx)).toMatchObject({ dkim: 'unknown', spf: 'none', dmarc: 'unknown' });
  });

  test('Proton writes a field for each mechanism', () => {
    const lines = [
      'Delivered-To: probe@proton.me',
      'Authentication-Results: mail.protonmail.ch; dkim=pass (Good 2048 bit\r\n    rsa-sha256 signature) header.d=example.org header.a=rsa-sha256',
      'Authentication-Results: mail.protonmail.ch; dmarc=pass (p=reject dis=none)\r\n header.from=example.org',
      'Authentication-Results: mail.protonmail.ch; spf=pass smtp.mailfrom=example.org',
      'Authentication-Results: mail.protonmail.ch; arc=none smtp.remote-ip=198.51.100.25',
      'Received: from out.example.org (out.example.org [198.51.100.25]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) by mailin043.protonmail.ch (Postfix) with ESMTPS id 1',
      ...SENT,
    ];
    const its = { authservId: 'mail.protonmail.ch', ...passed, arc: 'none' };
    expect(verdict(lines, ['mail.protonmail.ch', 'mailsec.protonmail.ch'])).toEqual(its);
  });

  test('iCloud writes a field for each mechanism, each with a name of its own', () => {
    const lines = [
      'Received: from out.example.org (out.example.org [198.51.100.25]) by st43p00im-qukt05021701.me.com (Postfix) with ESMTPS id EC1AC39C0207',
      'Authentication-Results: bimi.icloud.com; bimi=skipped reason="insufficient dmarc"',
      'Authentication-Results: arc.icloud.com; arc=none',
      'Authentication-Results: dmarc.icloud.com; dmarc=pass header.from=example.org',
      'Authentication-Results: dkim-verifier.icloud.com;\r\n\tdkim=pass (2048-bit key) header.d=example.org header.i=@example.org header.b=XubAwo48',
      'Authentication-Results: spf.icloud.com; spf=pass (spf.icloud.com: domain of probe@example.org designates 198.51.100.25 as permitted sender) smtp.mailfrom=probe@example.org',
      ...SENT,
    ];
    expect(verdict(lines, ['mx01.mail.icloud.com'])).toMatchObject({ ...passed, arc: 'none' });
  });

  test('others write the name of their MX host, or the configured one', () => {
    const lines = (id: string) => [
      `Authentication-Results: ${id}; dkim=pass header.d=example.org; dmarc=pass`,
      'Received: from out.example.org (out.example.org [198.51.100.25]) by mx.b.example (Postfix) with ESMTPS id 1',
      ...SENT,
    ];
    const its = { ...passed, spf: null };
    expect(verdict(lines('mx.b.example'), ['mx.b.example'])).toEqual({ authservId: 'mx.b.example', ...its });
    expect(verdict(lines('filter.b.example'), ['mx.b.example'])).toBeNull();
    expect(verdict(lines('Filter.b.example'), ['mx.b.example'], ['filter.b.example'])).toMatchObject(its);
    expect(verdict(lines('mx.b.example'), ['mx.b.example'], ['filter.b.example'])).toBeNull();
    expect(verdict(lines('mx.b.example'), [])).toBeNull();
  });
});

describe('forged fields', () => {
  const fails = PASSES.replaceAll('=pass', '=fail');

  test('among what the message had when it came', () => {
    const [received, ...rest] = SENT;
    for (const lines of [
      [...gmail(fails), FORGED('mx.google.com'), ...SENT],
      [...gmail(fails), received!, FORGED('mx.google.com'), ...rest],
    ])
      expect(verdict(lines, GMAIL)).toMatchObject({ dkim: 'fail', spf: 'fail', dmarc: 'fail' });
  });

  test('where the receiver wrote none', () => {
    const [received, ...rest] = SENT;
    const none = gmail('').slice(0, 6);
    expect(verdict([...none, received!, FORGED('mx.google.com'), ...rest], GMAIL)).toBeNull();
    expect(verdict([...none, ...rest, FORGED('mx.google.com')], GMAIL)).toBeNull();
  });

  test('with the name of another', () => {
    expect(verdict([FORGED('mx.evil.example'), ...gmail(fails), ...SENT], GMAIL)).toMatchObject({
      dmarc: 'fail',
    });
  });
});

describe('the form of RFC 8601', () => {
  test('comments nest, quotation marks hide semicolons, versions stand between', () => {
    const value =
      'mx.b.example 1 (a (b; dkim=fail) c); dkim = pass (good; really) reason="as; it is" header.d=Example.ORG; spf/1=softfail; none';
    expect(readAuthenticationResults(value)).toEqual({
      authservId: 'mx.b.example',
      results: [
        { mechanism: 'dkim', result: 'pass', domain },
        { mechanism: 'spf', result: 'softfail', domain: null },
      ],
    });
  });

  test('of several signatures that of the author counts', () => {
    const results = 'dkim=pass header.i=@other.example; dkim=fail header.i=@example.org; dmarc=fail';
    expect(verdict([...gmail(results), ...SENT], GMAIL)).toMatchObject({ dkim: 'fail' });
    const both = 'dkim=fail header.d=example.org; dkim=pass header.d=example.org';
    expect(verdict([...gmail(both), ...SENT], GMAIL)).toMatchObject({ dkim: 'pass' });
  });

  test('hostile ones take no time', () => {
    const begun = threadMs();
    for (const part of ['(', '"', '\\', 'dkim=', 'header.d=@', ';', 'a '])
      readAuthenticationResults(part.repeat(4_000).slice(0, 4_000));
    expect(threadMs() - begun).toBeLessThan(200);
  });
});

test('where the receiver does not authenticate what passes here is a finding by its weight', () => {
  const ids = (receiver: Partial<Record<'dkim' | 'spf' | 'dmarc', string>>) => {
    const said = { authservId: null, dkim: null, spf: null, dmarc: null, arc: null, ...receiver };
    const message = { ...aMessage(domain), receiver: said };
    return receiverFindings({ message, receivedBy: 'gmail.com' }).map(({ cause, outcome }) => [
      outcome,
      'mechanism' in cause && cause.mechanism,
    ]);
  };
  expect(ids({ dkim: 'pass', spf: 'pass', dmarc: 'pass' })).toEqual([]);
  expect(ids({ dmarc: 'fail' })).toEqual([['fail', 'dmarc']]);
  expect(ids({ dkim: 'neutral', spf: 'softfail' })).toEqual([
    ['degraded', 'dkim'],
    ['degraded', 'spf'],
  ]);
  expect(ids({ dkim: 'temperror', dmarc: 'unknown' })).toEqual([
    ['pass', 'dkim'],
    ['pass', 'dmarc'],
  ]);
});
