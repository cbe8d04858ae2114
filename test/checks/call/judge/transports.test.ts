import { expect, it } from 'vitest';
import { transportOf } from '../../../../src/checks/call/judge/transports.ts';
import type { PairStats, StatsSample } from '../../../../src/checks/call/page/protocol.ts';
import { reasonWords } from '../../../../src/checks/call/words/reasons.ts';
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

/** How B is connected over the bridge, from what was selected each second. */
function connected(...selected: (PairStats | null)[]) {
  const samples = selected.map((one, second): StatsSample => {
    const pairs = [pair('host', null, true), ...(one ? [one] : [])];
    return { at: START + 1000 * second, p2pActive: false, peers: [], pairs, rtp: [] };
  });
  return transportOf(samples, false);
}

const words = (transport: ReturnType<typeof connected>): string =>
  reasonWords.en({
    ...{ id: 'not-received', sender: 'A', receiver: 'B', packetsPerSecond: 50, other: null, began: true },
    transport,
  });

it('a transport without a relay, or one that is not known, is not reported', () => {
  expect(connected(pair('host'), pair('srflx'), pair('prflx'))).toBeNull();
  expect(connected(null, null)).toBeNull();
  expect(connected()).toBeNull();
  expect(words(null)).toBe('A sends it (50 packets/s), but packets no longer reach B');
});

it('a transport names its relay', () => {
  const tls = pair('relay', 'tls');
  const found = connected(null, tls, tls);
  expect(found).toEqual({ now: { relay: 'tls' }, before: null, at: null });
  expect(words(found)).toMatch(/; B is connected through a relay \(TURN over TLS\)$/);
});

it('a change of transport is the last one between a relay and none, and when it was', () => {
  const left = connected(pair('host'), pair('relay', 'udp'), pair('srflx'), pair('prflx'));
  expect(left).toEqual({ now: { relay: null }, before: { relay: 'udp' }, at: START + 2000 });
  expect(words(left)).toMatch(
    /; B's transport changed from a relay \(TURN over UDP\) to one without a relay at 15:00:02\.0 UTC$/,
  );
  expect(connected(pair('relay', 'udp'), pair('relay', 'tls'))).toEqual({
    ...{ now: { relay: 'tls' }, before: { relay: 'udp' } },
    at: START + 1000,
  });
});
