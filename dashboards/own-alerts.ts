/** Alerts about Vigie itself, and about certificates that expire. */
import { OWN_BROWSERS } from '../src/checks/alarm.ts';
import type { Alert } from './alert.ts';

const SAME = 'job, instance, check';
const DAY_S = 86_400;

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

export const OWN_ALERTS: readonly Alert[] = [
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
    expr: `vigie_check_findings{kind="call",outcome="error",finding=~"${OWN_BROWSERS}"} and on (${SAME}) (vigie_check_consecutive{outcome="error"} >= 2)`,
    bridges: true,
    summary: "Vigie's own browsers fail.",
    description:
      'The last calls of {{ $labels.check }} on {{ $labels.instance }} could not be judged: {{ $labels.finding }}. Calls are not watched meanwhile.',
    dashboard: 'vigie-self',
    run: 'error',
  },
  {
    name: 'VigieInternalErrors',
    severity: 'warning',
    expr: 'increase(vigie_internal_errors_total[1h]) > 0',
    summary: 'There were internal errors in Vigie.',
    description:
      'Exceptions inside Vigie on {{ $labels.instance }} that nothing handled, in the last hour: about {{ $value | humanize }}. The service continues; its log has them.',
    dashboard: 'vigie-self',
  },
  {
    name: 'VigieTokensRefused',
    severity: 'warning',
    expr: 'increase(vigie_tokens_refused_total[1h]) > 20',
    summary: 'Many wrong tokens were sent to Vigie.',
    description:
      'Vigie on {{ $labels.instance }} refused about {{ $value | humanize }} requests with a wrong token in the last hour: somebody is guessing, or a program has an old token. Its log has the addresses.',
    dashboard: 'vigie-self',
  },
  {
    name: 'VigieNotificationsFailing',
    severity: 'warning',
    expr: 'vigie_notifications_pending > 0 and on (job, instance, target) increase(vigie_notifications_total{result="failed"}[15m]) > 0',
    forS: 600,
    summary: 'Vigie cannot deliver its notifications.',
    description:
      'Notifications of Vigie on {{ $labels.instance }} to the target {{ $labels.target }} are waiting: the target does not accept them. The log has the reason of each attempt.',
    dashboard: 'vigie-self',
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
