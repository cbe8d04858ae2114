import { describe, expect, it } from 'vitest';
import { internalsDump } from '../../../../src/checks/call/observe/internals.ts';
import type { RawPeer } from '../../../../src/checks/call/page/protocol.ts';

const T0 = Date.UTC(2026, 10, 22, 15);

function dumpOf(peer: Partial<RawPeer>) {
  const whole: RawPeer = {
    p2p: false,
    madeAt: T0,
    configuration: {},
    log: [],
    leftOut: 0,
    samples: [],
    ...peer,
  };
  const page = {
    url: 'https://meet.example.org/r/',
    userAgent: 'Mozilla/5.0 Chrome/156',
    brands: [],
    peers: [whole],
  };
  const dump = internalsDump({ name: 'A', pages: [page] }, '156.0.8078.79');
  const connection = dump.PeerConnections['1-1'] as {
    rtcConfiguration: string;
    updateLog: { time: string; timestamp: number; type: string; value: string }[];
    stats: Record<string, { startTime: string; endTime: string; statsType: string; values: string }>;
  };
  const values = (name: string) => JSON.parse(connection.stats[name]?.values ?? 'null') as unknown;
  return { dump, connection, values };
}

const inbound = (second: number, more: Record<string, unknown> = {}) => ({
  id: 'IT01V1',
  type: 'inbound-rtp',
  timestamp: T0 + second * 1000,
  ssrc: 2071793289,
  packetsReceived: second * 50,
  ...more,
});
const sampleAt = (second: number, ...entries: Record<string, unknown>[]) => ({
  at: T0 + second * 1000,
  entries,
});

describe('a dump for viewers of webrtc-internals', () => {
  it('has who made it, what was done, and each figure as a series', () => {
    const { dump, connection, values } = dumpOf({
      configuration: { iceServers: [] },
      log: [{ at: T0 + 5, type: 'createOfferOnSuccess', value: 'type: offer, sdp: v=0\r\n' }],
      samples: [sampleAt(1, inbound(1)), sampleAt(2, inbound(2)), sampleAt(4, inbound(4))],
    });
    expect(dump.UserAgentData[2]).toEqual({ brand: 'Chromium', version: '156.0.8078.79' });
    expect(dump.getUserMedia).toEqual([]);
    expect(JSON.parse(connection.rtcConfiguration)).toEqual({ iceServers: [] });
    expect(connection.updateLog).toEqual([
      {
        time: '2026-11-22T15:00:00.005Z',
        timestamp: T0 + 5,
        type: 'createOfferOnSuccess',
        value: 'type: offer, sdp: v=0\r\n',
      },
    ]);
    expect(connection.stats['IT01V1-packetsReceived']).toEqual({
      startTime: '2026-11-22T15:00:01.000Z',
      endTime: '2026-11-22T15:00:04.000Z',
      statsType: 'inbound-rtp',
      values: '[50,100,200]',
    });
    expect(values('IT01V1-timestamp')).toEqual([T0 + 1000, T0 + 2000, T0 + 4000]);
    expect(values('IT01V1-[packetsReceived/s]')).toEqual([50, 50]);
  });

  it('keeps values in step with the times: what comes late ends with them, what goes missing is null', () => {
    const { values } = dumpOf({
      samples: [
        sampleAt(1, inbound(1, { early: 7 })),
        sampleAt(2, inbound(2)),
        sampleAt(3, inbound(3, { late: 1 })),
        sampleAt(4, inbound(4, { late: 2, early: 8 })),
      ],
    });
    expect(values('IT01V1-late')).toEqual([1, 2]);
    expect(values('IT01V1-early')).toEqual([7, null, null, 8]);
    expect(values('IT01V1-timestamp')).toHaveLength(4);
  });

  it('calculates the level of sound as its viewers expect it', () => {
    const sound = (second: number) =>
      inbound(second, { totalAudioEnergy: second * 0.04, totalSamplesDuration: second });
    const { values } = dumpOf({ samples: [sampleAt(1, sound(1)), sampleAt(2, sound(2))] });
    expect(values('IT01V1-[Audio_Level_in_RMS]')).toEqual([expect.closeTo(0.2, 6)]);
  });

  it('says that its log has a hole', () => {
    const { connection } = dumpOf({ leftOut: 12 });
    expect(connection.updateLog[0]?.value).toContain('12 entries');
  });

  it('counts a page that was loaded anew as another process', () => {
    const page = (peers: RawPeer[]) => ({ url: '', userAgent: '', brands: [], peers });
    const peer: RawPeer = { p2p: false, madeAt: T0, configuration: {}, log: [], leftOut: 0, samples: [] };
    const dump = internalsDump({ name: 'A', pages: [page([peer, peer]), page([peer])] }, null);
    expect(Object.keys(dump.PeerConnections)).toEqual(['1-1', '1-2', '2-1']);
  });
});
