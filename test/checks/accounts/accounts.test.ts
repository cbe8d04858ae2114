import { createHmac, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { credentialsOf, jidOf } from '../../../src/checks/accounts/credentials.ts';
import { account } from '../../../src/checks/accounts/options.ts';
import { type Refusal, refusedAccount } from '../../../src/checks/accounts/refusal.ts';
import { readToken } from '../../../src/checks/accounts/token.ts';
import { accountWords } from '../../../src/checks/accounts/words/index.ts';
import { scram } from '../../../src/checks/signaling/xmpp/sasl.ts';
import { keys, rsa } from '../../support/accounts.ts';

const NOW = Date.UTC(2026, 10, 28, 12);
const parse = (written: unknown) => account.parse(written);
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());

async function tokenOf(written: object): Promise<string> {
  const made = await credentialsOf(parse(written), 'vigie-1', NOW);
  if (!('kind' in made) || made.kind !== 'token') throw new Error(JSON.stringify(made));
  return made.token;
}

describe('an account', () => {
  it('is one of four, and whole', () => {
    expect(parse({ user: 'host', password: 'x' })).toMatchObject({ kind: 'password', user: 'host' });
    expect(parse({ token: 'a.b.c' })).toMatchObject({ kind: 'given' });
    for (const [written, message] of [
      [{}, 'one of them'],
      [{ user: 'host' }, '"user" needs "password"'],
      [{ password: 'x' }, '"password" needs "user"'],
      [{ token: 'x', user: 'host', password: 'x' }, 'not several'],
      [{ mint: {} }, '"secret" (HS256) or "keyFile" (RS256)'],
      [{ mint: { secret: 'x', keyFile: '/k' } }, 'not both'],
      [{ mint: { secret: 'x', algorithm: 'RS256' } }, '"RS256" needs "keyFile"'],
    ] as const) {
      expect(JSON.stringify(account.safeParse(written).error?.issues)).toContain(
        message.replaceAll('"', '\\"'),
      );
    }
  });

  it('shows no secret where it is printed', () => {
    const plans = [parse({ user: 'host', password: 'hunter2' }), parse({ mint: { secret: 'hunter2' } })];
    expect(JSON.stringify(plans)).not.toContain('hunter2');
  });

  it('is a user of the deployment’s domain, or of its own', () => {
    expect(jidOf('host', 'meet.test')).toBe('host@meet.test');
    expect(jidOf('host@other.test', 'meet.test')).toBe('host@other.test');
  });
});

describe('a token', () => {
  it('is minted for the room of the run, with the claims that are wanted', async () => {
    const mint = {
      secret: 's',
      issuer: 'vigie',
      audience: 'jitsi',
      subject: 'meet.test',
      keyId: 'k1',
      lifetime: '5m',
      context: { user: { name: 'Vigie' } },
    };
    const token = await tokenOf({ mint });
    const [head, body, proof] = token.split('.');
    expect(JSON.parse(Buffer.from(head!, 'base64url').toString())).toEqual({
      typ: 'JWT',
      alg: 'HS256',
      kid: 'k1',
    });
    expect(claimsOf(token)).toEqual({
      iss: 'vigie',
      aud: 'jitsi',
      sub: 'meet.test',
      room: 'vigie-1',
      iat: NOW / 1000,
      nbf: NOW / 1000 - 10,
      exp: NOW / 1000 + 300,
      context: { user: { name: 'Vigie' } },
    });
    expect(proof).toBe(createHmac('sha256', 's').update(`${head}.${body}`).digest('base64url'));
  });

  it('is signed with a private key (RS256), which anybody with the public one can verify', async () => {
    const { keyFile, publicKey } = rsa();
    const token = await tokenOf({ mint: { keyFile, room: '*' } });
    const [head, body, proof] = token.split('.');
    const signed = Buffer.from(`${head}.${body}`);
    expect(verify('sha256', signed, createPublicKey(publicKey), Buffer.from(proof!, 'base64url'))).toBe(true);
    expect(readFileSync(keyFile, 'utf8')).toContain('PRIVATE');
  });

  it('says for which room it is, unless that is a pattern or every room', () => {
    const room = (claims: object) => readToken(keys.hs256(claims, 's'))?.room;
    expect(room({ room: 'weekly' })).toBe('weekly');
    expect(room({ room: '*' })).toBeNull();
    expect(room({ room: 'w.*', context: { room: { regex: true } } })).toBeNull();
    expect(room({})).toBeNull();
  });

  it('that is none, or a key that is none, is a fault of our own', async () => {
    const made = await credentialsOf(parse({ token: 'not a token' }), 'r', NOW);
    expect(made).toEqual({ id: 'account-unusable', why: 'not-a-jwt', path: null, reason: null });
    expect(readToken('a.b.c')).toBeNull();
    const missing = await credentialsOf(parse({ tokenFile: '/does/not/exist' }), 'r', NOW);
    expect(missing).toMatchObject({ id: 'account-unusable', why: 'file', reason: 'ENOENT' });
    const wrong = await credentialsOf(parse({ mint: { keyFile: '/etc/hostname' } }), 'r', NOW);
    expect(wrong).toMatchObject({ id: 'account-unusable', why: 'not-a-private-pem' });
    const long = await credentialsOf(
      parse({ mint: { secret: 's', context: { x: 'y'.repeat(8000) } } }),
      'r',
      NOW,
    );
    expect(long).toMatchObject({ id: 'account-unusable', why: 'too-long' });
  });
});

