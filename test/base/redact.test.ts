import { describe, expect, it } from 'vitest';
import { redact, redacted, redactedJson } from '../../src/base/redact.ts';

const JWT =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';

describe('what is kept for people', () => {
  it.each([
    [
      'a password of ICE',
      'a=ice-ufrag:8hhY\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\na=setup:actpass',
      'asd88fgpdd777uzjYhagZg',
    ],
    ['one in JSON', String.raw`{"sdp":"a=ice-pwd:asd88fgpdd777uzjYhagZg\r\n"}`, 'asd88fgpdd777uzjYhagZg'],
    [
      'an SRTP key',
      'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj',
      'd0RmdmcmV',
    ],
    ['a token', `joined with ${JWT}`, 'dozjgNryP4J3'],
    ['a token in a URL', `wss://meet.example.org/xmpp-websocket?room=a&token=s3cr3t`, 's3cr3t'],
    [
      'a password of the bridge channel',
      'wss://jvb.example.org/colibri-ws/default-id/ab/84af8055?pwd=3ja9qn',
      '3ja9qn',
    ],
    ['a fragment', 'https://meet.example.org/room#jwt=s3cr3t', 's3cr3t'],
    ['a user in a URL', 'https://user:s3cr3t@meet.example.org/', 's3cr3t'],
    [
      'a TURN service as XMPP has it',
      `<service type='turn' username='1763840000' password='tQ2b+s3cr3t='/>`,
      'tQ2b',
    ],
    ['a header', 'authorization: Bearer s3cr3t', 's3cr3t'],
    ['an option', '{"iceServers":[{"credential": "s3cr3t"}]}', 's3cr3t'],
    ['a TURN user name', '{"username":"s3cr3t-1763840000:alice"}', 's3cr3t'],
    ['a TURN user name in a sentence', 'allocating as 1763840000:s3cr3t failed', 's3cr3t'],
    ['JSON in JSON', String.raw`{"body":"{\"password\":\"s3cr3t\"}"}`, 's3cr3t'],
    ['JSON in JSON in JSON', JSON.stringify(JSON.stringify(JSON.stringify({ jwt: 's3cr3t' }))), 's3cr3t'],
    ['a password with a quote in it', '{"password":"ab\\"s3cr3t"}', 's3cr3t'],
    ['a password with blanks in it', '{"password":"my s3cr3t"}', 's3cr3t'],
    ['a cookie', 'Cookie: a=b; session=s3cr3t', 's3cr3t'],
    ['a cookie that is set', 'set-cookie: id=s3cr3t; Path=/; HttpOnly', 's3cr3t'],
    ['a cookie in a script', 'document.cookie = "id=s3cr3t"', 's3cr3t'],
    ['an access token', 'access_token=s3cr3t&expires_in=3600', 's3cr3t'],
    ['a refresh token', '{"refreshToken":"s3cr3t"}', 's3cr3t'],
    ['an id token in a fragment', 'https://meet.example.org/#id_token=s3cr3t', 's3cr3t'],
    ['a jwt in an option', "{ jwt: 's3cr3t' }", 's3cr3t'],
    ['a header for a proxy', 'Proxy-Authorization: Basic dXNlcjpzM2NyM3Q=', 'dXNlcjpz'],
    ['digest authentication', 'Authorization: Digest username="a", nonce="b", response="s3cr3t"', 's3cr3t'],
    ['a header in JSON', '{"Authorization":"Bearer s3cr3t"}', 's3cr3t'],
    ['a header in an array', '["Authorization: token s3cr3t"]', 's3cr3t'],
    ['a header of its own', 'X-Auth-Token: s3cr3t', 's3cr3t'],
    ['a key of an API', 'x-api-key: s3cr3t', 's3cr3t'],
    ['a client secret', 'client_secret=s3cr3t', 's3cr3t'],
    ['a bearer in a sentence', 'sent Bearer s3cr3t-abcdef twice', 's3cr3t'],
    ['a user with a password in a URL', 'amqp://u:p@s3cr3t@mq.example.org/', 's3cr3t'],
    ['a signed URL', 'https://s3.example.org/x?X-Amz-Signature=s3cr3t', 's3cr3t'],
    ['an encoded URL', 'https://sso.example.org/?next=%2Froom%3Fjwt%3Ds3cr3t', 's3cr3t'],
    [
      'SASL in XMPP',
      `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AHVzZXIAczNjcjN0</auth>`,
      'AHVzZXI',
    ],
    [
      'an answer of SASL',
      `<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>biwsbj11c2VyLHI9</response>`,
      'biwsbj',
    ],
    ['ICE in Jingle', `<transport ufrag='8hhY' pwd='asd88fgpdd777uzjYhagZg'/>`, 'asd88'],
    ['an element', '<password>s3cr3t</password>', 's3cr3t'],
    ['AUTH PLAIN', 'C: AUTH PLAIN AHVzZXIAczNjcjN0', 'AHVzZXI'],
    ['AUTH LOGIN', 'AUTH LOGIN\r\n334 VXNlcm5hbWU6\r\nczNjcjN0\r\n235 ok', 'czNjcjN0'],
    ['AUTHENTICATE', 'a1 AUTHENTICATE PLAIN AHVzZXIAczNjcjN0', 'AHVzZXI'],
    ['LOGIN', 'A1 LOGIN user s3cr3t', 's3cr3t'],
    ['a bind', 'bind cn=vigie,dc=example with password=s3cr3t', 's3cr3t'],
    ['an option of a program', 'ldapsearch --password s3cr3t', 's3cr3t'],
    ['a mailer', "auth: { user: 'u', pass: 's3cr3t' }", 's3cr3t'],
    ['an encrypted token', 'eyJhbGciOi.s3cr3t.c.d.e', 's3cr3t'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIEs3cr3t\n-----END RSA PRIVATE KEY-----', 's3cr3t'],
    ['a key of a cloud', 'AKIAIOSFODNN7EXAMPLE was refused', 'AKIAIOSF'],
    ['an id of a session', 'JSESSIONID=s3cr3t', 's3cr3t'],
  ])('is without %s', (_, text, secret) => {
    expect(text).toContain(secret);
    expect(redact(text)).not.toContain(secret);
    expect(redact(text)).toContain('[redacted]');
  });

  it.each([
    'a=ice-ufrag:8hhY\r\na=fingerprint:sha-256 4A:AD:B9:B1:3F',
    'candidate:842163049 1 udp 1677729535 192.0.2.7 46154 typ srflx raddr 10.0.0.2 rport 46154 generation 0 ufrag 8hhY',
    'turn:turn.example.org:443?transport=tcp',
    'wss://meet.example.org/xmpp-websocket?room=vigie-4k2j9',
    'token bucket is empty, 12 tokens',
    '250-AUTH PLAIN LOGIN CRAM-MD5',
    'meet  PASS  all 12 streams arrive',
    'pass: 12, fail: 0',
    'the token: null',
    'v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCB',
    '<body>hello</body>',
    'Basic authentication is refused',
    '2026-11-22T15:00:07.000Z [error] [modules/xmpp] <Ka.onerror>: no answer',
  ])('is as it was where nothing is secret: %s', (text) => expect(redact(text)).toBe(text));

  it('loses what stands under the name of a secret, at any depth', () => {
    const text = redactedJson({
      iceServers: [
        { urls: ['turn:turn.example.org?transport=udp'], username: '1763840000:u', credential: 'tQ2b' },
      ],
      iceTransportPolicy: 'all',
      token: null,
    });
    expect(JSON.parse(text)).toEqual({
      iceServers: [
        { urls: ['turn:turn.example.org?transport=udp'], username: '[redacted]', credential: '[redacted]' },
      ],
      iceTransportPolicy: 'all',
      token: null,
    });
  });

  it('loses whole structures under the name of a secret, and keeps what is none', () => {
    expect(
      redacted({ credentials: { id: 'a', n: 7, ok: true }, tokens: 3, list: ['jwt=s3cr3t'], pass: 2 }),
    ).toEqual({
      credentials: { id: '[redacted]', n: '[redacted]', ok: true },
      tokens: 3,
      list: ['jwt=[redacted]'],
      pass: 2,
    });
  });
});

/** Each would take a rule minutes that begins anew wherever it may. */
const LONG = [
  'eyJ-',
  '-eyJ',
  'a-',
  '//a',
  '/',
  '?a',
  '<auth ',
  '<a:',
  'AUTH PLAIN ',
  'password',
  'password=',
  'password:"',
  'password \\',
  '\\"',
  'a=crypto:1 ',
  '334 ',
  '334 \n',
  'A1 LOGIN ',
  'Basic ',
  'Basic a',
  '1763840000:',
  '-----BEGIN PRIVATE KEY-----',
  '%3D',
  'token  ',
  ' ',
];

describe('long texts', () => {
  it.each(LONG)('of %j take a time in proportion to their length', (part) => {
    const time = (length: number) => {
      const text = part.repeat(length / part.length);
      const start = performance.now();
      redact(text);
      return performance.now() - start;
    };
    const short = Math.min(time(40_000), time(40_000));
    // Sixteen times as long. A rule that is not linear takes minutes for it, whoever else is busy on this machine.
    const ratio = time(640_000) / Math.max(short, 10);
    expect(ratio).toBeLessThan(100);
  });
});
