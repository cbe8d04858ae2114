/**
 * The alerts: what each watches, how severe it is, what it says.
 *
 * Vigie itself counts runs in a row, shares and onsets (docs/monitoring.md, "Intermittent faults"), so that no rule depends
 * on how often a check runs: no waiting time is computed, and the rules stay right when intervals change.
 *
 * Texts are Go templates that Prometheus fills in. A summary is the same for every alert of a group, so that
 * twelve streams read as one thing; the description says which one.
 */

/** `critical` wakes somebody, `warning` waits until morning, `none` is not for people. */
export type Severity = 'critical' | 'warning' | 'none';

export interface Alert {
  readonly name: string;
  readonly severity: Severity;
  readonly expr: string;
  /** Has to hold for so long, in seconds: only where nothing counts runs. */
  readonly forS?: number;
  /** Does not end with a restart of Vigie, or with a scrape that failed. */
  readonly bridges?: boolean;
  readonly summary: string;
  readonly description: string;
  /** The uid of the dashboard to look at. */
  readonly dashboard: string;
  /** Leads to the latest run that failed, or to the latest one of any outcome; absent where there is none. */
  readonly run?: 'fail' | 'degraded' | 'error' | 'any';
  /** It may fire without naming a Vigie. */
  readonly placeless?: boolean;
}

/** A recorded expression, which alerts and dashboards use. */
export interface Recording {
  readonly name: string;
  readonly expr: string;
}

/** What makes a check the same in two metrics. */
const SAME = 'job, instance, check';
const OF_STREAM = 'step, receiver, sender, media, receiver_browser, sender_browser';
const DAY_S = 86_400;

/** Calls and signaling are worth a third look before somebody is woken; mail and zones are checked seldom. */
const IN_A_ROW =
  'vigie_check_consecutive{kind=~"call|signaling",outcome="fail"} >= 3 or vigie_check_consecutive{kind=~"mail|zone",outcome="fail"} >= 2';
/** Not of one outage that is over: there are working runs between the failures. */
const OFTEN = `vigie_check_recent_runs{outcome="fail"} >= 3 and on (${SAME}) (vigie_check_recent_onsets >= 2)`;

/** Checks that fail now, and from how many places the same check works meanwhile. */
export const RECORDINGS: readonly Recording[] = [
  { name: 'vigie:check_failing', expr: `(${IN_A_ROW} or ${OFTEN}) ^ 0` },
  {
    name: 'vigie:check_working_places:count',
    expr: `count by (job, check) (vigie_check_success == 1 unless on (${SAME}) vigie:check_failing)`,
  },
];

