/** Strangers cannot send Vigie to services of its own network. */
import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../../src/net/failure.ts';
import { Lookups, type Reach } from '../../src/net/lookups.ts';

const NAMES: Record<string, string[]> = {
  'meet.example.org': ['192.0.2.1'],
  'meet.lan': ['10.0.0.5'],
  'both.example.org': ['127.0.0.1', '192.0.2.2'],
  'inside.example.org': ['169.254.169.254'],
  'mapped.example.org': ['::ffff:10.0.0.1'],
};
const resolver: LookupFunction = (name, _options, done) =>
  done(
    null,
    NAMES[name]!.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
  );

const lookups = (reach: Reach) => new Lookups(resolver, reach);
const ask = (own: Lookups, name: string) =>
  new Promise((resolve) => {
    own.lookup(name, { all: true }, (error, found) =>
      resolve(error ? error.code : (found as { address: string }[]).map(({ address }) => address)),
    );
  });

describe('a deployment with a public address', () => {
  it.each([
    ['both.example.org', ['192.0.2.2']],
    ['inside.example.org', 'EPRIVATE'],
    ['mapped.example.org', 'EPRIVATE'],
    ['meet.example.org', ['192.0.2.1']],
  ])('may name %s: %j is what is dialled', async (name, expected) => {
    const own = lookups({ home: 'meet.example.org' });
    expect(await ask(own, 'meet.example.org')).toEqual(['192.0.2.1']);
    expect(await ask(own, name)).toEqual(expected);
  });

  it.each(['127.0.0.1', '[::1]', '::ffff:10.0.0.1', '10.1.2.3', '169.254.169.254', '0.0.0.0'])(
    'may not name %s',
    (host) => {
      expect(() => lookups({ home: 'meet.example.org' }).check(host)).toThrow('is a private address');
      expect(() => lookups({ home: '192.0.2.1' }).check(host)).toThrow('is a private address');
    },
  );

  it('stays one when its name is resolved to something else later', async () => {
    let address = '192.0.2.1';
    const own = new Lookups((_name, _options, done) => done(null, [{ address, family: 4 }]), {
      home: 'meet.example.org',
    });
    expect(await ask(own, 'meet.example.org')).toEqual(['192.0.2.1']);
    address = '127.0.0.1';
    expect(await ask(own, 'meet.example.org')).toBe('EPRIVATE');
  });

  it('may name private ones where that is configured', async () => {
    const own = lookups({ home: 'meet.example.org', allowPrivate: true });
    expect(await ask(own, 'inside.example.org')).toEqual(['169.254.169.254']);
    own.check('127.0.0.1');
  });
});

describe('a deployment in a private network', () => {
  it('may name other addresses there', async () => {
    const own = lookups({ home: 'meet.lan' });
    await ask(own, 'meet.lan');
    expect(await ask(own, 'inside.example.org')).toEqual(['169.254.169.254']);
    own.check('127.0.0.1');
    lookups({ home: '10.0.0.5' }).check('10.0.0.6');
  });
});

it('a private address that was not asked is a failure of the other side', () => {
  const cause = Object.assign(new Error('x'), { code: 'EPRIVATE' });
  expect(failureOf('meet.example.org', cause, 0)).toMatchObject({ failure: 'private-address' });
});
