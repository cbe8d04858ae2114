import { expect, test } from 'vitest';
import { isLoopback, isPrivate } from '../../src/net/addresses.ts';

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.1.1',
  '172.17.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '::',
  '::1',
  '0:0:0:0:0:0:0:1',
  'fc00::1',
  'fd00::1',
  'fe80::1',
  'fe80::1%eth0',
  'FEBF::1',
  '::ffff:10.0.0.1',
])('%s is private', (address) => expect(isPrivate(address)).toBe(true));

test.each([
  '192.0.2.1',
  '172.32.0.1',
  '100.128.0.1',
  '11.0.0.1',
  '2001:db8::1',
  'fec0::1',
  '::ffff:192.0.2.1',
  'localhost',
  '',
])('%j is not', (address) => expect(isPrivate(address)).toBe(false));

test('loopback addresses are this machine’s own', () => {
  expect(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'].map(isLoopback)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(['10.0.0.1', '::2', 'localhost'].map(isLoopback)).toEqual([false, false, false]);
});
