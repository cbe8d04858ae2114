/** What a page says that its media travelled over becomes a run: what no browser says is not taken. */
import { expect, it } from 'vitest';
import { bridgeOf, transportOf } from '../../../src/checks/call/assemble.ts';
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

it('the bridge is what the last pair, the path of the WebSocket and jicofo name it', () => {
  const event = (name: 'bridge-socket' | 'bridge-region', detail: Record<string, unknown>) => ({
    ...{ at: 1, name, detail },
  });
  const pairs = [{ ...pair, remoteAddress: '192.0.2.7', remotePort: 10_000 }];
  const direct = [{ ...pair, p2p: true, remoteAddress: '198.51.100.3', remotePort: 5 }];
  const samples = [pairs, direct].map((each, at) => ({
    at,
    p2pActive: at > 0,
    peers: [],
    pairs: each,
    rtp: [],
  }));
  const url = 'wss://meet.example.org/colibri-ws/jvb-7';
  const history = [event('bridge-socket', { url }), event('bridge-region', { region: 'x'.repeat(500) })];
  expect(bridgeOf({ allSamples: samples, history })).toEqual({
    ...{ server: 'jvb-7', address: '192.0.2.7', port: 10_000, region: 'x'.repeat(63) },
  });
  expect(bridgeOf({ allSamples: samples.slice(1), history: [] })).toBeNull();
});
