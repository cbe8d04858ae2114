/** What a run found, by its kind. */
import type { CheckResult } from '../../checks/check.ts';
import { callDetails, callSummary } from './call.ts';
import { type Html, html } from './html.ts';
import { mailTable } from './mail.ts';
import { signalingDetails, signalingSummary } from './signaling.ts';
import { zoneSummary, zoneTables } from './zone.ts';

type Result = Pick<CheckResult, 'call' | 'signaling' | 'mail' | 'zone'>;

/** The part for the first page: what is wrong, at a glance. */
export function resultSummary({ call, signaling, mail, zone }: Result): Html {
  return html`${call && callSummary(call)}${signaling && signalingSummary(signaling)}${mail && mailTable(mail, { details: false })}${zone && zoneSummary(zone)}`;
}

/** Everything, for the run's own page. `pending`: the run is still on. */
export function resultDetails(
  { call, signaling, mail, zone }: Result,
  { pending }: { pending: boolean },
): Html {
  return html`${call && callDetails(call, pending)}${signaling && signalingDetails(signaling)}${mail && mailTable(mail, { details: true })}${zone && zoneTables(zone)}`;
}
