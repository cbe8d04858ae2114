/** What a call found, in tables. */
import {
  bridgeAddress,
  type CallBridge,
  type CallParticipant,
  type CallResult,
  type CallStream,
  type ReceivedMedia,
} from '../checks/call/result.ts';
import { said, scrolling, sign, span, VERDICT_TONES } from './format.ts';
import { type Html, html } from './html.ts';
import { matrix } from './matrix.ts';
import { reasonOf } from './reason.ts';
import type { Words } from './words/index.ts';

/** The matrix of each step. */
export function matrices(call: CallResult, { pending, t }: { pending: boolean; t: Words }): Html | null {
  const steps =
    call.steps.length > 0
      ? call.steps.map(({ name }) => name)
      : [...new Set(call.streams.map((s) => s.step))];
  if (call.participants.length === 0) return null;
  return html`${steps.map((step) => matrix(call, step, { pending, t }))}`;
}

/** Who took part, with which browser, and how each was connected at the end. */
export function participants({ participants: all, room, rooms, version }: CallResult, t: Words): Html {
  const { call: say } = t;
  const met = rooms
    ? rooms.map((one, index) => html`${index > 0 && ', '}${t.matrix.room(one.room)} <code>${one.name}</code>`)
    : html`${say.room} <code>${room}</code>`;
  return html`<h2>${say.participants}</h2>
    <p class="dim">${met}, ${version === null ? say.notLoaded : html`lib-jitsi-meet <code>${version}</code>`}.</p>
    <div class="scroll"><table class="list stack">
    <thead><tr><th scope="col">${say.name}</th><th scope="col">${say.browser}</th><th scope="col">${say.endpoint}</th><th scope="col">${say.way}</th><th scope="col">${say.roundTrip}</th><th scope="col">${say.sends}</th></tr></thead>
    <tbody>${all.map(
      ({
        name,
        room: its,
        browser,
        client,
        version: ran,
        endpointId,
        transport,
        bridge,
        sent = [],
        signalingRoundTripMs: xmpp = null,
      }) => html`<tr>
        <th scope="row">${name}${its !== undefined && html` <span class="dim">${t.matrix.room(its)}</span>`}</th>
        <td data-label="${say.browser}">${browser} ${ran ?? say.notStarted}${client !== undefined && client !== 'library' && html`, <b>${say[client]}</b>`}</td>
        <td data-label="${say.endpoint}">${endpointId ? html`<code>${endpointId}</code>` : say.notJoined}</td>
        <td data-label="${say.way}">${transport ? `${transport.path === 'p2p' ? say.direct : say.bridge}, ${transport.candidateType}, ${transport.protocol}${transport.localPort === null ? '' : ` ${say.port} ${transport.localPort}`}` : say.noWay}${bridge && html` <span class="dim">(${bridgeText(bridge, t)})</span>`}</td>
        <td data-label="${say.roundTrip}">${transport?.rttMs == null ? '–' : `${transport.rttMs} ms`}${xmpp !== null && html`, XMPP ${xmpp} ms`}</td>
        <td data-label="${say.sends}">${sentText(sent) || '–'}</td></tr>`,
    )}</tbody></table></div>`;
}

/** `videobridge jvb1, 198.51.100.10:10000, region eu-west`. */
function bridgeText(bridge: CallBridge, t: Words): string {
  const { server, region } = bridge;
  const at = bridgeAddress(bridge);
  return [`${t.call.videobridge}${server === null ? '' : ` ${server}`}`, at, region && t.call.region(region)]
    .filter(Boolean)
    .join(', ');
}

/** `opus; VP8 320×180, 640×360, 1280×720`: the layers of a picture together. */
function sentText(sent: NonNullable<CallParticipant['sent']>): string {
  const active = sent.filter((one) => one.active !== false);
  const [sound] = active.filter(({ kind }) => kind === 'audio');
  const pictures = active.filter(({ kind, height }) => kind === 'video' && height != null);
  const layers = pictures.toSorted((a, b) => a.height! - b.height!).map(sizeOf);
  const [first] = pictures;
  const codec = [first?.codec, first?.scalability === 'L1T1' ? null : first?.scalability]
    .filter(Boolean)
    .join(' ');
  return [sound?.codec, first && `${codec} ${layers.join(', ')}`].filter(Boolean).join('; ');
}

const sizeOf = ({ width, height }: Pick<ReceivedMedia, 'width' | 'height'>): string => `${width}×${height}`;

/** `VP8 1280×720, 15/s, 480 kbit/s`. */
function receivedText(received: ReceivedMedia | null | undefined): string {
  if (!received) return '–';
  const { codec, height, framesPerSecond, kbps } = received;
  const size = height == null ? '' : ` ${sizeOf(received)}`;
  const rate = framesPerSecond == null ? '' : `, ${framesPerSecond}/s`;
  return `${codec ?? ''}${size}${rate}${kbps === null ? '' : `, ${kbps} kbit/s`}`.trim();
}

/** Every stream with its figures, folded. */
export function streamTable({ streams: all }: CallResult, t: Words): Html | null {
  if (all.length === 0) return null;
  const { call: say } = t;
  const columns = [
    say.step,
    say.stream,
    say.verdict,
    say.first,
    say.age,
    say.pauses,
    say.received,
    say.likeness,
    say.remarks,
  ];
  return html`<details class="streams"><summary>${say.streams(all.length)}</summary>${scrolling(
    say.allStreams,
    html`<table class="list">
    <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
    <tbody>${all.map((stream) => streamRow(stream, t))}</tbody></table>`,
  )}</details>`;
}

/** `0.97`, of pictures; `24 dB`, of sound. */
function likenessText({ similarity = null, signalToNoiseDb = null }: CallStream, t: Words): string {
  const figure = (value: number) => String(value).replace('.', t.decimal);
  if (similarity !== null) return figure(similarity);
  return signalToNoiseDb === null ? '–' : `${figure(signalToNoiseDb)} dB`;
}

function streamRow(s: CallStream, t: Words): Html {
  const reason = reasonOf(s, t);
  return html`<tr><td>${s.step}</td><th scope="row">${s.receiver} ← ${s.sender} ${t.media[s.kind]}</th>
        <td><span class="stream ${VERDICT_TONES[s.verdict]}">${sign(VERDICT_TONES[s.verdict])}<b>${t.verdict[s.verdict]}</b></span></td>
        <td>${s.firstMs === null ? '–' : span(s.firstMs, t)}${s.recoveredMs != null && html` <span class="dim">${t.call.recovered(span(s.recoveredMs, t))}</span>`}</td>
        <td>${s.latencyMs === null ? '–' : `${Math.round(s.latencyMs)} ms`}</td>
        <td>${s.gaps.length === 0 ? '–' : s.gaps.map(({ ms }) => span(ms, t)).join(', ')}</td>
        <td>${receivedText(s.received)}</td>
        <td>${likenessText(s, t)}</td>
        <td>${reason && said(reason)}${s.lostAt && ` ${t.call.lastMark(s.lostAt.slice(11, 23))}`}</td></tr>`;
}
