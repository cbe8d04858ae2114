/** A run that is on or waits: what is known of it so far. */
import type { Activity } from '../../schedule/scheduler.ts';
import { type Html, html } from './html.ts';
import { matrix, tellingStep } from './matrix.ts';
import { span } from './words.ts';

export function activity({ id, state, trigger, queuedAt, startedAt, progress }: Activity, now: Date): Html {
  const since = span(Math.max(0, now.getTime() - Date.parse(startedAt ?? queuedAt)));
  const byHand = trigger === 'hand' ? ', started by hand' : '';
  const call = progress?.partial?.call;
  const step = call && tellingStep(call);
  return html`<div class="activity">
    <p><span class="pulse" aria-hidden="true"></span><b>${
      state === 'running' ? `Running for ${since}${byHand}` : `Waiting for its turn for ${since}${byHand}`
    }</b>${progress && html`: ${progress.text}`} <a href="/runs/${id}">watch it</a></p>
    ${call && step && matrix(call, step, { pending: true })}
  </div>`;
}