describe('a refused token', () => {
  const at = NOW;
  const refuse = (claims: object, more: Partial<Refusal>) => {
    const token = keys.hs256(claims, 's');
    const refusal = { domain: 'meet.test', room: 'r', said: null, at, frontAheadS: null, ...more };
    return refusedAccount({ kind: 'token', claims: readToken(token)! }, refusal);
  };
  const seconds = NOW / 1000;

  it('has expired, or is not valid yet, by our own clock', () => {
    expect(refuse({ exp: seconds - 60 }, {})).toMatchObject({
      id: 'jwt-expired',
      expiredAt: '2026-11-28T11:59:00.000Z',
    });
    expect(refuse({ nbf: seconds + 60 }, {})).toMatchObject({ id: 'jwt-not-yet-valid' });
  });

  it('shows how far clocks differ, where it is valid by ours', () => {
    const said = 'Not acceptable by exp (3000.0 sec since expired, valid for:600.0 sec)';
    expect(refuse({ exp: seconds + 600 }, { said })).toEqual({
      id: 'jwt-clock-skew',
      finds: 'expired',
      secondsAhead: 3600,
      said,
    });
    const early = 'Not acceptable by nbf';
    expect(refuse({ nbf: seconds - 10 }, { said: early, frontAheadS: -90.4 })).toMatchObject({
      id: 'jwt-clock-skew',
      finds: 'not-yet-valid',
      secondsAhead: -90,
    });
    expect(refuse({ nbf: seconds - 10 }, { said: early, frontAheadS: 0.4 })).toMatchObject({
      secondsAhead: null,
    });
  });

  it('is for another room, or signed by somebody else, or refused for another reason', () => {
    const said = (text: string) => refuse({ room: 'weekly', exp: seconds + 600 }, { said: text });
    expect(said('Room and token mismatched')).toMatchObject({
      id: 'jwt-room-mismatch',
      forRoom: 'weekly',
      room: 'r',
    });
    expect(said('Invalid signature')).toMatchObject({ id: 'jwt-signature-invalid', algorithm: 'HS256' });
    expect(said("invalid 'aud' claim")).toMatchObject({ id: 'jwt-refused' });
    // An expired token that is forged as well is forged first: renewing it would not help.
    expect(refuse({ exp: seconds - 60 }, { said: 'Invalid signature' })).toMatchObject({
      id: 'jwt-signature-invalid',
    });
  });

  it('is said in both languages, of everybody it is about', () => {
    const cause = {
      id: 'jwt-clock-skew',
      finds: 'expired',
      secondsAhead: 3600,
      said: null,
      participants: ['A', 'B'],
    } as const;
    expect(accountWords.en['jwt-clock-skew'](cause)).toBe(
      'The deployment finds the token (JWT) of A and B expired, although it is valid by the clock of this machine: its clock is 3600 s ahead of this machine’s. Synchronise both with NTP.',
    );
    expect(accountWords.fr['jwt-clock-skew'](cause)).toContain('le jeton (JWT) d’A et B a expiré');
  });
});

describe('SCRAM', () => {
  it('is that of RFC 5802 and RFC 7677', () => {
    const sha1 = scram('SCRAM-SHA-1', 'user', 'pencil', 'fyko+d2lbbFgONRv9qkxdawL');
    expect(sha1.first).toBe('n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL');
    expect(sha1.answer('r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096')).toBe(
      'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    );
    expect(sha1.proves('v=rmF9pqV8S7suAoZWja4dJRkFsKQ=')).toBe(true);
    expect(sha1.proves('v=AAAApqV8S7suAoZWja4dJRkFsKQ=')).toBe(false);
    const sha256 = scram('SCRAM-SHA-256', 'user', 'pencil', 'rOprNGfwEbeRWgbNEkqO');
    expect(
      sha256.answer('r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'),
    ).toContain('p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=');
  });

  it('answers no server that does not keep to it', () => {
    const exchange = scram('SCRAM-SHA-1', 'a=b,c', 'x', 'mine');
    expect(exchange.first).toBe('n,,n=a=3Db=2Cc,r=mine');
    for (const challenge of [
      '',
      'r=other,s=QQ==,i=1',
      'r=mine,s=QQ==,i=1',
      'r=mine2,s=QQ==,i=99999999',
      'r=mine2,i=1',
    ])
      expect(exchange.answer(challenge)).toBeNull();
    expect(exchange.proves('v=')).toBe(false);
  });
});
