import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Family, NO_FAMILY, resolving } from '../../src/net/resolving.ts';

const system: LookupFunction = (_host, options, done) => {
  const all = [
    { address: '2001:db8::1', family: 6 },
    { address: '192.0.2.1', family: 4 },
  ];
  if (options.all) done(null, all);
  else done(null, all[0]!.address, 6);
};
const resolve = { 'meet.example.org': '203.0.113.5', 'six.example.org': '2001:db8::5' };

const ask = (host: string, family: Family = 'any', all = true) =>
  new Promise((done) =>
    resolving({ resolve, family }, system)(host, { all }, (error, found) => done(error?.code ?? found)),
  );

describe('a lookup', () => {
  it('gives the address that is wanted for a host, whatever its case', async () => {
    expect(await ask('MEET.example.org')).toEqual([{ address: '203.0.113.5', family: 4 }]);
    expect(await ask('meet.example.org', 'any', false)).toBe('203.0.113.5');
    expect(await ask('six.example.org', 6)).toEqual([{ address: '2001:db8::5', family: 6 }]);
  });

  it('asks the system for others', async () => {
    expect(await ask('other.example.org')).toHaveLength(2);
    expect(await ask('other.example.org', 'any', false)).toBe('2001:db8::1');
  });

  it.each([
    [4, '192.0.2.1'],
    [6, '2001:db8::1'],
  ] as const)('gives addresses of IPv%i alone where that is wanted', async (family, address) => {
    expect(await ask('other.example.org', family)).toEqual([{ address, family }]);
    expect(await ask('other.example.org', family, false)).toBe(address);
  });

  it('says where there is none of that family', async () => {
    expect(await ask('meet.example.org', 6)).toBe(NO_FAMILY);
  });
});
