/** Received lines as servers write them, and the hop that is read from them. */
import { describe, expect, test } from 'vitest';
import { hopFromHeaders, receivedHosts } from '../../../src/checks/mail/hop.ts';
import { readReceived } from '../../../src/checks/mail/received.ts';
import { threadMs } from '../../support/cpu-time.ts';

const IP = '203.0.113.7';
const HELO = 'out.example.org';

const SERVERS: readonly (readonly [server: string, line: string, encrypted: boolean | null])[] = [
  [
    'postfix',
    `from ${HELO} (out.example.org [${IP}]) (using TLSv1.3 with cipher X (256/256 bits)) by mx.b.example (Postfix) with ESMTPS id 4X`,
    true,
  ],
  [
    'postfix, unencrypted',
    `from ${HELO} (unknown [${IP}]) by mx.b.example (Postfix) with ESMTP id 4X`,
    false,
  ],
  [
    'Exim',
    `from ${HELO} ([${IP}]) by mx.b.example with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.97) (envelope-from <a@b.example>) id 1abc`,
    true,
  ],
  [
    'Exim, HELO of another name',
    `from rdns.example.org ([${IP}]:41234 helo=${HELO}) by mx.b.example with esmtp (Exim 4.97) id 1abc`,
    false,
  ],
  [
    'sendmail',
    `from ${HELO} (rdns.example.org [${IP}] (may be forged)) by mx.b.example (8.18.1/8.18.1) with ESMTPS id 4A (version=TLSv1.3 cipher=X)`,
    true,
  ],
  [
    'OpenSMTPD',
    `from ${HELO} (rdns.example.org [${IP}]) by mx.b.example (OpenSMTPD) with ESMTPS id 1a2b (TLSv1.3:TLS_AES_256_GCM_SHA384:256:NO)`,
    true,
  ],
  [
    'qmail',
    `from rdns.example.org (HELO ${HELO}) (${IP}) by mx.b.example with SMTP; 22 Nov 2026 15:00:00 -0000`,
    null,
  ],
  [
    'qmail with TLS',
    `from unknown (HELO ${HELO}) (mail@${IP}) by mx.b.example with (TLS_AES_256_GCM_SHA384 encrypted) SMTP`,
    true,
  ],
  [
    'Exchange',
    `from ${HELO} (${IP}) by mx.b.example (10.0.0.5) with Microsoft SMTP Server (version=TLS1_2, cipher=X) id 15.2.1544.4`,
    true,
  ],
  ['Exchange of old', `from ${HELO} ([${IP}]) by mx.b.example with Microsoft SMTPSVC(6.0.3790.0)`, null],
  [
    'Gmail',
    `from ${HELO} (rdns.example.org. [${IP}]) by mx.b.example with ESMTPS id a1-2 for <x@b.example> (version=TLS1_3 cipher=X bits=256/256)`,
    true,
  ],
  ['Yahoo', `from ${IP} (EHLO ${HELO}) by mx.b.example with SMTPs (version=TLS1_3 cipher=X)`, true],
  [
    'Stalwart',
    `from ${HELO} (rdns.example.org [${IP}]) (using TLSv1.3 with cipher TLS13_AES_256_GCM_SHA384) by mx.b.example (Stalwart SMTP) with ESMTPS id 3F`,
    true,
  ],
  [
    'Maddy',
    `from ${HELO} (rdns.example.org [${IP}]) by mx.b.example (envelope-sender <a@b.example>) with UTF8ESMTPS id 1f`,
    true,
  ],
  [
    'James',
    `from ${IP} (EHLO ${HELO}) ([${IP}]) by mx.b.example (JAMES SMTP Server ) with ESMTP ID 1`,
    false,
  ],
  [
    'CommuniGate',
    `from [${IP}] (HELO ${HELO}) by mx.b.example (CommuniGate Pro SMTP 6.3) with ESMTPS id 9`,
    true,
  ],
  ['XMail', `from ${HELO} (${IP}:23198) by mx.b.example with [XMail 1.27 ESMTP Server] id <S7>`, null],
  [
    'Cisco',
    `from unknown (HELO ${HELO}) ([${IP}]) by mx.b.example with ESMTP/TLS/TLS_AES_256_GCM_SHA384`,
    true,
  ],
  ['Kundenserver', `from [${IP}] (helo=${HELO}) by mx.b.example with ESMTP (Nemesis), id 0M`, false],
];

/** The version of TLS, where the server writes it down. */
const TLS: Readonly<Record<string, string>> = {
  postfix: 'TLSv1.3',
  Exim: 'TLSv1.3',
  sendmail: 'TLSv1.3',
  OpenSMTPD: 'TLSv1.3',
  Exchange: 'TLSv1.2',
  Gmail: 'TLSv1.3',
  Yahoo: 'TLSv1.3',
  Stalwart: 'TLSv1.3',
};

