import { describe, expect, it } from 'vitest';
import { redact, redactedJson } from '../../../../src/checks/call/page/redact.ts';

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
});
