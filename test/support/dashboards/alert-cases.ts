/** For each alert, series that make it fire, and what it then says. */
import type { AlertRule } from '../../../dashboards/rules.ts';

export interface Case {
  readonly alert: string;
  /** Of the rule that is meant, where an alert has several. */
  readonly severity?: string;
  /** In promtool's notation: a series, and its values each minute. */
  readonly series: readonly (readonly [string, string])[];
  /** When it is looked at; 20 minutes unless said. */
  readonly at?: string;
  /** The labels that come from the series; an empty one is not there. */
  readonly labels: Readonly<Record<string, string>>;
  readonly description: string;
  /** The link to the runbook, where the labels alone do not make it. */
  readonly runbook?: string;
}

type Labels = Readonly<Record<string, string>>;

const TARGET = { job: 'watch', instance: 'vigie.example.org:9797' };
const HERE = TARGET.instance;
const SEEN = `seen from ${HERE}`;

/** A series of the target, with these labels. */
function of(name: string, labels: Labels = {}): string {
  const all = Object.entries({ ...TARGET, ...labels }).map(([key, value]) => `${key}="${value}"`);
  return `${name}{${all.join(',')}}`;
}

/** Held for half a day and more. */
const held = (value: number) => `${value}x2000`;
const always = (name: string, labels: Labels, value: number) => [of(name, labels), held(value)] as const;

const MEET = { check: 'meet', kind: 'call' };
const POST = { check: 'post', kind: 'mail' };
const ZONES = { check: 'zones', kind: 'zone' };
const WEB = { check: 'web', kind: 'signaling' };
const FOUR = { step: 'join', receiver: 'B', sender: 'A', media: 'audio' };
const STREAM = { check: 'meet', ...FOUR, receiver_browser: 'firefox', sender_browser: 'chromium' };

/** What every check has, whatever it does; of these nothing more is said. */
export const KNOWN = [MEET, POST, ZONES, WEB].map((check) => always('vigie_check_info', check, 1));

const row = (check: Labels, runs: number, outcome = 'fail') =>
  always('vigie_check_consecutive', { ...check, outcome }, runs);
const recent = (check: Labels, runs: number, outcome = 'fail') =>
  always('vigie_check_recent_runs', { ...check, outcome }, runs);
const onsets = (check: Labels) => always('vigie_check_recent_onsets', check, 2);
const failed = (check: Labels) => always('vigie_check_success', check, 0);
/** Worked at 10:20:00 on the first day of the clock. */
const lastWorked = (check: Labels) => always('vigie_check_last_success_timestamp_seconds', check, 37_200);
const LAST_WORKED = ' It last worked at 1970-01-01 10:20:00 +0000 UTC (UTC).';
/** Where the runbook is when Vigie cannot serve it. */
const COPY =
  ' Vigie serves its runbooks itself: read this one in dashboards/runbooks/VigieGone.md of a checkout.';
const UNKNOWN =
  ' for five minutes. Whether calls and mail work is unknown. Check the process, /healthz, and the last lines of its log.';

const CALLS: readonly Case[] = [
  {
    alert: 'VigieCallCannotStart',
    // The first two have met directly: it is no call all the same.
    series: [
      failed(MEET),
      row(MEET, 2),
      lastWorked(MEET),
      always('vigie_call_stream_ok', { ...STREAM, receiver: 'C', sender: 'B' }, 1),
      ...['A', 'B', 'C'].map((participant) =>
        always(
          'vigie_call_participant_info',
          { check: 'meet', participant, path: participant === 'A' ? '' : 'p2p' },
          1,
        ),
      ),
    ],
    labels: MEET,
    description: `Nothing arrives over the bridge in the test call of meet, ${SEEN}, for the second time in a row.${LAST_WORKED} The page of the run shows how far it got.`,
  },
  {
    alert: 'VigieStreamMissing',
    series: [
      always('vigie_call_stream_consecutive_misses', { check: 'meet', ...FOUR }, 3),
      always('vigie_call_stream_consecutive_misses', { check: 'meet', ...FOUR, receiver: 'C' }, 2),
      lastWorked(MEET),
    ],
    labels: { check: 'meet', ...FOUR },
    description: `B does not hear A in the test call of meet, step join, ${SEEN}: 3 calls in a row.${LAST_WORKED}`,
  },
  {
    alert: 'VigieCallIncomplete',
    series: [
      always('vigie_call_stream_ok', STREAM, 0),
      always('vigie_call_stream_ok', { ...STREAM, receiver: 'C' }, 1),
      row(MEET, 3),
    ],
    labels: { check: 'meet' },
    description: `In each of the last three test calls of meet, ${SEEN}, a participant did not receive a stream. In the latest: B does not hear A (join).`,
  },
  {
    alert: 'VigieSignalingBroken',
    series: [
      always('vigie_signaling_part_consecutive_failures', { check: 'web', part: 'websocket' }, 3),
      always('vigie_signaling_part_consecutive_failures', { check: 'web', part: 'bosh' }, 0),
      failed(WEB),
    ],
    labels: { check: 'web', part: 'websocket' },
    description: `websocket does not work for web, ${SEEN}: 3 runs in a row.`,
  },
];

