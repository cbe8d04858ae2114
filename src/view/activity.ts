/** A run that is on or waits: what is known of it so far. */
import type { Activity } from '../schedule/scheduler.ts';
import { data, span } from './format.ts';
import { type Html, html } from './html.ts';
import { progressOf } from './result.ts';
import type { Words } from './words/index.ts';

export function activity(
  { id, kind, state, trigger, queuedAt, startedAt, progress }: Activity,
  now: Date,
  t: Words,
): Html {
  const since = span(Math.max(0, now.getTime() - Date.parse(startedAt ?? queuedAt)), t);
  const byHand = trigger === 'hand' ? `, ${t.activity.byHand}` : '';
  return html`<div class="activity">
    <p><span class="pulse" aria-hidden="true"></span><b>${
      state === 'running' ? t.activity.running : t.activity.waiting
    } ${since}${byHand}</b>${progress && html`${t.colon} ${data(progress.text)}`} <a href="/runs/${id}">${t.activity.watch}</a></p>
    ${progressOf(kind, progress?.partial, t)}
  </div>`;
}
