/**
 * Raw statistics in the form that chrome://webrtc-internals exports, which its viewers open. There is no specification:
 * source of the names are Chromium's content/browser/webrtc/resources (dump_creator, data_series,
 * peer_connection_update_table, stats_rates_calculator) and the readers in fippo/webrtc-dump-importer and
 * rtcstats/rtcstats. Where old and new readers differ, the form that both read is used: descriptions as
 * `type: offer, sdp: …`, states bare, entries with `time` and `timestamp`.
 */

import type { RawParticipant } from '../keep/recording.ts';
import type { RawPage, RawPeer } from '../page/protocol.ts';

interface Series {
  readonly startTime: string;
  readonly endTime: string;
  readonly statsType: string;
  /** A JSON list. */
  readonly values: string;
}

export interface InternalsDump {
  readonly UserAgent: string;
  readonly UserAgentData: readonly { readonly brand: string; readonly version: string }[];
  /** Vigie's pages play what they make themselves: nothing is ever captured. */
  readonly getUserMedia: readonly never[];
  readonly PeerConnections: Record<string, unknown>;
}

type Entry = Readonly<Record<string, unknown>>;

/** All peer connections of a participant; a page that was loaded anew counts as another process. */
export function internalsDump({ pages }: RawParticipant, version: string | null): InternalsDump {
  const last = pages.at(-1);
  return {
    UserAgent: last?.userAgent ?? '',
    UserAgentData: brandsOf(last, version),
    getUserMedia: [],
    PeerConnections: Object.fromEntries(
      pages.flatMap((page, load) =>
        page.peers.map((peer, index) => [`${load + 1}-${index + 1}`, connection(peer, page, load + 1)]),
      ),
    ),
  };
}

/** Viewers show the third of them, and take a dump without them for one that is too old. */
function brandsOf(page: RawPage | undefined, version: string | null): InternalsDump['UserAgentData'] {
  const name = page?.userAgent.includes('Firefox') ? 'Firefox' : 'Chromium';
  const own = { brand: name, version: version ?? 'unknown' };
  return [own, own, own];
}

function connection(peer: RawPeer, page: RawPage, pid: number): unknown {
  return {
    pid,
    url: page.url,
    rtcConfiguration: JSON.stringify(peer.configuration),
    constraints: '',
    updateLog: [
      ...(peer.leftOut > 0
        ? [entry(peer.madeAt, 'vigie', `${peer.leftOut} entries in the middle of this log were not kept`)]
        : []),
      ...peer.log.map(({ at, type, value }) => entry(at, type, value)),
    ],
    stats: seriesOf(peer),
  };
}

const entry = (at: number, type: string, value: string) => ({
  time: new Date(at).toISOString(),
  timestamp: at,
  type,
  value,
});

/** What a series is made from: values in step with the entry's own timestamps. */
interface Column {
  readonly values: unknown[];
  /** The index in the timestamps of the first value. */
  readonly first: number;
}

/** One series for each metric of each entry, and its calculated rates beside it. */
function seriesOf({ samples }: RawPeer): Record<string, Series> {
  const entries = new Map<string, Entry[]>();
  for (const sample of samples) {
    for (const entry of sample.entries) {
      const id = String(entry.id);
      const known = entries.get(id);
      if (known) known.push(entry);
      else entries.set(id, [entry]);
    }
  }
  const stats: Record<string, Series> = {};
  for (const [id, list] of entries) {
    const rows = list.map((row, index) => ({ ...row, ...calculated(list[index - 1], row) }) as Entry);
    const times = rows.map(({ timestamp }) => Number(timestamp));
    for (const [metric, { values, first }] of columns(rows)) {
      stats[`${id}-${metric}`] = {
        startTime: new Date(times[first]!).toISOString(),
        endTime: new Date(times.at(-1)!).toISOString(),
        statsType: String(rows[0]!.type),
        values: JSON.stringify(values),
      };
    }
  }
  return stats;
}

/**
 * Values by metric. Readers align a list that is shorter than that of the timestamps with its end: what is missing
 * at the beginning is left out, what is missing later is null.
 */
function columns(rows: readonly Entry[]): Map<string, Column> {
  const found = new Map<string, Column>();
  for (const [index, row] of rows.entries()) {
    for (const [metric, value] of Object.entries(row)) {
      if (metric === 'id' || metric === 'type' || value === undefined) continue;
      let column = found.get(metric);
      if (!column) {
        column = { values: [], first: index };
        found.set(metric, column);
      }
      while (column.values.length < index - column.first) column.values.push(null);
      column.values.push(value);
    }
  }
  for (const { values, first } of found.values())
    while (values.length < rows.length - first) values.push(null);
  return found;
}

/** Counters of which viewers show the rate, with what it is multiplied by. */
const RATES: Readonly<Record<string, readonly (readonly [metric: string, factor: number, name: string])[]>> =
  {
    'inbound-rtp': [
      ['bytesReceived', 8, '[bytesReceived_in_bits/s]'],
      ['packetsReceived', 1, '[packetsReceived/s]'],
      ['framesReceived', 1, '[framesReceived/s]'],
      ['framesDecoded', 1, '[framesDecoded/s]'],
      ['concealedSamples', 1, '[concealedSamples/s]'],
    ],
    'outbound-rtp': [
      ['bytesSent', 8, '[bytesSent_in_bits/s]'],
      ['packetsSent', 1, '[packetsSent/s]'],
      ['framesEncoded', 1, '[framesEncoded/s]'],
      ['framesSent', 1, '[framesSent/s]'],
    ],
    'candidate-pair': [
      ['bytesReceived', 8, '[bytesReceived_in_bits/s]'],
      ['bytesSent', 8, '[bytesSent_in_bits/s]'],
      ['packetsReceived', 1, '[packetsReceived/s]'],
      ['packetsSent', 1, '[packetsSent/s]'],
    ],
  };

/** What webrtc-internals calculates beside what a browser reports: rates, and the level of sound. */
function calculated(before: Entry | undefined, now: Entry): Record<string, number> {
  const ms = Number(now.timestamp) - Number(before?.timestamp);
  if (!before || !(ms > 0)) return {};
  const rise = (metric: string) => Number(now[metric]) - Number(before[metric]);
  const found: Record<string, number> = {};
  for (const [metric, factor, name] of RATES[String(now.type)] ?? []) {
    const rate = (rise(metric) * factor * 1000) / ms;
    if (Number.isFinite(rate)) found[name] = rate;
  }
  const energy = rise('totalAudioEnergy') / rise('totalSamplesDuration');
  if (Number.isFinite(energy) && energy >= 0) found['[Audio_Level_in_RMS]'] = Math.sqrt(energy);
  return found;
}