const DKIM = { check: 'post', mechanism: 'dkim' };
const domain = (name: string, value: number) =>
  always('vigie_mail_domain_authenticated', { ...DKIM, domain: name }, value);

const MAIL: readonly Case[] = [
  {
    alert: 'VigieMailNotDelivered',
    series: [failed(POST), row(POST, 2)],
    labels: POST,
    description: `Not every test message of post, sent from ${HERE}, was accepted by the relay and arrived.`,
  },
  {
    alert: 'VigieMailNotAuthenticated',
    severity: 'critical',
    series: [failed(POST), row(POST, 2), domain('example.org', 0)],
    labels: { ...DKIM, domain: 'example.org' },
    description:
      'No domain of post passes DKIM, example.org among them: the relay does not sign, or is not authorised. Receivers put such mail into spam, or refuse it.',
  },
  {
    alert: 'VigieMailNotAuthenticated',
    severity: 'warning',
    series: [failed(POST), row(POST, 2), domain('example.org', 0), domain('example.net', 1)],
    labels: { ...DKIM, domain: 'example.org' },
    description:
      'Test messages from example.org do not pass DKIM (check post); those from other domains do. Receivers put them into spam, or refuse them.',
  },
  {
    alert: 'VigieZoneRecordWrong',
    series: [
      row(ZONES, 2),
      always('vigie_zone_record_ok', { check: 'zones', domain: 'example.org', record: 'spf' }, 0),
      always('vigie_zone_record_ok', { check: 'zones', domain: 'example.org', record: 'mx' }, 1),
    ],
    labels: { check: 'zones', domain: 'example.org', record: 'spf' },
    description:
      'The spf record of example.org does not do what the template of zones asks for. The page of the run has the record to publish.',
  },
];

const PAGE = ' The page of the run has the findings.';

