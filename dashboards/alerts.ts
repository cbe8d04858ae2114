/**
 * The alerts: what each watches, how severe it is, what it says.
 *
 * Vigie itself counts runs in a row, shares and onsets (docs/monitoring.md, "Intermittent faults"), so that no rule depends
 * on how often a check runs: no waiting time is computed, and the rules stay right when intervals change.
 *
 * Texts are Go templates that Prometheus fills in. A summary is the same for every alert of a group, so that
 * twelve streams read as one thing; the description says which one.
 */

import { ALARM, failuresInARow } from '../src/checks/alarm.ts';
import { KINDS } from '../src/checks/check.ts';
import type { Alert, Recording } from './alert.ts';
import { outcomeCode } from './outcome.ts';
import { OWN_ALERTS } from './own-alerts.ts';

/** What makes a check the same in two metrics. */
const SAME = 'job, instance, check';
const OF_STREAM = 'step, receiver, sender, media, receiver_browser, sender_browser';

/** The kinds that need this number of failed runs in a row. */
const inARow = (runs: number) => KINDS.filter((kind) => failuresInARow(kind) === runs).join('|');
const IN_A_ROW = [...new Set(KINDS.map(failuresInARow))]
  .map((runs) => `vigie_check_consecutive{kind=~"${inARow(runs)}",outcome="fail"} >= ${runs}`)
  .join(' or ');
/** Not of one outage that is over: there are working runs between the failures. */
const OFTEN = `vigie_check_recent_runs{outcome="fail"} >= ${ALARM.often.failures} and on (${SAME}) (vigie_check_recent_onsets >= ${ALARM.often.onsets})`;

/**
 * What is said of checks whose alerts are for somebody: not in maintenance, not of severity `none`. A Vigie of before has no
 * vigie_check_info, and its alerts fire all the same.
 */
export const NOTIFIED = 'vigie:check_notified';

/** Checks that fail now, and from how many places the same check works meanwhile. */
export const RECORDINGS: readonly Recording[] = [
  {
    name: NOTIFIED,
    expr: `(vigie_check_info or on (${SAME}) vigie_check_interval_seconds ^ 0) unless on (${SAME}) (vigie_check_maintenance == 1 or vigie_check_info{severity="none"})`,
  },
  { name: 'vigie:check_failing', expr: `(${IN_A_ROW} or ${OFTEN}) ^ 0` },
  {
    name: 'vigie:check_working_places:count',
    expr: `count by (job, check) (vigie_check_success == 1 unless on (${SAME}) vigie:check_failing)`,
  },
];

/** Recorded for graphs of many checks over days: what costs much for each point, or is put together of several series. */
export const GRAPH_RECORDINGS: readonly Recording[] = [
  { name: 'vigie:check_outcome:code', expr: outcomeCode('', 'job, instance, check, kind') },
  {
    name: 'vigie:check_success:changes1h',
    expr: 'sum by (job, instance, check) (changes(vigie_check_success[1h]))',
  },
  {
    name: 'vigie:check_runs:increase1h',
    expr: 'sum by (job, instance, check, outcome) (increase(vigie_check_runs_total[1h]))',
  },
  {
    name: 'vigie:check_skipped:increase1h',
    expr: 'sum by (job, instance, check, reason) (increase(vigie_check_skipped_total[1h])) > 0',
  },
  {
    name: 'vigie:check_duration_seconds:p95_1h',
    // Without a run in the hour it is no number (NaN), which is none either.
    expr: 'histogram_quantile(0.95, sum by (job, instance, check, le) (rate(vigie_check_duration_seconds_bucket[1h]))) >= 0',
  },
  {
    name: 'vigie:zone_records_wrong:count',
    expr: 'sum by (job, instance, check, record) (1 - vigie_zone_record_ok)',
  },
  {
    name: 'vigie:check_result_age:intervals',
    expr: `(time() - vigie_check_last_run_timestamp_seconds) / on (${SAME}) group_left () vigie_check_interval_seconds`,
  },
  {
    name: 'vigie:check_duration_of_interval:mean1h',
    expr: 'rate(vigie_check_duration_seconds_sum[1h]) / (rate(vigie_check_duration_seconds_count[1h]) > 0) / vigie_check_interval_seconds',
  },
];

