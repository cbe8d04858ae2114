/** What a call found. */
import type { CallResult } from '../../checks/call/result.ts';
import { type Html, html } from './html.ts';
import { matrix, tellingStep } from './matrix.ts';
import { sign, span, VERDICT_TONES } from './words.ts';

/** For the first page: one matrix, of the step that tells most. */
export function callSummary(call: CallResult): Html | null {
  const step = tellingStep(call);
  if (step === null || call.participants.length === 0) return null;
  return html`${matrix(call, step, { pending: false })}
    ${call.steps.length > 1 && html`<p class="dim">One of ${call.steps.length} steps; the run's page has them all.</p>`}`;
}

/** Everything, for the run's own page. */
export function callDetails(call: CallResult, pending: boolean): Html {
  return html`
    ${matrices(call, pending)}
    ${participants(call)}
    ${call.streams.length > 0 && streamTable(call)}`;
}

/** The matrix of each step. */
export function matrices(call: CallResult, pending: boolean): Html | null {
  const steps =
    call.steps.length > 0
      ? call.steps.map(({ name }) => name)
      : [...new Set(call.streams.map((s) => s.step))];
  if (call.participants.length === 0) return null;
  return html`${steps.map((step) => matrix(call, step, { pending }))}`;
}

/** Who took part, with which browser, and how each was connected at the end. */
export function participants({ participants: all, room, version }: CallResult): Html {
  return html`<h2>Participants</h2>
    <p class="dim">Room <code>${room}</code>, ${version === null ? 'lib-jitsi-meet did not load' : html`lib-jitsi-meet <code>${version}</code>`}.</p>
    <div class="scroll"><table class="list stack">
    <thead><tr><th scope="col">name</th><th scope="col">browser</th><th scope="col">endpoint</th><th scope="col">way</th><th scope="col">round trip</th></tr></thead>
    <tbody>${all.map(
      ({ name, browser, version: its, endpointId, transport }) => html`<tr>
        <th scope="row">${name}</th>
        <td data-label="browser">${browser} ${its ?? 'did not start'}</td>
        <td data-label="endpoint">${endpointId ? html`<code>${endpointId}</code>` : 'did not join'}</td>
        <td data-label="way">${transport ? `${transport.path === 'p2p' ? 'direct' : 'bridge'}, ${transport.candidateType}, ${transport.protocol}${transport.localPort === null ? '' : ` port ${transport.localPort}`}` : 'none'}</td>
        <td data-label="round trip">${transport?.rttMs == null ? '–' : `${transport.rttMs} ms`}</td></tr>`,
    )}</tbody></table></div>`;
}

/** Every stream with its figures, folded. */
export function streamTable({ streams: all }: CallResult): Html {
  return html`<details class="streams"><summary>All ${all.length} streams</summary><div class="scroll" tabindex="0" role="group" aria-label="All streams"><table class="list">
    <thead><tr><th scope="col">step</th><th scope="col">stream</th><th scope="col">verdict</th><th scope="col">first after</th><th scope="col">age</th><th scope="col">pauses</th><th scope="col">remarks</th></tr></thead>
    <tbody>${all.map(
      (s) => html`<tr><td>${s.step}</td><th scope="row">${s.receiver} ← ${s.sender} ${s.kind}</th>
        <td><span class="stream ${VERDICT_TONES[s.verdict]}">${sign(VERDICT_TONES[s.verdict])}<b>${s.verdict}</b></span></td>
        <td>${s.firstMs === null ? '–' : span(s.firstMs)}</td>
        <td>${s.latencyMs === null ? '–' : `${Math.round(s.latencyMs)} ms`}</td>
        <td>${s.gaps.length === 0 ? '–' : s.gaps.map(({ ms }) => span(ms)).join(', ')}</td>
        <td>${s.reason}${s.lostAt && ` Last good mark at ${s.lostAt.slice(11, 23)} UTC.`}</td></tr>`,
    )}</tbody></table></div></details>`;
}