/** Recorded for graphs over weeks, every five minutes. */
export const SLOW_RECORDINGS: readonly Recording[] = [
  {
    name: 'vigie:call_stream_lost:ratio_increase1d',
    expr: `sum without (result) (increase(vigie_call_stream_runs_total{result="lost"}[1d])) / sum without (result) (increase(vigie_call_stream_runs_total[1d])) > 0`,
  },
  {
    name: 'vigie:zone_records_wrong:count',
    expr: 'sum by (job, instance, check, record) (1 - vigie_zone_record_ok)',
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
    severity: 'critical',
    expr: everywhere(`${NOT_AUTHENTICATED} and ${ALL_DOMAINS}`),
    description: `No domain of {{ $labels.check }} passes {{ $labels.mechanism | toUpper }}, {{ $labels.domain }} among them: the relay does not sign, or is not authorised. Receivers put such mail into spam, or refuse it.${LAST_WORKED}`,
  },
  {
    ...OF_DOMAIN,
    severity: 'warning',
    expr: `${NOT_AUTHENTICATED} unless ${ALL_DOMAINS}`,
    description: `Test messages from {{ $labels.domain }} do not pass {{ $labels.mechanism | toUpper }} (check {{ $labels.check }}); those from other domains do. Receivers put them into spam, or refuse them.${LAST_WORKED}`,
  },
  {
    name: 'VigieZoneRecordWrong',
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
  bridges: true,
  summary: 'A check fails in every run.',
  description: `{{ $labels.check }} ({{ $labels.kind }}), seen from {{ $labels.instance }}, failed {{ $value }} times in a row.${LAST_WORKED} The page of the run has the findings.`,
  dashboard: 'vigie-overview',
  run: 'fail',
} as const;

const FAILING_OFTEN = {
  name: 'VigieCheckFailingOften',
  bridges: true,
  summary: 'A check fails in at least three of its last six runs.',
  description: `{{ $labels.check }} ({{ $labels.kind }}), seen from {{ $labels.instance }}, failed {{ $value }} times in its last six runs.${MISSING_NOW}${LAST_WORKED} The page of the check shows which runs.`,
  dashboard: 'vigie-overview',
  run: 'fail',
} as const;

const oftenOf = (kinds: string) =>
  `vigie_check_recent_runs{kind=~"${kinds}",outcome="fail"} >= 3 and on (${SAME}) (vigie_check_recent_onsets >= 2) unless on (${SAME}) (${IN_A_ROW})`;

const CHECKS: readonly Alert[] = [
  {
    ...FAILING,
    severity: 'critical',
    expr: everywhere(
      'vigie_check_consecutive{kind=~"call|signaling",outcome="fail"} >= 3 or vigie_check_consecutive{kind="mail",outcome="fail"} >= 2',
    ),
  },
  // The records of customers' domains can wait until morning.
  { ...FAILING, severity: 'warning', expr: 'vigie_check_consecutive{kind="zone",outcome="fail"} >= 2' },
  { ...FAILING_OFTEN, severity: 'critical', expr: everywhere(oftenOf('call|signaling|mail')) },
  { ...FAILING_OFTEN, severity: 'warning', expr: oftenOf('zone') },
  {
    name: 'VigieFailingInOnePlace',
    severity: 'warning',
    expr: 'vigie:check_failing{kind!="zone"} and on (job, check) vigie:check_working_places:count',
    bridges: true,
    summary: 'A check fails from one place and works from others.',
    description: `{{ $labels.check }} ({{ $labels.kind }}) fails seen from {{ with $labels.place }}{{ . }}, {{ end }}{{ $labels.instance }}, and works seen from{{ range printf "vigie_check_success{check='%s'} == 1 unless on (job, instance, check) vigie:check_failing" $labels.check | query }} {{ with .Labels.place }}{{ . }}, {{ end }}{{ .Labels.instance }};{{ end }} the network between is the first suspect.${LAST_WORKED}`,
    dashboard: 'vigie-overview',
    run: 'fail',
  },
  {
    name: 'VigieCheckIntermittent',
    severity: 'warning',
    expr: `vigie_check_intermittent == 1 unless on (${SAME}) vigie:check_failing`,
    bridges: true,
    summary: 'A check fails now and then, more often than chance explains.',
    description: `{{ $labels.check }} ({{ $labels.kind }}), seen from {{ $labels.instance }}:${HOW_OFTEN}${SHARED} Chance does not explain so many.`,
    dashboard: 'vigie-overview',
    run: 'fail',
  },
  {
    name: 'VigieCheckDegraded',
    severity: 'warning',
    expr: 'vigie_check_consecutive{outcome="degraded"} >= 3 or vigie_check_recent_runs{outcome="degraded"} >= 4',
    bridges: true,
    summary: 'A check works, but below its thresholds.',
    description:
      '{{ $labels.check }} ({{ $labels.kind }}), seen from {{ $labels.instance }}, was degraded in {{ $value }} of its latest runs. The page of the run has the findings.',
    dashboard: 'vigie-overview',
    run: 'degraded',
  },
  {
    name: 'VigieCheckErroring',
    severity: 'warning',
    expr: `max without (outcome) (vigie_check_recent_runs{outcome="error"} >= 3) or max without (window) (vigie_check_error_ratio{window="24h"} > 0.3 and on (${SAME}) (vigie_check_window_runs{window="24h"} >= 6) and on (${SAME}) (vigie_check_recent_runs{outcome="error"} >= 1))`,
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
    expr: `vigie_check_last_run_timestamp_seconds < time() - 3 * vigie_check_interval_seconds or vigie_check_last_run_timestamp_seconds + 3600 < time() - vigie_check_interval_seconds or (vigie_check_interval_seconds and on (${SAME}) (vigie_check_interval_seconds offset 1h)) unless on (${SAME}) vigie_check_last_run_timestamp_seconds`,
    forS: 60,
    summary: 'A check has not run for longer than it should.',
    description:
      "{{ $labels.check }} ({{ $labels.kind }}) on {{ $labels.instance }} ran last{{ with printf \"vigie_check_last_run_timestamp_seconds{check='%s',instance='%s'}\" $labels.check $labels.instance | query }} at {{ . | first | value | humanizeTimestamp }} (UTC){{ else }} never{{ end }}. Its results on the dashboards are of then.",
    dashboard: 'vigie-self',
    run: 'any',
  },
  {
    name: 'VigieUpgradeRegression',
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

const expiry = (days: number) =>
  `vigie_mail_certificate_expiry_timestamp_seconds - time() < ${days} * ${DAY_S} or vigie_signaling_certificate_expiry_timestamp_seconds - time() < ${days} * ${DAY_S}`;
const EXPIRY = {
  name: 'VigieCertificateExpiring',
  forS: 900,
  summary: 'A certificate is about to expire.',
  description: 'The certificate that {{ $labels.check }} sees expires in {{ $value | humanizeDuration }}.',
  dashboard: 'vigie-overview',
  run: 'any',
} as const;

/** Vigies that Prometheus knew, whatever the name of their job. */
const GONE = [
  // It is a target, and does not answer.
  'max by (job, instance) (up) == 0 and on (job, instance) max by (job, instance) (last_over_time(vigie_build_info[30d]))',
  // It is no target any more, and there are fewer than there usually were: an address that changes is no loss.
  'max by (job, instance) (last_over_time(vigie_build_info[1d])) unless on (job, instance) up and on (job) (quantile_over_time(0.5, count by (job) (vigie_build_info)[1d:5m]) > (count by (job) (vigie_build_info) or 0 * quantile_over_time(0.5, count by (job) (vigie_build_info)[1d:5m])))',
  'absent(last_over_time(vigie_build_info[30d]))',
].join(' or ');

const ITSELF: readonly Alert[] = [
  { severity: 'warning', expr: expiry(14), ...EXPIRY },
  { severity: 'critical', expr: expiry(3), ...EXPIRY },
  {
    name: 'VigieGone',
    severity: 'critical',
    expr: GONE,
    forS: 300,
    summary: 'Vigie does not answer: nothing is watched.',
    description:
      'Prometheus has not reached Vigie{{ with $labels.instance }} at {{ . }}{{ end }} for five minutes. Whether calls and mail work is unknown. Check the process, /healthz, and the last lines of its log. Vigie serves its runbooks itself: read this one in dashboards/runbooks/VigieGone.md of a checkout.',
    dashboard: 'vigie-self',
    placeless: true,
  },
  {
    name: 'VigieCrashLoop',
    severity: 'critical',
    expr: 'changes(vigie_start_timestamp_seconds[30m]) >= 3',
    summary: 'Vigie restarts again and again.',
    description:
      'Vigie on {{ $labels.instance }} started {{ $value }} times within 30 minutes: runs in progress are lost each time. Its log and the memory limit of its container say why.',
    dashboard: 'vigie-self',
  },
  {
    name: 'VigieConfigRefused',
    severity: 'warning',
    expr: 'vigie_config_last_reload_successful == 0',
    forS: 300,
    summary: 'The changed configuration of Vigie was rejected.',
    description:
      'Vigie on {{ $labels.instance }} keeps the configuration that it had before. Its log names file, line and what was expected; so does vigie check-config.',
    dashboard: 'vigie-self',
  },
  {
    name: 'VigieHistoryNotWritable',
    severity: 'warning',
    expr: 'vigie_history_writable == 0',
    forS: 300,
    summary: 'Vigie cannot write its history.',
    description:
      'Vigie on {{ $labels.instance }} keeps its runs in memory, because history.dir cannot be written. They are lost if the process ends. Its log names the file and the reason.',
    dashboard: 'vigie-self',
  },
  {
    name: 'VigieEvidenceNotWritable',
    severity: 'warning',
    expr: 'vigie_evidence_writable == 0',
    forS: 300,
    summary: 'Vigie cannot write evidence.',
    description:
      'The evidence of the last run of Vigie on {{ $labels.instance }} could not be written to evidence.dir: a failure would leave no screenshots, statistics or transcripts. Its log names the directory and the reason.',
    dashboard: 'vigie-self',
  },
  {
    name: 'VigieRunsLost',
    severity: 'warning',
    expr: 'increase(vigie_history_lost_runs_total[6h]) > 0',
    summary: 'Vigie lost runs.',
    description:
      'Vigie on {{ $labels.instance }} gave up runs in the last six hours: neither disk nor memory had room for them. Shares and "since when" on its pages lack them.',
    dashboard: 'vigie-self',
  },
  {
    name: 'VigieRunsSkipped',
    severity: 'warning',
    expr: 'sum without (reason) (increase(vigie_check_skipped_total[6h])) > 5.5 and sum without (reason) (increase(vigie_check_skipped_total[6h])) > on (job, instance, check, kind) 0.25 * (sum without (outcome) (increase(vigie_check_runs_total[6h])) + on (job, instance, check, kind) sum without (reason) (increase(vigie_check_skipped_total[6h])))',
    summary: 'A check cannot keep its schedule.',
    description:
      'More than a quarter of the scheduled runs of {{ $labels.check }} ({{ $labels.kind }}) on {{ $labels.instance }} did not take place in the last six hours: about {{ $value | humanize }}. Runs take too long, or the machine slept.',
    dashboard: 'vigie-self',
    run: 'any',
  },
  {
    name: 'VigieBrowsersFailing',
    severity: 'warning',
    expr: `vigie_check_findings{kind="call",outcome="error",finding=~"browser-.+|no-memory|sound-server|too-few-files"} and on (${SAME}) (vigie_check_consecutive{outcome="error"} >= 2)`,
    bridges: true,
    summary: "Vigie's own browsers fail.",
    description:
      'The last calls of {{ $labels.check }} on {{ $labels.instance }} could not be judged: {{ $labels.finding }}. Calls are not watched meanwhile.',
    dashboard: 'vigie-self',
    run: 'error',
  },
  {
    name: 'VigieWatchdog',
    severity: 'none',
    expr: 'vector(1)',
    summary: 'Always firing: Prometheus and Alertmanager work.',
    description:
      'This alert always fires. Send it to an outside service that notifies somebody when it has not come for a while.',
    dashboard: 'vigie-self',
    placeless: true,
  },
];

/** Of checks, in one group with what is recorded for them. */
export const CHECK_ALERTS: readonly Alert[] = [...CALLS, ...MAIL, ...CHECKS];
export const OWN_ALERTS: readonly Alert[] = ITSELF;
export const ALERTS: readonly Alert[] = [...CHECK_ALERTS, ...OWN_ALERTS];