/** Recorded for graphs over weeks, every five minutes. */
export const SLOW_RECORDINGS: readonly Recording[] = [
  {
    name: 'vigie:call_stream_lost:ratio_increase1d',
    expr: `sum without (result) (increase(vigie_call_stream_runs_total{result="lost"}[1d])) / sum without (result) (increase(vigie_call_stream_runs_total[1d])) > 0`,
  },
];

/** Fails here, and works from no other place: it is the target, not the way to it. */
const everywhere = (expr: string) => `(${expr}) unless on (job, check) vigie:check_working_places:count`;

/** When it last worked, where that is known: asked when the alert is sent. */
const LAST_WORKED =
  "{{ with printf \"vigie_check_last_success_timestamp_seconds{check='%s',instance='%s'}\" $labels.check $labels.instance | query }} It last worked at {{ . | first | value | humanizeTimestamp }} (UTC).{{ end }}";

/** Every stream that is missing now, in words: `B does not hear A`. */
const MISSING_NOW =
  '{{ range printf "vigie_call_stream_ok{check=\'%s\',instance=\'%s\'} == 0" $labels.check $labels.instance | query }} {{ .Labels.receiver }} does not {{ if eq .Labels.media "audio" }}hear{{ else }}see{{ end }} {{ .Labels.sender }} ({{ .Labels.step }}).{{ end }}';

/** How often it failed, of how many runs; then what the failures share. */
const HOW_OFTEN =
  "{{ range printf \"vigie_check_intermittent_failures{check='%s',instance='%s'}\" $labels.check $labels.instance | query }} {{ .Value }} runs failed in the last {{ .Labels.window }}{{ end }}{{ range printf \"vigie_check_intermittent_runs{check='%s',instance='%s'}\" $labels.check $labels.instance | query }}, of {{ .Value }}{{ end }}.";
const SHARED =
  "{{ range printf \"vigie_check_intermittent_cause{check='%s',instance='%s'}\" $labels.check $labels.instance | query }} In {{ .Value }} of {{ .Labels.of }}: {{ .Labels.trait }} {{ .Labels.value }}.{{ end }}";

/**
 * Streams that arrive as they should for a call to be one: at a participant that is connected to the bridge, or in a call
 * of two. Without the bridge the first two of three may still have met directly, and the third is alone.
 */
const GETS_THROUGH = `vigie_call_stream_ok == 1 and on (${SAME}, receiver) label_replace(vigie_call_participant_info{path="bridge"}, "receiver", "$1", "participant", "(.*)") or vigie_call_stream_ok == 1 and on (${SAME}) count by (${SAME}) (vigie_call_participant_info) == 2`;

const rowOf = (kind: string, runs: number) =>
  `on (${SAME}) (vigie_check_consecutive{kind="${kind}",outcome="fail"} >= ${runs})`;

