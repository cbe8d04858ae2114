/** The form that starts a run by hand. */
import type { Activity } from '../schedule/scheduler.ts';
import { type Html, html } from './html.ts';
import type { Words } from './words/index.ts';

export interface Starting {
  /** Who may: whoever has the token, anybody (the sandbox), or nobody. */
  readonly who: 'token' | 'anybody' | 'nobody';
  /** The run of the check that is on or waits: there is one at a time. */
  readonly activity: Activity | null;
}

/**
 * It asks for the token each time: there is no session that another site's page could use. Password managers know
 * the field.
 */
export function startForm(check: string, { who, activity }: Starting, t: Words): Html {
  if (activity) {
    return html`<p>${t.again.busy} <a href="/runs/${activity.id}">${t.activity.watch}</a></p>`;
  }
  if (who === 'nobody') return html`<p class="dim">${t.again.closed}</p>`;
  return html`<form class="start" method="post" action="/checks/${check}/run">
    ${who === 'token' && html`<label for="token">${t.again.token}</label> <input id="token" name="token" type="password" autocomplete="current-password" required>`}
    <button>${t.again.run}</button></form>`;
}
