/** A guest in a call: the form that begins it, and its page, live and then with the report. */
import { qrModules } from '../base/qr.ts';
import { type Html, html } from './html.ts';
import { type PageContext, page } from './layout.ts';
import type { Starting } from './start.ts';
import type { Words } from './words/index.ts';

/** What is known of a call with a guest, in sentences of the reader's language. */
export interface GuestView {
  /** Of the check whose deployment it is on. */
  readonly check: string;
  /** The room; null before it is open. */
  readonly link: string | null;
  /** What is going on, and what is received of the guest. */
  readonly lines: readonly string[];
  /** The steps that are over. */
  readonly steps: readonly string[];
  /** What it came to; null while it goes on. */
  readonly report: string | null;
}

/** Asks for the token as the form that starts a run does. */
export function guestForm(check: string, { who }: Pick<Starting, 'who'>, t: Words): Html | null {
  if (who === 'nobody') return null;
  return html`<details class="guest"><summary>${t.guest.lead}</summary><p class="dim">${t.guest.how}</p>
    <form class="start" method="post" action="/checks/${check}/guest">
    ${who === 'token' && html`<label for="guest-token">${t.again.token}</label> <input id="guest-token" name="token" type="password" autocomplete="current-password" required>`}
    <button>${t.guest.open}</button></form></details>`;
}

export function guestPage(
  id: string,
  { check, link, lines, steps, report }: GuestView,
  context: PageContext,
): string {
  const { t } = context;
  const running = report === null;
  const title = `${t.guest.title}${t.colon} ${check}`;
  return page(
    { ...context, title: `${title} – Vigie`, tone: 'quiet' },
    html`<section class="check quiet"><div class="head"><h1>${title}</h1></div>
      ${running && link === null && html`<p>${t.guest.starting}</p>`}
      ${running && link !== null && html`<p>${t.guest.opened}</p><p><a href="${link}">${link}</a></p>${qrSvg(link, t)}`}
      ${running && lines.length > 0 && html`<h2>${t.guest.now}</h2><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`}
      ${running && steps.length > 0 && html`<h2>${t.guest.steps}</h2><ul>${steps.map((step) => html`<li>${step}</li>`)}</ul>`}
      ${!running && html`<h2>${t.guest.report}</h2><pre class="report-text">${report}</pre>`}
      ${running && html`<form class="start" method="post" action="/guests/${id}/stop"><button>${t.guest.stop}</button></form>`}
      <p><a href="/checks/${check}">${check}</a></p>
    </section>`,
  );
}

/** Pixels a module; a telephone reads it from an arm's length. */
const MODULE = 6;

/** Dark on white in every theme: readers want it so. */
function qrSvg(text: string, t: Words): Html {
  const modules = qrModules(text);
  const size = modules.length;
  const dark = modules.flatMap((row, y) => row.flatMap((is, x) => (is ? [`M${x} ${y}h1v1h-1z`] : [])));
  return html`<svg class="qr" role="img" aria-label="${t.guest.code}" width="${size * MODULE}" height="${size * MODULE}" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path fill="#000" d="${dark.join('')}"/></svg>`;
}
