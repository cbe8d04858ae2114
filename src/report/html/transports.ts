/** How each participant was connected, over time: the candidates in use, and what the way took. */
import type { PairStats, StatsSample } from '../../checks/call/page/protocol.ts';
import type { CallRecording, RecordedParticipant } from '../../checks/call/recording.ts';
import { type Html, html } from '../../server/views/html.ts';

interface Leg {
  readonly from: number;
  readonly to: number;
  readonly pair: PairStats | null;
  readonly state: string;
  readonly roundTrips: readonly number[];
}

export function transports(recording: CallRecording): Html | null {
  const rows = recording.participants.flatMap((participant) =>
    legsOf(participant).map((leg, index) => row(participant, leg, index, recording)),
  );
  if (rows.length === 0) return null;
  return html`<h2 id="transports">Connections over time</h2>
    <div class="scroll"><table class="list stack">
    <thead><tr><th scope="col">who</th><th scope="col">from, to</th><th scope="col">way</th><th scope="col">own end</th><th scope="col">other end</th><th scope="col">round trip</th></tr></thead>
    <tbody>${rows}</tbody></table></div>`;
}

function row({ name }: RecordedParticipant, leg: Leg, index: number, { startedAt }: CallRecording): Html {
  const { pair, state, roundTrips } = leg;
  const second = (at: number) => ((at - startedAt) / 1000).toFixed(1);
  const times = [...roundTrips].sort((a, b) => a - b);
  return html`<tr><th scope="row">${name}${index > 0 && html` <span class="dim">then</span>`}</th>
    <td data-label="from, to">${second(leg.from)} to ${second(leg.to)} s</td>
    <td data-label="way">${pair ? html`${pair.p2p ? 'direct' : 'bridge'}, ${pair.relayProtocol ?? pair.protocol}${state !== 'connected' && html`, <b>${state}</b>`}` : html`<b>none</b>${state && ` (${state})`}`}</td>
    <td data-label="own end">${pair ? endOf(pair.candidateType, pair.localAddress, pair.localPort) : '–'}</td>
    <td data-label="other end">${pair ? endOf(pair.remoteType, pair.remoteAddress ?? null, pair.remotePort ?? null) : '–'}</td>
    <td data-label="round trip">${times.length === 0 ? '–' : times[0] === times.at(-1) ? `${times[0]} ms` : `${times[0]} to ${times.at(-1)} ms`}</td></tr>`;
}

function endOf(type: string, address: string | null, port: number | null): Html {
  const where =
    address === null
      ? port === null
        ? ''
        : `port ${port}`
      : address.includes(':')
        ? `[${address}]:${port}`
        : `${address}:${port}`;
  return html`${type}${where && html` <code>${where}</code>`}`;
}

/** Samples in a row with the same way, put together. */
function legsOf({ samples }: RecordedParticipant): Leg[] {
  const legs: Leg[] = [];
  for (const sample of samples) {
    const { pair, state } = inUse(sample);
    const last = legs.at(-1);
    const roundTrips = pair?.rttMs == null ? [] : [pair.rttMs];
    if (last && last.state === state && sameWay(last.pair, pair)) {
      legs[legs.length - 1] = {
        ...last,
        to: sample.at,
        pair,
        roundTrips: [...last.roundTrips, ...roundTrips],
      };
    } else {
      legs.push({ from: sample.at, to: sample.at, pair, state, roundTrips });
    }
  }
  return legs;
}

function inUse({ p2pActive, pairs, peers }: StatsSample): { pair: PairStats | null; state: string } {
  return {
    pair: pairs.find(({ p2p }) => p2p === p2pActive) ?? null,
    state: peers.find(({ p2p }) => p2p === p2pActive)?.connectionState ?? '',
  };
}

function sameWay(a: PairStats | null, b: PairStats | null): boolean {
  const key = (pair: PairStats | null) =>
    pair &&
    [
      pair.p2p,
      pair.candidateType,
      pair.protocol,
      pair.relayProtocol,
      pair.localAddress,
      pair.localPort,
      pair.remoteType,
      pair.remoteAddress,
      pair.remotePort,
    ].join();
  return key(a) === key(b);
}
