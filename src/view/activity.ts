/** A run that is on or waits: what is known of it so far. */
import type { Kind, Progress } from '../checks/check.ts';
import { progressIn } from '../checks/sentence.ts';
import type { Activity } from '../schedule/scheduler.ts';
import { span } from './format.ts';
import { type Html, html } from './html.ts';
import { progressOf } from './result.ts';
import type { Words } from './words/index.ts';

/** What a run is doing, in a line in the reader's language where there is one. */
export function progressLine(kind: Kind, progress: Progress, t: Words): Html {
  const { text, language } = progressIn(kind, progress, t.lang);
  return html`<span lang="${language}">${text}</span>`;
}

export function activity(
  { id, kind, state, trigger, startedBy, queuedAt, startedAt, progress }: Activity,
  now: Date,
  t: Words,
): Html {
  const since = span(Math.max(0, now.getTime() - Date.parse(startedAt ?? queuedAt)), t);
  const byHand = trigger === 'hand' ? `, ${t.activity.byHand(startedBy)}` : '';
  return html`<div class="activity">
    <p><span class="pulse" aria-hidden="true"></span><b>${
      state === 'running' ? t.activity.running : t.activity.waiting
    } ${since}${byHand}</b>${progress && html`${t.colon} ${progressLine(kind, progress, t)}`} <a href="/runs/${id}">${t.activity.watch}</a></p>
    ${progressOf(kind, progress?.partial, t)}
  </div>`;
}