const CALLS: readonly Alert[] = [
  {
    name: 'VigieCallCannotStart',
    of: 'check',
    severity: 'critical',
    expr: everywhere(
      `vigie_check_success{kind="call"} == 0 and ${rowOf('call', 2)} unless on (${SAME}) (${GETS_THROUGH})`,
    ),
    bridges: true,
    summary: 'Calls cannot be established.',
    description: `Nothing arrives over the bridge in the test call of {{ $labels.check }}, seen from {{ $labels.instance }}, for the second time in a row.${LAST_WORKED} The page of the run shows how far it got.`,
    dashboard: 'vigie-call',
    run: 'fail',
  },
  {
    name: 'VigieStreamMissing',
    of: 'check',
    severity: 'critical',
    expr: everywhere('vigie_call_stream_consecutive_misses >= 3'),
    bridges: true,
    summary: 'A participant does not receive a stream.',
    description: `{{ $labels.receiver }} does not {{ if eq $labels.media "audio" }}hear{{ else }}see{{ end }} {{ $labels.sender }} in the test call of {{ $labels.check }}, step {{ $labels.step }}, seen from {{ $labels.instance }}: {{ $value }} calls in a row.${LAST_WORKED}`,
    dashboard: 'vigie-call',
    run: 'fail',
  },
  {
    name: 'VigieCallIncomplete',
    of: 'check',
    severity: 'critical',
    expr: everywhere(`min without (${OF_STREAM}) (vigie_call_stream_ok) == 0 and ${rowOf('call', 3)}`),
    bridges: true,
    summary: 'Every call lacks a stream, and not always the same one.',
    description: `In each of the last three test calls of {{ $labels.check }}, seen from {{ $labels.instance }}, a participant did not receive a stream. In the latest:${MISSING_NOW}${LAST_WORKED}`,
    dashboard: 'vigie-call',
    run: 'fail',
  },
  {
    name: 'VigieSignalingBroken',
    of: 'check',
    severity: 'critical',
    expr: everywhere(
      `vigie_signaling_part_consecutive_failures >= 3 and on (${SAME}) (vigie_check_success{kind="signaling"} == 0)`,
    ),
    bridges: true,
    summary: 'A part of the signaling is broken.',
    description: `{{ $labels.part }} does not work for {{ $labels.check }}, seen from {{ $labels.instance }}: {{ $value }} runs in a row.${LAST_WORKED}`,
    dashboard: 'vigie-call',
    run: 'fail',
  },
];

const NOT_AUTHENTICATED = `vigie_mail_domain_authenticated == 0 and ${rowOf('mail', 2)}`;
const ALL_DOMAINS = `on (${SAME}, mechanism) (max by (${SAME}, mechanism) (vigie_mail_domain_authenticated) == 0)`;
const OF_DOMAIN = {
  name: 'VigieMailNotAuthenticated',
  bridges: true,
  summary: 'Mail sent through the relay fails authentication.',
  dashboard: 'vigie-mail',
  run: 'fail',
} as const;

const MAIL: readonly Alert[] = [
  {
    name: 'VigieMailNotDelivered',
    of: 'check',
    severity: 'critical',
    expr: everywhere(
      `vigie_check_success{kind="mail"} == 0 and ${rowOf('mail', 2)} unless on (${SAME}) vigie_mail_delivery_seconds`,
    ),
    bridges: true,
    summary: 'Test messages do not arrive.',
    description: `Not every test message of {{ $labels.check }}, sent from {{ $labels.instance }}, was accepted by the relay and arrived.${LAST_WORKED}`,
    dashboard: 'vigie-mail',
    run: 'fail',
  },
  {
    ...OF_DOMAIN,
    of: 'check',
    severity: 'critical',
    expr: everywhere(`${NOT_AUTHENTICATED} and ${ALL_DOMAINS}`),
    description: `No domain of {{ $labels.check }} passes {{ $labels.mechanism | toUpper }}, {{ $labels.domain }} among them: the relay does not sign, or is not authorised. Receivers put such mail into spam, or refuse it.${LAST_WORKED}`,
  },
  {
    ...OF_DOMAIN,
    of: 'fixed',
    severity: 'warning',
    expr: `${NOT_AUTHENTICATED} unless ${ALL_DOMAINS}`,
    description: `Test messages from {{ $labels.domain }} do not pass {{ $labels.mechanism | toUpper }} (check {{ $labels.check }}); those from other domains do. Receivers put them into spam, or refuse them.${LAST_WORKED}`,
  },
  {
    name: 'VigieZoneRecordWrong',
    of: 'check',
    severity: 'warning',
    expr: `vigie_zone_record_ok == 0 and on (${SAME}) (vigie_check_consecutive{kind="zone",outcome=~"fail|degraded"} >= 2)`,
    bridges: true,
    summary: 'The records of a hosted domain are wrong.',
    description:
      'The {{ $labels.record }} record of {{ $labels.domain }} does not do what the template of {{ $labels.check }} asks for. The page of the run has the record to publish.',
    dashboard: 'vigie-mail',
    run: 'any',
  },
];

