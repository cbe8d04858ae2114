/**
 * The alerts: what each watches, how many runs it waits for, how severe it is, what it silences, what it says.
 *
 * Texts are Go templates that Prometheus fills in. A summary is the same for every alert of a group, so that
 * twelve streams read as one thing; the description says which one.
 */
import { KINDS, type Kind } from '../src/checks/check.ts';
import type { Cadence } from './intervals.ts';

/** `critical` wakes somebody, `warning` waits until morning, `none` is not for people. */
export type Severity = 'critical' | 'warning' | 'none';

export interface Alert {
  readonly name: string;
  readonly severity: Severity;
  /** Of these kinds of check, one rule for each cadence; without it one rule, of Vigie as a whole. */
  readonly kinds?: readonly Kind[];
  /** `select` is a label matcher for the checks of the cadence, with a leading comma where there is one. */
  expr(select: string, cadence: Cadence): string;
  /** Waits for so many runs of the check one after the other. */
  readonly runs?: number;
  /** Waits for so long, in seconds. */
  readonly forS?: number;
  /** Does not end with one run that could not tell, or a restart of Vigie. */
  readonly bridges?: boolean;
  readonly summary: string;
  readonly description: string;
  /** The uid of the dashboard to look at. */
  readonly dashboard: string;
  /** Leads to the latest run that failed, or to the latest one of any outcome; absent where there is none. */
  readonly run?: 'fail' | 'degraded' | 'error' | 'any';
  /** It may ring without saying of which Vigie. */
  readonly placeless?: boolean;
}

/** What makes a check the same in two metrics. */
const SAME = 'job, instance, check';
const OF_STREAM = 'step, receiver, sender, media, receiver_browser, sender_browser';
const DAY_S = 86_400;

/** A failure is worth a third look before somebody is woken; what is checked seldom and is not flaky, a second. */
const OFTEN = 3;
const SELDOM = 2;
const SELDOM_CHECKED: ReadonlySet<Kind> = new Set(['mail', 'zone']);
const runsBeforeAlert = (kind: Kind): number => (SELDOM_CHECKED.has(kind) ? SELDOM : OFTEN);

/** When it last worked, where that is known: asked when the alert is sent. */
const LAST_WORKED =
  "{{ with printf \"vigie_check_last_success_timestamp_seconds{check='%s',instance='%s'}\" $labels.check $labels.instance | query }} It last worked at {{ . | first | value | humanizeTimestamp }} (UTC).{{ end }}";

/** Every stream that is missing now, in words: `B does not hear A`. */
const MISSING_NOW =
  '{{ range printf "vigie_call_stream_ok{check=\'%s\',instance=\'%s\'} == 0" $labels.check $labels.instance | query }} {{ .Labels.receiver }} does not {{ if eq .Labels.media "audio" }}hear{{ else }}see{{ end }} {{ .Labels.sender }} ({{ .Labels.step }}).{{ end }}';

/**
 * Streams that arrive as they should for a call to be one: at somebody who is connected to the bridge, or in a call
 * of two. Without the bridge the first two of three may still have met directly, and the third sits alone.
 */
const GETS_THROUGH = `vigie_call_stream_ok == 1 and on (${SAME}, receiver) label_replace(vigie_call_participant_info{path="bridge"}, "receiver", "$1", "participant", "(.*)") or vigie_call_stream_ok == 1 and on (${SAME}) count by (${SAME}) (vigie_call_participant_info) == 2`;

const CALLS: readonly Alert[] = [
  {
    name: 'VigieCallCannotStart',
    severity: 'critical',
    kinds: ['call'],
    expr: (select) => `vigie_check_success{kind="call"${select}} == 0 unless on (${SAME}) (${GETS_THROUGH})`,
    runs: 2,
    bridges: true,
    summary: 'Calls do not come about: people cannot meet.',
    description: `In the test call of {{ $labels.check }}, seen from {{ $labels.instance }}, nothing arrives over the bridge; people cannot meet.${LAST_WORKED} The page of the run says how far it got.`,
    dashboard: 'vigie-call',
    run: 'fail',
  },
  {
    name: 'VigieStreamMissing',
    severity: 'critical',
    kinds: ['call'],
    expr: (select) => `vigie_call_stream_ok${braces(select)} == 0`,
    runs: OFTEN,
    bridges: true,
    summary: 'Somebody in the call does not get a stream.',
    description: `{{ $labels.receiver }} ({{ $labels.receiver_browser }}) does not {{ if eq $labels.media "audio" }}hear{{ else }}see{{ end }} {{ $labels.sender }} ({{ $labels.sender_browser }}) in the test call of {{ $labels.check }}, step {{ $labels.step }}, seen from {{ $labels.instance }}.${LAST_WORKED}`,
    dashboard: 'vigie-call',
    run: 'fail',
  },
  {
    name: 'VigieCallIncomplete',
    severity: 'critical',
    kinds: ['call'],
    expr: (select) => `min without (${OF_STREAM}) (vigie_call_stream_ok${braces(select)}) == 0`,
    runs: OFTEN,
    bridges: true,
    summary: 'Each call lacks a stream, and not always the same one.',
    description: `In every one of the last test calls of {{ $labels.check }}, seen from {{ $labels.instance }}, somebody did not get a stream. In the latest:${MISSING_NOW}${LAST_WORKED}`,
    dashboard: 'vigie-call',
    run: 'fail',
  },
  {
    name: 'VigieSignalingBroken',
    severity: 'critical',
    kinds: ['signaling'],
    expr: (select) =>
      `vigie_signaling_part_ok${braces(select)} == 0 and on (${SAME}) (vigie_check_success{kind="signaling"} == 0)`,
    runs: OFTEN,
    bridges: true,
    summary: 'A part of the signaling is broken.',
    description: `{{ $labels.part }} does not work for {{ $labels.check }}, seen from {{ $labels.instance }}.${LAST_WORKED}`,
    dashboard: 'vigie-call',
    run: 'fail',
  },
];

