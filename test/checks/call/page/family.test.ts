/** Candidates of one address family: what is taken out of what. */
import { expect, it } from 'vitest';
import { sdpOfFamily } from '../../../../src/checks/call/page/candidates.ts';

const V4 = 'a=candidate:1 1 udp 2130706431 198.51.100.10 10000 typ host generation 0';
const V6 = 'a=candidate:2 1 udp 2130706431 2001:db8::10 10000 typ host generation 0';
const RELAY = 'a=candidate:3 1 udp 1 2001:db8::99 40000 typ relay raddr 198.51.100.1 rport 50000';
const NAME = 'a=candidate:4 1 udp 1 3b0a2f8e-0000-4000-8000-000000000000.local 50000 typ host';
const SDP = ['v=0', 'c=IN IP4 0.0.0.0', V4, V6, RELAY, NAME, ''].join('\r\n');

it('keeps the candidates of one family, those with a name, and all else', () => {
  expect(sdpOfFamily(SDP, 4)).toBe(['v=0', 'c=IN IP4 0.0.0.0', V4, NAME, ''].join('\r\n'));
  expect(sdpOfFamily(SDP, 6)).toBe(['v=0', 'c=IN IP4 0.0.0.0', V6, RELAY, NAME, ''].join('\r\n'));
});
