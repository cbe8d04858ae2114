/** What a page says that its media travelled over becomes a run: what no browser says is not taken. */
import { expect, it } from 'vitest';
import { transportOf } from '../../../src/checks/call/assemble.ts';
import type { PairStats } from '../../../src/checks/call/page/protocol.ts';

const pair: PairStats = {
  ...{ p2p: false, localPort: 50_000, localAddress: null, candidateType: 'relay', protocol: 'udp' },
  ...{ relayProtocol: 'tls', remoteType: 'host', rttMs: 12, bytesReceived: 1, bytesSent: 1 },
  availableOutgoingBitrate: null,
};
const of = (changes: Partial<PairStats>) =>
  transportOf({
    allSamples: [{ at: 1, p2pActive: false, peers: [], pairs: [{ ...pair, ...changes }], rtp: [] }],
  });

it('a pair is what a browser reports', () => {
  expect(of({})).toEqual({
    ...{ path: 'bridge', candidateType: 'relay', protocol: 'tls', localPort: 50_000, rttMs: 12 },
  });
});

it.each<Partial<PairStats>>([
  { candidateType: 'x'.repeat(200) },
  { relayProtocol: null, protocol: 'carrier pigeon' },
  { localPort: 1e15 + 0.5 },
  { rttMs: Number.NEGATIVE_INFINITY },
])('but not %j', (changes) => {
  expect(of(changes)).toBeNull();
});