const MAIL: readonly Alert[] = [
  {
    name: 'VigieMailNotDelivered',
    severity: 'critical',
    kinds: ['mail'],
    expr: (select) =>
      `vigie_check_success{kind="mail"${select}} == 0 unless on (${SAME}) vigie_mail_delivery_seconds`,
    runs: SELDOM,
    bridges: true,
    summary: 'Test letters do not arrive.',
    description: `Not every letter of {{ $labels.check }}, sent from {{ $labels.instance }}, was taken by the relay and arrived.${LAST_WORKED}`,
    dashboard: 'vigie-mail',
    run: 'fail',
  },
  {
    name: 'VigieMailNotAuthenticated',
    severity: 'critical',
    kinds: ['mail'],
    expr: (select) => `vigie_mail_domain_authenticated${braces(select)} == 0`,
    runs: SELDOM,
    bridges: true,
    summary: 'Mail through the relay would not be believed.',
    description: `Letters from {{ $labels.domain }} do not pass {{ $labels.mechanism | toUpper }} (check {{ $labels.check }}); others will put them into spam, or refuse them.${LAST_WORKED}`,
    dashboard: 'vigie-mail',
    run: 'fail',
  },
  {
    name: 'VigieZoneRecordWrong',
    severity: 'warning',
    kinds: ['zone'],
    expr: (select) => `vigie_zone_record_ok${braces(select)} == 0`,
    runs: SELDOM,
    bridges: true,
    summary: "A hosted domain's records are wrong.",
    description:
      'The {{ $labels.record }} record of {{ $labels.domain }} does not do what the template of {{ $labels.check }} asks for. The page of the run has the record to publish.',
    dashboard: 'vigie-mail',
    run: 'any',
  },
];

/** The records of customers' domains can wait until morning. */
const CAN_WAIT: ReadonlySet<Kind> = new Set(['zone']);
const WINDOW_RUNS = 6;

const FAILING = {
  name: 'VigieCheckFailing',
  expr: (select: string, { kind }: Cadence) => `vigie_check_success{kind="${kind}"${select}} == 0`,
  // It waits for as many runs as the alerts that have better words for it, and that silence it.
  bridges: true,
  summary: 'A check finds its target broken.',
  description: `{{ $labels.check }} ({{ $labels.kind }}), seen from {{ $labels.instance }}, fails in every run.${LAST_WORKED} The page of the run has the findings.`,
  dashboard: 'vigie-overview',
  run: 'fail',
} as const;

