/** What a run found, by its kind. */
import type { CheckResult } from '../../checks/check.ts';
import { callDetails, callSummary } from './call.ts';
import { type Html, html } from './html.ts';
import { mailTable } from './mail.ts';
import { zoneSummary, zoneTables } from './zone.ts';

type Result = Pick<CheckResult, 'call' | 'mail' | 'zone'>;

/** The part for the first page: what is wrong, at a glance. */
export function resultSummary({ call, mail, zone }: Result): Html {
  return html`${call && callSummary(call)}${mail && mailTable(mail, { details: false })}${zone && zoneSummary(zone)}`;
}

/** Everything, for the run's own page. `pending`: the run is still on. */
export function resultDetails({ call, mail, zone }: Result, { pending }: { pending: boolean }): Html {
  return html`${call && callDetails(call, pending)}${mail && mailTable(mail, { details: true })}${zone && zoneTables(zone)}`;
}
