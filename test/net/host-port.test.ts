import { describe, expect, it } from 'vitest';
import { bracketed, hostPort, parseHostPort, withoutBrackets } from '../../src/net/host-port.ts';

describe('host:port', () => {
  it.each([
    ['turn.example.org:3478', 'turn.example.org', 3478],
    ['192.0.2.1:80', '192.0.2.1', 80],
    ['[2001:db8::1]:443', '2001:db8::1', 443],
    ['[::1]:65535', '::1', 65_535],
  ])('%s is read, and written the same', (text, host, port) => {
    expect(parseHostPort(text)).toEqual({ host, port });
    expect(hostPort({ host, port })).toBe(text);
  });

  it.each([
    '',
    ':',
    'example.org',
    '::1',
    '[::1]',
    'a:0',
    'a:65536',
    'a:b',
    '[a]:1',
    'a b:1',
    'a/b:1',
    ':80',
  ])('%j is none', (text) => expect(parseHostPort(text)).toBeNull());

  it('has a port of its own where one is given', () => {
    for (const [text, host] of [
      ['example.org', 'example.org'],
      ['2001:db8::1', '2001:db8::1'],
      ['[2001:db8::1]', '2001:db8::1'],
      ['192.0.2.1', '192.0.2.1'],
    ] as const) {
      expect(parseHostPort(text, { defaultPort: 53 })).toEqual({ host, port: 53 });
    }
    expect(parseHostPort('', { defaultPort: 53 })).toBeNull();
  });

  it('may leave the host out, and the port to the system, where that is allowed', () => {
    expect(parseHostPort(':0', { anyHost: '::', lowestPort: 0 })).toEqual({ host: '::', port: 0 });
    expect(parseHostPort('', { anyHost: '::', defaultPort: 25 })).toBeNull();
  });

  it('has brackets around IPv6 addresses alone', () => {
    expect([bracketed('::1'), bracketed('127.0.0.1'), bracketed('a.b')]).toEqual([
      '[::1]',
      '127.0.0.1',
      'a.b',
    ]);
    expect([withoutBrackets('[::1]'), withoutBrackets('a.b')]).toEqual(['::1', 'a.b']);
  });
});
