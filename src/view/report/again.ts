/** The commands that do what a run did. */
import type { Played } from '../../checks/call/keep/played.ts';
import type { Run } from '../../checks/check.ts';
import { type Html, html } from '../html.ts';
import { addressOf } from '../result.ts';
import type { Words } from '../words/index.ts';
import { callCommand, quoted } from './command.ts';

/** Null where there is none: of a call that was made by hand, and of which nothing more is known. */
export function commands(run: Run, played: Played | null, t: Words): Html | null {
  const byHand = played && callCommand(played);
  const address = addressOf(run);
  const configured = address === null || run.check !== URL.parse(address)?.host;
  if (!byHand && !configured) return null;
  return html`${byHand && html`<pre tabindex="0">${byHand}</pre>`}
    ${configured && html`<p>${byHand ? t.again.configured : t.again.fromConfiguration}</p><pre tabindex="0">vigie run ${quoted(run.check)} --evidence evidence</pre>`}`;
}