const CHECKS: readonly Alert[] = [
  { severity: 'critical', kinds: KINDS.filter((kind) => !CAN_WAIT.has(kind)), ...FAILING },
  { severity: 'warning', kinds: KINDS.filter((kind) => CAN_WAIT.has(kind)), ...FAILING },
  {
    name: 'VigieCheckDegraded',
    severity: 'warning',
    kinds: KINDS,
    expr: (select, { kind }) => `vigie_check_outcome{kind="${kind}",outcome="degraded"${select}} == 1`,
    runs: 3,
    bridges: true,
    summary: 'A check works, but below its thresholds.',
    description:
      '{{ $labels.check }} ({{ $labels.kind }}), seen from {{ $labels.instance }}, is degraded in every run. The page of the run has the findings.',
    dashboard: 'vigie-overview',
    run: 'degraded',
  },
  {
    name: 'VigieCheckErroring',
    severity: 'warning',
    kinds: KINDS,
    expr: (select, { kind, everyMs }) =>
      `increase(vigie_check_runs_total{kind="${kind}",outcome="error"${select}}[${promDuration(WINDOW_RUNS * everyMs)}]) > 2.5`,
    summary: 'A check cannot tell how its target is: a fault of our own.',
    description:
      "Of the last six runs of {{ $labels.check }} ({{ $labels.kind }}) on {{ $labels.instance }} about {{ $value | humanize }} could not tell. This is a fault of Vigie's machine, browsers, network or resolver; it says nothing of the target, which is unwatched meanwhile.",
    dashboard: 'vigie-self',
    run: 'error',
  },
  {
    name: 'VigieCheckStale',
    severity: 'warning',
    kinds: KINDS,
    expr: (select, { kind, everyMs }) => {
      const interval = `vigie_check_interval_seconds{kind="${kind}"${select}}`;
      const last = `vigie_check_last_run_timestamp_seconds{kind="${kind}"${select}}`;
      const long = promDuration(3 * everyMs);
      // Or configured for so long, and without any run in all that time.
      return `time() - ${last} > 3 * ${interval} or 3 * (${interval} and on (${SAME}) (${interval} offset ${long}) unless on (${SAME}) max_over_time(${last}[${long}]))`;
    },
    forS: 60,
    summary: 'A check has not run for three of its intervals.',
    description:
      '{{ $labels.check }} ({{ $labels.kind }}) on {{ $labels.instance }} ended its last run {{ $value | humanizeDuration }} ago or longer; its results on the dashboards are of then.',
    dashboard: 'vigie-self',
    run: 'any',
  },
  {
    name: 'VigieUpgradeRegression',
    severity: 'warning',
    kinds: ['call', 'signaling'],
    // A version that was not there a day ago, of what worked nearly always in the six hours before that.
    expr: (select, { kind }) =>
      `vigie_check_outcome{kind="${kind}",outcome=~"fail|degraded"${select}} == 1 and on (${SAME}) (vigie_target_info unless on (${SAME}, version) vigie_target_info offset 1d) and on (${SAME}) (avg_over_time(vigie_check_outcome{kind="${kind}",outcome="pass"}[6h] offset 1d) > 0.9)`,
    runs: 2,
    bridges: true,
    summary: 'What is watched was upgraded, and works less well since.',
    description: `{{ $labels.check }} ({{ $labels.kind }}), seen from {{ $labels.instance }}: {{ $labels.outcome }} since the upgrade to version{{ range printf "vigie_target_info{check='%s',instance='%s'}" $labels.check $labels.instance | query }} {{ .Labels.version }}{{ end }}; a day ago, with the version before, nearly every run passed.`,
    dashboard: 'vigie-overview',
    run: 'any',
  },
];

const expiry = (days: number) =>
  `vigie_mail_certificate_expiry_timestamp_seconds - time() < ${days} * ${DAY_S} or vigie_signaling_certificate_expiry_timestamp_seconds - time() < ${days} * ${DAY_S}`;
const EXPIRY = {
  forS: 900,
  summary: 'A certificate is near its end.',
  description:
    'The certificate that {{ $labels.check }} sees is valid for {{ $value | humanizeDuration }} more.',
  dashboard: 'vigie-overview',
  run: 'any',
} as const;

const ITSELF: readonly Alert[] = [
  { name: 'VigieCertificateExpiring', severity: 'warning', expr: () => expiry(14), ...EXPIRY },
  { name: 'VigieCertificateExpiring', severity: 'critical', expr: () => expiry(3), ...EXPIRY },
  {
    name: 'VigieGone',
    severity: 'critical',
    expr: () => 'up{job="vigie"} == 0 or absent(up{job="vigie"})',
    forS: 300,
    summary: 'Vigie does not answer: nothing is watched.',
    description:
      'Prometheus has not reached Vigie{{ with $labels.instance }} at {{ . }}{{ end }} for five minutes. Calls and mail may be well or not; nobody looks. Is the process there, does /healthz answer, what are the last lines of its log? Vigie serves its runbooks itself: this one is dashboards/runbooks/VigieGone.md of a checkout now.',
    dashboard: 'vigie-self',
    placeless: true,
  },
  {
    name: 'VigieConfigRefused',
    severity: 'warning',
    expr: () => 'vigie_config_last_reload_successful == 0',
    forS: 300,
    summary: "Vigie's changed configuration was refused.",
    description:
      'Vigie on {{ $labels.instance }} goes on with the configuration that it had before. Its log names file, line and what was expected; so does vigie check-config.',
    dashboard: 'vigie-self',
  },
  {
    name: 'VigieWatchdog',
    severity: 'none',
    expr: () => 'vector(1)',
    summary: 'Always on: Prometheus and Alertmanager work.',
    description:
      'This alert always rings. Send it to something outside that wakes somebody when it has not come for a while.',
    dashboard: 'vigie-self',
    placeless: true,
  },
];

export const ALERTS: readonly Alert[] = [...CALLS, ...MAIL, ...CHECKS, ...ITSELF];

/** How many runs in a row an alert waits for; null where it waits for none. */
export function runsOf(alert: Alert, kind: Kind): number | null {
  return alert.name === 'VigieCheckFailing' ? runsBeforeAlert(kind) : (alert.runs ?? null);
}

function braces(select: string): string {
  return select === '' ? '' : `{${select.replace(/^,/, '')}}`;
}

/** As Prometheus writes durations: `7m30s`. */
export function promDuration(ms: number): string {
  let rest = Math.round(ms / 1000);
  const parts = [
    ['d', DAY_S],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const;
  const text = parts
    .map(([unit, seconds]) => {
      const count = Math.floor(rest / seconds);
      rest -= count * seconds;
      return count > 0 ? `${count}${unit}` : '';
    })
    .join('');
  return text || '0s';
}
