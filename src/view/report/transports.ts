/** How each participant was connected, over time: the candidates in use, and what the way took. */

import { seconds } from '../../base/durations.ts';
import type { CallRecording, RecordedParticipant } from '../../checks/call/keep/recording.ts';
import type { PairStats, StatsSample } from '../../checks/call/page/protocol.ts';
import { bracketed, hostPort } from '../../net/host-port.ts';
import { type Html, html } from '../html.ts';
import type { Words } from '../words/index.ts';

interface Leg {
  readonly from: number;
  readonly to: number;
  readonly pair: PairStats | null;
  readonly state: string;
  readonly roundTrips: readonly number[];
}

export function transports(recording: CallRecording, t: Words): Html | null {
  const rows = recording.participants.flatMap((participant) =>
    legsOf(participant).map((leg, index) => row(participant, leg, { index, recording, t })),
  );
  if (rows.length === 0) return null;
  const { drawn: say } = t;
  return html`<h2 id="transports">${say.connections}</h2>
    <div class="scroll"><table class="list stack">
    <thead><tr><th scope="col">${say.who}</th><th scope="col">${say.fromTo}</th><th scope="col">${t.call.way}</th><th scope="col">${say.ownEnd}</th><th scope="col">${say.otherEnd}</th><th scope="col">${t.call.roundTrip}</th></tr></thead>
    <tbody>${rows}</tbody></table></div>`;
}

interface RowContext {
  /** Which leg of its way it is. */
  readonly index: number;
  readonly recording: CallRecording;
  readonly t: Words;
}

function row({ name }: RecordedParticipant, leg: Leg, { index, recording, t }: RowContext): Html {
  const { pair, state, roundTrips } = leg;
  const { drawn: say, call } = t;
  const second = (at: number) => seconds(at - recording.startedAt, t.decimal);
  const times = [...roundTrips].sort((a, b) => a - b);
  const trip = times[0] === times.at(-1) ? times[0]! : say.range(times[0]!, times.at(-1)!);
  return html`<tr><th scope="row">${name}${index > 0 && html` <span class="dim">${say.afterwards}</span>`}</th>
    <td data-label="${say.fromTo}">${say.range(second(leg.from), second(leg.to))} s</td>
    <td data-label="${call.way}">${pair ? html`${pair.p2p ? call.direct : call.bridge}, ${pair.relayProtocol ?? pair.protocol}${state !== 'connected' && html`, <b>${state}</b>`}` : html`<b>${call.noWay}</b>${state && ` (${state})`}`}</td>
    <td data-label="${say.ownEnd}">${pair ? endOf(pair.candidateType, pair.localAddress, pair.localPort) : '–'}</td>
    <td data-label="${say.otherEnd}">${pair ? endOf(pair.remoteType, pair.remoteAddress ?? null, pair.remotePort ?? null) : '–'}</td>
    <td data-label="${call.roundTrip}">${times.length === 0 ? '–' : `${trip} ms`}</td></tr>`;
}

function endOf(type: string, address: string | null, port: number | null): Html {
  const where =
    address === null
      ? port === null
        ? ''
        : `port ${port}`
      : port === null
        ? bracketed(address)
        : hostPort({ host: address, port });
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
