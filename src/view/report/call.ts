/** A call from its matrices to its console, as the report and the page of its run have it. */
import type { CallRecording } from '../../checks/call/keep/recording.ts';
import type { CallResult } from '../../checks/call/result.ts';
import { matrices, participants, streamTable } from '../call.ts';
import { type Html, html } from '../html.ts';
import type { Words } from '../words/index.ts';
import { streamPanels } from './streams.ts';
import { timeline } from './timeline.ts';
import { transports } from './transports.ts';

/** What a participant's page showed at the end. */
export interface Shot {
  readonly name: string;
  readonly browser: string;
  /** Where the picture is: an address, or all of it as a `data:` URL. */
  readonly source: string;
}

export interface CallParts {
  readonly call: CallResult;
  /** Null where nothing was recorded, or nothing of it is kept: then there are no graphs. */
  readonly recording: CallRecording | null;
  readonly shots: readonly Shot[];
  /** The run is still on. */
  readonly pending?: boolean;
  readonly t: Words;
}

/** Everything that is known of a call. */
export function callParts({ call, recording, shots, pending = false, t }: CallParts): Html {
  return html`
    ${matrices(call, { pending, t })}
    ${recording && streamPanels(call, recording, t)}
    ${recording && timeline(call, recording, t)}
    ${participants(call, t)}
    ${recording && transports(recording, t)}
    ${streamTable(call, t)}
    ${shots.length > 0 && screenshots(shots, t)}
    ${recording && consoles(recording, t)}`;
}

function screenshots(shots: readonly Shot[], t: Words): Html {
  return html`<h2 id="screenshots">${t.run.shots}</h2><div class="shots">${shots.map(
    ({ name, browser, source }) =>
      html`<figure><img src="${source}" alt="${t.run.shotOf(name)}" loading="lazy"><figcaption>${name} <span class="dim">${browser}</span></figcaption></figure>`,
  )}</div>`;
}

function consoles({ participants: all }: CallRecording, t: Words): Html {
  return html`<h2 id="console">${t.drawn.console}</h2>${all.map(({ name, console: lines }) =>
    lines.length === 0
      ? html`<p>${name}${t.colon} <span class="dim">${t.drawn.nothingWritten}</span></p>`
      : html`<details class="fold console"><summary>${name}${t.colon} ${t.count.line(lines.length)}</summary><pre tabindex="0" lang="en">${lines.join('\n')}</pre></details>`,
  )}`;
}