const FAILING = {
  name: 'VigieCheckFailing',
  of: 'check',
  bridges: true,
  summary: 'A check fails in every run.',
  description: `{{ $labels.check }} ({{ $labels.kind }}), seen from {{ $labels.instance }}, failed {{ $value }} times in a row.${LAST_WORKED} The page of the run has the findings.`,
  dashboard: 'vigie-overview',
  run: 'fail',
} as const;

const FAILING_OFTEN = {
  name: 'VigieCheckFailingOften',
  of: 'check',
  bridges: true,
  summary: 'A check fails in at least three of its last six runs.',
  description: `{{ $labels.check }} ({{ $labels.kind }}), seen from {{ $labels.instance }}, failed {{ $value }} times in its last six runs.${MISSING_NOW}${LAST_WORKED} The page of the check shows which runs.`,
  dashboard: 'vigie-overview',
  run: 'fail',
} as const;

const oftenOf = (kinds: string) =>
  `vigie_check_recent_runs{kind=~"${kinds}",outcome="fail"} >= ${ALARM.often.failures} and on (${SAME}) (vigie_check_recent_onsets >= ${ALARM.often.onsets}) unless on (${SAME}) (${IN_A_ROW})`;

const CHECKS: readonly Alert[] = [
  {
    ...FAILING,
    severity: 'critical',
    expr: everywhere(
      'vigie_check_consecutive{kind=~"call|signaling",outcome="fail"} >= 3 or vigie_check_consecutive{kind="mail",outcome="fail"} >= 2',
    ),
  },
  // The records of customers' domains can wait until morning, and what was reported is of yesterday.
  {
    ...FAILING,
    severity: 'warning',
    expr: 'vigie_check_consecutive{kind="zone",outcome="fail"} >= 2 or vigie_check_consecutive{kind="reports",outcome="fail"} >= 1',
  },
  { ...FAILING_OFTEN, severity: 'critical', expr: everywhere(oftenOf('call|signaling|mail')) },
  { ...FAILING_OFTEN, severity: 'warning', expr: oftenOf('zone') },
  {
    name: 'VigieFailingInOnePlace',
    of: 'fixed',
    severity: 'warning',
    expr: 'vigie:check_failing{kind!~"zone|reports"} and on (job, check) vigie:check_working_places:count',
    bridges: true,
    summary: 'A check fails from one place and works from others.',
    description: `{{ $labels.check }} ({{ $labels.kind }}) fails seen from {{ with $labels.place }}{{ . }}, {{ end }}{{ $labels.instance }}, and works seen from{{ range printf "vigie_check_success{check='%s'} == 1 unless on (job, instance, check) vigie:check_failing" $labels.check | query }} {{ with .Labels.place }}{{ . }}, {{ end }}{{ .Labels.instance }};{{ end }} the network between is the first suspect.${LAST_WORKED}`,
    dashboard: 'vigie-overview',
    run: 'fail',
  },
  {
    name: 'VigieCheckIntermittent',
    of: 'fixed',
    severity: 'warning',
    expr: `vigie_check_intermittent == 1 unless on (${SAME}) vigie:check_failing`,
    bridges: true,
    summary: 'A check fails now and then, more often than chance explains.',
    description: `{{ $labels.check }} ({{ $labels.kind }}), seen from {{ $labels.instance }}:${HOW_OFTEN}${SHARED} Chance does not explain that many.`,
    dashboard: 'vigie-overview',
    run: 'fail',
  },
  {
    name: 'VigieCheckDegraded',
    of: 'fixed',
    severity: 'warning',
    expr: `vigie_check_consecutive{outcome="degraded"} >= ${ALARM.degraded.inARow} or vigie_check_recent_runs{outcome="degraded"} >= ${ALARM.degraded.recent}`,
    bridges: true,
    summary: 'A check works, but below its thresholds.',
    description:
      '{{ $labels.check }} ({{ $labels.kind }}), seen from {{ $labels.instance }}, was degraded in {{ $value }} of its latest runs. The page of the run has the findings.',
    dashboard: 'vigie-overview',
    run: 'degraded',
  },
  {
    name: 'VigieCheckErroring',
    of: 'fixed',
    severity: 'warning',
    expr: `max without (outcome) (vigie_check_recent_runs{outcome="error"} >= ${ALARM.error.recent}) or max without (window) (vigie_check_error_ratio{window="24h"} > ${ALARM.error.dayShare} and on (${SAME}) (vigie_check_window_runs{window="24h"} >= ${ALARM.error.dayRuns}) and on (${SAME}) (vigie_check_recent_runs{outcome="error"} >= 1))`,
    bridges: true,
    summary: 'A check could not tell how its target is: a fault of our own.',
    description:
      'At least three of the last six runs of {{ $labels.check }} ({{ $labels.kind }}) on {{ $labels.instance }}, or more than 30 % of those of the last day, could not tell. This is a fault of the machine, browsers, network or resolver that Vigie uses; it says nothing about the target, which is not watched meanwhile.',
    dashboard: 'vigie-self',
    run: 'error',
  },
  {
    name: 'VigieCheckStale',
    severity: 'warning',
    // Three intervals, or an hour beyond the longest one: a check that rests at night has a long one.
    expr: `vigie_check_last_run_timestamp_seconds < time() - ${ALARM.stale.intervals} * vigie_check_interval_seconds or vigie_check_last_run_timestamp_seconds + ${ALARM.stale.beyondMs / 1000} < time() - vigie_check_interval_seconds or (vigie_check_interval_seconds and on (${SAME}) (vigie_check_interval_seconds offset 1h)) unless on (${SAME}) vigie_check_last_run_timestamp_seconds`,
    forS: 60,
    summary: 'A check has not run for longer than it should.',
    description:
      "{{ $labels.check }} ({{ $labels.kind }}) on {{ $labels.instance }} ran last{{ with printf \"vigie_check_last_run_timestamp_seconds{check='%s',instance='%s'}\" $labels.check $labels.instance | query }} at {{ . | first | value | humanizeTimestamp }} (UTC){{ else }} never{{ end }}. Its results on the dashboards are of then.",
    dashboard: 'vigie-self',
    run: 'any',
  },
  {
    name: 'VigieUpgradeRegression',
    of: 'fixed',
    severity: 'warning',
    // A version that was not there a day ago, of what worked nearly always in the six hours before that.
    expr: `vigie_check_consecutive{kind=~"call|signaling",outcome=~"fail|degraded"} >= 2 and on (${SAME}) (vigie_target_info unless on (${SAME}, version) vigie_target_info offset 1d) and on (${SAME}) (avg_over_time(vigie_check_outcome{outcome="pass"}[6h] offset 1d) > 0.9)`,
    bridges: true,
    summary: 'The target was upgraded and works less well since.',
    description: `{{ $labels.check }} ({{ $labels.kind }}), seen from {{ $labels.instance }}: {{ $labels.outcome }} since the upgrade to version{{ range printf "vigie_target_info{check='%s',instance='%s'}" $labels.check $labels.instance | query }} {{ .Labels.version }}{{ end }}; a day ago, with the version before, nearly every run passed.`,
    dashboard: 'vigie-overview',
    run: 'any',
  },
];

/** Of checks, in one group with what is recorded for them. */
export const CHECK_ALERTS: readonly Alert[] = [...CALLS, ...MAIL, ...CHECKS];
export const ALERTS: readonly Alert[] = [...CHECK_ALERTS, ...OWN_ALERTS];
