/** What a run found, by its kind. */
import type { Kind, Results } from '../checks/check.ts';
import { callSummary } from './call.ts';
import { type Html, html } from './html.ts';
import { mailTable } from './mail.ts';
import { signalingDetails, signalingSummary } from './signaling.ts';
import type { Words } from './words/index.ts';
import { zoneSummary, zoneTables } from './zone.ts';

type Result = { readonly [K in Kind]?: Results[K] | undefined };

/** The part for the first page: what is wrong, at a glance. */
export function resultSummary({ call, signaling, mail, zone }: Result, t: Words): Html {
  return html`${call && callSummary(call, t)}${signaling && signalingSummary(signaling, t)}${mail && mailTable(mail, { details: false, t })}${zone && zoneSummary(zone, t)}`;
}

/** Everything of a run that is no call, for the run's own page; calls have a page part of their own. */
export function resultDetails({ signaling, mail, zone }: Omit<Result, 'call'>, t: Words): Html {
  return html`${signaling && signalingDetails(signaling, t)}${mail && mailTable(mail, { details: true, t })}${zone && zoneTables(zone, t)}`;
}
