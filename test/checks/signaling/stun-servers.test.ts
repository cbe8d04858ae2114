import { expect, test } from 'vitest';
import { stunServer } from '../../../src/checks/signaling/stun-servers.ts';

test.each([
  ['stun:stun.example.org:443', 'stun.example.org', 443],
  ['stun:stun.example.org', 'stun.example.org', 3478],
  ['stun:[2001:db8::1]', '2001:db8::1', 3478],
  ['STUN:192.0.2.1:3479?transport=udp', '192.0.2.1', 3479],
])('%s', (url, host, port) => expect(stunServer(url)).toEqual({ host, port }));

test.each(['', 'stun:', 'turn:turn.example.org', 'stun:a:0', 'stun:a:b'])('%j is none', (url) =>
  expect(stunServer(url)).toBeNull(),
);
