import { expect, it } from 'vitest';
import { wayOfLoss } from '../../../../src/checks/call/judge/path-changes.ts';
import type { PairStats, StatsSample } from '../../../../src/checks/call/page/protocol.ts';
import { START } from '../../../support/call/scene.ts';

const pair = (candidateType: string, relayProtocol: string | null = null, p2p = false): PairStats => ({
  p2p,
  localPort: 40_171,
  localAddress: '198.51.100.1',
  candidateType,
  protocol: 'udp',
  relayProtocol,
  remoteType: 'host',
  rttMs: 1,
  bytesReceived: 0,
  bytesSent: 0,
  availableOutgoingBitrate: null,
});

/** What B says of its way over the bridge, from what was selected each second. */
function told(...selected: (PairStats | null)[]): string {
  const samples = selected.map((one, second): StatsSample => {
    const pairs = [pair('host', null, true), ...(one ? [one] : [])];
    return { at: START + 1000 * second, p2pActive: false, peers: [], pairs, rtp: [] };
  });
  return wayOfLoss({ name: 'B', samples }, false);
}

it('a path without a relay, or one that is not known, is not reported', () => {
  expect(told(pair('host'), pair('srflx'), pair('prflx'))).toBe('');
  expect(told(null, null)).toBe('');
  expect(told()).toBe('');
});

it('a change of the path names the relay', () => {
  const tls = pair('relay', 'tls');
  expect(told(null, tls, tls)).toBe('; B is connected through a relay (TURN over TLS)');
});

it('a change of the path is the last one between a relay and none, and when it was', () => {
  expect(told(pair('host'), pair('relay', 'udp'), pair('srflx'), pair('prflx'))).toBe(
    "; B's way changed from a relay (TURN over UDP) to one without a relay at 15:00:02.0 UTC",
  );
  expect(told(pair('relay', 'udp'), pair('relay', 'tls'))).toBe(
    "; B's way changed from a relay (TURN over UDP) to a relay (TURN over TLS) at 15:00:01.0 UTC",
  );
});