const CHECKS: readonly Case[] = [
  {
    alert: 'VigieCheckFailing',
    severity: 'critical',
    series: [failed(MEET), row(MEET, 4), lastWorked(MEET)],
    labels: { ...MEET, outcome: 'fail' },
    description: `meet (call), ${SEEN}, failed 4 times in a row.${LAST_WORKED}${PAGE}`,
  },
  {
    alert: 'VigieCheckFailing',
    severity: 'warning',
    series: [failed(ZONES), row(ZONES, 2)],
    labels: { ...ZONES, outcome: 'fail' },
    description: `zones (zone), ${SEEN}, failed 2 times in a row.${PAGE}`,
  },
  {
    alert: 'VigieCheckFailingOften',
    severity: 'critical',
    series: [row(MEET, 1), recent(MEET, 3), onsets(MEET), always('vigie_call_stream_ok', STREAM, 0)],
    labels: { ...MEET, outcome: 'fail' },
    description: `meet (call), ${SEEN}, failed 3 times in its last six runs. B does not hear A (join). The page of the check shows which runs.`,
  },
  {
    alert: 'VigieCheckFailingOften',
    severity: 'warning',
    series: [row(ZONES, 0), recent(ZONES, 3), onsets(ZONES)],
    labels: { ...ZONES, outcome: 'fail' },
    description: `zones (zone), ${SEEN}, failed 3 times in its last six runs. The page of the check shows which runs.`,
  },
  {
    alert: 'VigieFailingInOnePlace',
    series: [
      failed(MEET),
      row(MEET, 3),
      [
        `vigie_check_success{job="watch",instance="lyon:9797",place="lyon",check="meet",kind="call"}`,
        held(1),
      ],
    ],
    labels: { ...MEET, outcome: 'fail' },
    description: `meet (call) fails seen from ${HERE}, and works seen from lyon, lyon:9797; the network between is the first suspect.`,
  },
  {
    alert: 'VigieCheckIntermittent',
    series: [
      always('vigie_check_intermittent', MEET, 1),
      always('vigie_check_intermittent_failures', { ...MEET, window: '24h' }, 7),
      always('vigie_check_intermittent_runs', { ...MEET, window: '24h' }, 96),
      always('vigie_check_intermittent_cause', { ...MEET, trait: 'step', value: 'third-joins', of: '7' }, 7),
    ],
    labels: MEET,
    description: `meet (call), ${SEEN}: 7 runs failed in the last 24h, of 96. In 7 of 7: step third-joins. Chance does not explain that many.`,
  },
  {
    alert: 'VigieCheckDegraded',
    series: [row(MEET, 3, 'degraded')],
    labels: { ...MEET, outcome: 'degraded' },
    description: `meet (call), ${SEEN}, was degraded in 3 of its latest runs.${PAGE}`,
  },
  {
    alert: 'VigieCheckErroring',
    series: [recent(MEET, 3, 'error')],
    labels: MEET,
    description: `At least three of the last six runs of meet (call) on ${HERE}, or more than 30 % of those of the last day, could not tell. This is a fault of the machine, browsers, network or resolver that Vigie uses; it says nothing about the target, which is not watched meanwhile.`,
  },
  {
    alert: 'VigieCheckStale',
    // Configured for more than an hour, and without any run.
    series: [always('vigie_check_interval_seconds', ZONES, 3600)],
    at: '70m',
    labels: ZONES,
    description: `zones (zone) on ${HERE} ran last never. Its results on the dashboards are of then.`,
  },
  {
    alert: 'VigieUpgradeRegression',
    // Worked for 31 hours, was upgraded then, and has failed since.
    series: [
      [of('vigie_target_info', { check: 'meet', version: '1.0' }), '1x1859'],
      [of('vigie_target_info', { check: 'meet', version: '2.0' }), '_x1860 1x60'],
      [of('vigie_check_outcome', { ...MEET, outcome: 'pass' }), '1x1859 0x60'],
      [of('vigie_check_consecutive', { ...MEET, outcome: 'fail' }), '0x1859 2x60'],
    ],
    at: '1870m',
    labels: { ...MEET, outcome: 'fail' },
    description: `meet (call), ${SEEN}: fail since the upgrade to version 2.0; a day ago, with the version before, nearly every run passed.`,
  },
];

const certificate = (severity: string, daysLeft: number, text: string): Case => ({
  alert: 'VigieCertificateExpiring',
  severity,
  series: [always('vigie_mail_certificate_expiry_timestamp_seconds', { check: 'post' }, daysLeft * 86_400)],
  labels: { check: 'post' },
  description: `The certificate that post sees expires in ${text}.`,
});