describe('a Received line', () => {
  test.each(SERVERS)('of %s', (server, line, encrypted) => {
    expect(readReceived(line)).toEqual({
      by: 'mx.b.example',
      clientIp: IP,
      helo: HELO,
      encrypted,
      tls: TLS[server] ?? null,
      smtp: true,
    });
  });

  test('of a client that claims another address has the one of the connection', () => {
    for (const line of [
      `from [198.51.100.9] (rdns.example.org [${IP}]) by mx.b.example with ESMTP`,
      `from unknown (HELO [198.51.100.9]) ([${IP}]) by mx.b.example with SMTP`,
      `from [${IP}] (account a@b.example HELO [198.51.100.9]) by mx.b.example with ESMTPSA`,
      `from by.example (rdns.example.org [${IP}]) by mx.b.example with ESMTP`,
    ])
      expect(readReceived(line)?.clientIp, line).toBe(IP);
    expect(readReceived('from a (a [IPv6:2001:db8::5]) by b with ESMTP')?.clientIp).toBe('2001:db8::5');
    expect(readReceived('from a (2001:db8::5) by b with Microsoft SMTP Server')?.clientIp).toBe(
      '2001:db8::5',
    );
    expect(readReceived('from a ([::ffff:203.0.113.7]) by b with esmtp')?.clientIp).toBe(IP);
  });

  test('that is none, or no hop over the network, is not taken for one', () => {
    expect(readReceived('(qmail 10681 invoked by uid 404); 14 Nov 2003 08:05:52 -0000')).toBeNull();
    expect(readReceived('by 2002:a05:7208:1234 with SMTP id a1; Sun, 22 Nov 2026 15:00:00 +0000')).toBeNull();
    expect(readReceived(`from a ([${IP}]) by b ${'x'.repeat(5000)}`)).toBeNull();
    for (const protocol of ['HTTP', 'LMTP id 1', 'IMAP (fetchmail-6.2.4)', 'POP3'])
      expect(readReceived(`from a (a [${IP}]) by b with ${protocol}`)?.smtp, protocol).toBe(false);
  });

  test('is read in linear time', () => {
    const begun = threadMs();
    for (const part of ['(', '[1.2.3.4', '(a@', ' by', 'HELO ', 'with (x) ', '(x) '])
      readReceived(`from ${part.repeat(Math.floor(3_900 / part.length))} by b with ESMTP`);
    expect(threadMs() - begun).toBeLessThan(200);
  });
});

describe('the hop into the large providers', () => {
  const message = (...received: string[]) =>
    Buffer.from(
      [
        'Return-Path: <probe@example.org>',
        ...received.map((line) => `Received: ${line}; Sun, 22 Nov 2026 15:00:00 +0000`),
        '',
        'text',
      ].join('\r\n'),
    );
  const forged = 'from x (x [198.51.100.9]) by mx.google.com with ESMTPS id 1';

  test('Gmail calls its servers otherwise than its MX records', () => {
    const raw = message(
      'by 2002:a05:7208:1234 with SMTP id a1',
      `from ${HELO} (rdns.example.org. [${IP}]) by mx.google.com with ESMTPS id a1`,
      forged,
    );
    const hop = hopFromHeaders(raw, ['gmail-smtp-in.l.google.com', 'alt1.gmail-smtp-in.l.google.com']);
    expect(hop).toEqual({
      clientIp: IP,
      helo: HELO,
      mailFrom: 'probe@example.org',
      encrypted: true,
      tls: null,
    });
    expect(hopFromHeaders(raw, ['mx.b.example'])).toBeNull();
  });

  test('Outlook hands a message on several times within', () => {
    const raw = message(
      'from A.eurprd05.prod.outlook.com (::1) by B.eurprd05.prod.outlook.com with HTTPS',
      'from C.prod.outlook.com (2603:10a6:20b::1) by A.eurprd05.prod.outlook.com (2603:10a6:803::2) with Microsoft SMTP Server (version=TLS1_2, cipher=X) id 15.20',
      'from AM6EUR05FT047.eop-eur05.prod.protection.outlook.com (2603:10a6:20b:cafe::e) by C.outlook.office365.com (2603:10a6:20b::1) with Microsoft SMTP Server (version=TLS1_2) id 15.20 via Frontend Transport',
      `from ${HELO} (${IP}) by AM6EUR05FT047.mail.protection.outlook.com (10.233.240.223) with Microsoft SMTP Server (version=TLS1_3, cipher=X) id 15.20`,
    );
    expect(hopFromHeaders(raw, ['b-example.mail.protection.outlook.com'])).toMatchObject({
      clientIp: IP,
      helo: HELO,
    });
    expect(receivedHosts(raw)).toHaveLength(4);
  });

  test('Yahoo writes down private addresses of its servers', () => {
    const raw = message(`from ${IP} (EHLO ${HELO}) by 10.217.150.13 with SMTPs (version=TLS1_3 cipher=X)`);
    expect(hopFromHeaders(raw, ['mta5.am0.yahoodns.net'])).toMatchObject({ clientIp: IP, encrypted: true });
  });
});