const ITSELF: readonly Case[] = [
  certificate('warning', 13, '12d 23h 40m 0s'),
  {
    alert: 'VigieGone',
    series: [
      [of('up'), '1x5 0x100'],
      [of('vigie_build_info'), '1x5 stale'],
    ],
    labels: {},
    description: `Prometheus has not reached Vigie at ${HERE}${UNKNOWN}${COPY}`,
    runbook: `http://${HERE}/runbooks/VigieGone.md`,
  },
  {
    alert: 'VigieGone',
    series: [],
    // Of a Vigie that Prometheus does not know of, no address is known either.
    labels: { job: '', instance: '' },
    description: `Prometheus has not reached Vigie${UNKNOWN}${COPY}`,
    runbook: '',
  },
  {
    alert: 'VigieCrashLoop',
    series: [[of('vigie_start_timestamp_seconds'), '0x4 300x4 600x4 900x4 900x20']],
    labels: {},
    description: `Vigie on ${HERE} started 3 times within 30 minutes: runs in progress are lost each time. Its log and the memory limit of its container say why.`,
  },
  {
    alert: 'VigieConfigRefused',
    series: [always('vigie_config_last_reload_successful', {}, 0)],
    labels: {},
    description: `Vigie on ${HERE} keeps the configuration that it had before. Its log names file, line and what was expected; so does vigie check-config.`,
  },
  {
    alert: 'VigieHistoryNotWritable',
    series: [always('vigie_history_writable', {}, 0)],
    labels: {},
    description: `Vigie on ${HERE} keeps its runs in memory, because history.dir cannot be written. They are lost if the process ends. Its log names the file and the reason.`,
  },
  {
    alert: 'VigieEvidenceNotWritable',
    series: [always('vigie_evidence_writable', {}, 0)],
    labels: {},
    description: `The evidence of the last run of Vigie on ${HERE} could not be written to evidence.dir: a failure would leave no screenshots, statistics or transcripts. Its log names the directory and the reason.`,
  },
  {
    alert: 'VigieRunsLost',
    series: [[of('vigie_history_lost_runs_total'), '0x5 2x100']],
    labels: {},
    description: `Vigie on ${HERE} gave up runs in the last six hours: neither disk nor memory had room for them. Shares and "since when" on its pages lack them.`,
  },
  {
    alert: 'VigieInternalErrors',
    series: [[of('vigie_internal_errors_total'), '0x5 2x100']],
    labels: {},
    description: `Exceptions inside Vigie on ${HERE} that nothing handled, in the last hour: about 2. The service continues; its log has them.`,
  },
  {
    alert: 'VigieTokensRefused',
    series: [[of('vigie_tokens_refused_total'), '0+3x100']],
    labels: {},
    description: `Vigie on ${HERE} refused about 60 requests with a wrong token in the last hour: somebody is guessing, or a program has an old token. Its log has the addresses.`,
  },
  {
    alert: 'VigieNotificationsFailing',
    series: [
      always('vigie_notifications_pending', { target: 'oncall' }, 1),
      [of('vigie_notifications_total', { target: 'oncall', result: 'failed' }), '0+1x100'],
    ],
    labels: { target: 'oncall' },
    description: `Notifications of Vigie on ${HERE} to the target oncall are waiting: the target does not accept them. The log has the reason of each attempt.`,
  },
  {
    alert: 'VigieRunsSkipped',
    series: [
      [of('vigie_check_skipped_total', { ...MEET, reason: 'overlap' }), '0+1x400'],
      [of('vigie_check_skipped_total', { ...MEET, reason: 'queue' }), held(0)],
      [of('vigie_check_runs_total', { ...MEET, outcome: 'pass' }), '0+1x400'],
    ],
    at: '360m',
    labels: MEET,
    description: `More than a quarter of the scheduled runs of meet (call) on ${HERE} did not take place in the last six hours: about 360. Runs take too long, or the machine slept.`,
  },
  {
    alert: 'VigieBrowsersFailing',
    series: [
      always('vigie_check_findings', { ...MEET, finding: 'browser-start', outcome: 'error' }, 1),
      row(MEET, 2, 'error'),
    ],
    labels: { ...MEET, finding: 'browser-start', outcome: 'error' },
    description: `The last calls of meet on ${HERE} could not be judged: browser-start. Calls are not watched meanwhile.`,
  },
  {
    alert: 'VigieWatchdog',
    series: [],
    labels: {},
    description:
      'This alert always fires. Send it to an outside service that notifies somebody when it has not come for a while.',
    runbook: '',
  },
  {
    alert: 'VigieWatchdog',
    series: [always('vigie_build_info', {}, 1)],
    labels: {},
    description:
      'This alert always fires. Send it to an outside service that notifies somebody when it has not come for a while.',
    runbook: `http://${HERE}/runbooks/VigieWatchdog.md`,
  },
];

export const CASES: readonly Case[] = [...CALLS, ...MAIL, ...CHECKS, ...ITSELF];

/** All labels of the alert that fires: of its series, of its rule. */
export function labelsOf({ alert, labels }: Case, rule: AlertRule): Record<string, string> {
  const target = alert === 'VigieWatchdog' ? {} : TARGET;
  const all: Record<string, string> = { ...target, ...labels, severity: severityOf(rule) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

/** The severity that the alerts of a rule have where the check says none. */
export function severityOf({ labels }: AlertRule): string {
  return /\{\{ else \}\}(\w+)\{\{ end \}\}$/.exec(labels.severity!)?.[1] ?? labels.severity!;
}
