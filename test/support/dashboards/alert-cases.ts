/** For each alert, series that make it ring, and what it then says. */
import type { Rule } from '../../../dashboards/rules.ts';

export interface Case {
  readonly alert: string;
  /** Labels of the rule that is meant, where an alert has several. */
  readonly rule: Readonly<Record<string, string>>;
  /** In promtool's notation: a series, and its values at 0 s, `step`, 2 × `step` … */
  readonly series: readonly (readonly [string, string])[];
  /** In seconds; 15 unless said. */
  readonly step?: number;
  /** From when on the expression holds, in seconds. */
  readonly from: number;
  /** The labels that come from the series; an empty one is not there. */
  readonly labels: Readonly<Record<string, string>>;
  readonly description: string;
  /** The link to the runbook, where the labels alone do not make it. */
  readonly runbook?: string;
}

const TARGET = { job: 'vigie', instance: 'vigie.example.org:9797' };

/** A series of the target, with these labels. */
function of(name: string, labels: Readonly<Record<string, string>> = {}): string {
  const all = Object.entries({ ...TARGET, ...labels }).map(([key, value]) => `${key}="${value}"`);
  return `${name}{${all.join(',')}}`;
}

/** Held for two days of scrapes. */
const held = (value: number) => `${value}x12000`;

const STREAM = {
  check: 'meet',
  step: 'join',
  receiver: 'B',
  sender: 'A',
  media: 'audio',
  receiver_browser: 'firefox',
  sender_browser: 'chromium',
};
const MEET = { check: 'meet', kind: 'call' };
const POST = { check: 'post', kind: 'mail' };
const ZONES = { check: 'zones', kind: 'zone' };
const SIGNALING = { check: 'web', kind: 'signaling' };
/** Worked at 10:20:00 on the first day of the clock. */
const lastWorked = (check: { check: string; kind: string }) =>
  [of('vigie_check_last_success_timestamp_seconds', check), held(37_200)] as const;
const LAST_WORKED = ' It last worked at 1970-01-01 10:20:00 +0000 UTC (UTC).';
/** Where the runbook is when Vigie cannot serve it. */
const COPY =
  ' Vigie serves its runbooks itself: this one is dashboards/runbooks/VigieGone.md of a checkout now.';
const SEEN = `seen from ${TARGET.instance}`;

const CALLS: readonly Case[] = [
  {
    alert: 'VigieCallCannotStart',
    rule: { every: '5m' },
    series: [[of('vigie_check_success', MEET), held(0)], lastWorked(MEET)],
    from: 0,
    labels: MEET,
    description: `In the test call of meet, ${SEEN}, nothing arrives over the bridge; people cannot meet.${LAST_WORKED} The page of the run says how far it got.`,
  },
  {
    alert: 'VigieCallCannotStart',
    rule: { every: '3m' },
    series: [
      [of('vigie_check_success', { ...MEET, check: 'sandbox' }), held(0)],
      [of('vigie_call_stream_ok', { ...STREAM, check: 'sandbox' }), held(0)],
      // The first two have met directly: it is no call all the same.
      [of('vigie_call_stream_ok', { ...STREAM, check: 'sandbox', receiver: 'C', sender: 'B' }), held(1)],
      ...['A', 'B', 'C'].map(
        (participant) =>
          [
            of('vigie_call_participant_info', {
              check: 'sandbox',
              participant,
              path: participant === 'A' ? '' : 'p2p',
            }),
            held(1),
          ] as const,
      ),
    ],
    from: 0,
    labels: { ...MEET, check: 'sandbox' },
    description: `In the test call of sandbox, ${SEEN}, nothing arrives over the bridge; people cannot meet. The page of the run says how far it got.`,
  },
  {
    alert: 'VigieStreamMissing',
    rule: { every: '5m' },
    series: [[of('vigie_call_stream_ok', STREAM), held(0)], lastWorked(MEET)],
    from: 0,
    labels: STREAM,
    description: `B (firefox) does not hear A (chromium) in the test call of meet, step join, ${SEEN}.${LAST_WORKED}`,
  },
  {
    alert: 'VigieCallIncomplete',
    rule: { every: '5m' },
    // Every five minutes another one.
    series: [
      [of('vigie_call_stream_ok', STREAM), '0x19 1x19 0x19 1x19 0x19'],
      [of('vigie_call_stream_ok', { ...STREAM, receiver: 'C', media: 'video' }), '1x19 0x19 1x19 0x19 1x19'],
    ],
    from: 0,
    labels: { check: 'meet' },
    description: `In every one of the last test calls of meet, ${SEEN}, somebody did not get a stream. In the latest: B does not hear A (join).`,
  },
  {
    alert: 'VigieSignalingBroken',
    rule: {},
    series: [
      [of('vigie_signaling_part_ok', { check: 'web', part: 'websocket' }), held(0)],
      [of('vigie_signaling_part_ok', { check: 'web', part: 'bosh' }), held(1)],
      [of('vigie_check_success', SIGNALING), held(0)],
    ],
    from: 0,
    labels: { check: 'web', part: 'websocket' },
    description: `websocket does not work for web, ${SEEN}.`,
  },
];

const MAIL: readonly Case[] = [
  {
    alert: 'VigieMailNotDelivered',
    rule: { every: '15m' },
    series: [[of('vigie_check_success', POST), held(0)], lastWorked(POST)],
    from: 0,
    labels: POST,
    description: `Not every letter of post, sent from ${TARGET.instance}, was taken by the relay and arrived.${LAST_WORKED}`,
  },
  {
    alert: 'VigieMailNotAuthenticated',
    rule: { every: '15m' },
    series: [
      [
        of('vigie_mail_domain_authenticated', { check: 'post', domain: 'example.org', mechanism: 'dkim' }),
        held(0),
      ],
      [
        of('vigie_mail_domain_authenticated', { check: 'post', domain: 'example.org', mechanism: 'spf' }),
        held(1),
      ],
    ],
    from: 0,
    labels: { check: 'post', domain: 'example.org', mechanism: 'dkim' },
    description:
      'Letters from example.org do not pass DKIM (check post); others will put them into spam, or refuse them.',
  },
  {
    alert: 'VigieZoneRecordWrong',
    rule: { every: '1h' },
    series: [
      [of('vigie_zone_record_ok', { check: 'zones', domain: 'example.org', record: 'mx' }), held(0)],
      [of('vigie_zone_record_ok', { check: 'zones', domain: 'example.org', record: 'spf' }), held(1)],
    ],
    from: 0,
    labels: { check: 'zones', domain: 'example.org', record: 'mx' },
    description:
      'The mx record of example.org does not do what the template of zones asks for. The page of the run has the record to publish.',
  },
];

const failing = (check: { check: string; kind: string }, rule: Record<string, string>): Case => ({
  alert: 'VigieCheckFailing',
  rule,
  series: [[of('vigie_check_success', check), held(0)]],
  from: 0,
  labels: check,
  description: `${check.check} (${check.kind}), ${SEEN}, fails in every run. The page of the run has the findings.`,
});

const CHECKS: readonly Case[] = [
  failing(MEET, { kind: 'call', every: '5m' }),
  failing(SIGNALING, { kind: 'signaling', every: '1m' }),
  failing(POST, { kind: 'mail', every: '15m' }),
  failing(ZONES, { kind: 'zone', every: '1h' }),
  {
    alert: 'VigieCheckDegraded',
    rule: { kind: 'call', every: '5m' },
    series: [[of('vigie_check_outcome', { ...MEET, outcome: 'degraded' }), held(1)]],
    from: 0,
    labels: { ...MEET, outcome: 'degraded' },
    description: `meet (call), ${SEEN}, is degraded in every run. The page of the run has the findings.`,
  },
  {
    alert: 'VigieCheckErroring',
    rule: { kind: 'call', every: '5m' },
    // After ten good minutes every run, each five minutes, cannot tell: the third at minute 20.
    series: [
      [of('vigie_check_runs_total', { ...MEET, outcome: 'error' }), '0x39 1x19 2x19 3x400'],
      [of('vigie_check_runs_total', { ...MEET, outcome: 'pass' }), held(7)],
    ],
    from: 1200,
    labels: { ...MEET, outcome: 'error' },
    description: `Of the last six runs of meet (call) on ${TARGET.instance} about 3 could not tell. This is a fault of Vigie's machine, browsers, network or resolver; it says nothing of the target, which is unwatched meanwhile.`,
  },
  {
    alert: 'VigieCheckStale',
    rule: { kind: 'call', every: '5m' },
    series: [
      [of('vigie_check_interval_seconds', MEET), held(300)],
      [of('vigie_check_last_run_timestamp_seconds', MEET), held(0)],
    ],
    from: 915,
    labels: MEET,
    description: `meet (call) on ${TARGET.instance} ended its last run 16m 15s ago or longer; its results on the dashboards are of then.`,
  },
  {
    alert: 'VigieCheckStale',
    rule: { kind: 'zone', every: '1h' },
    // There for three hours, and never any run.
    series: [[of('vigie_check_interval_seconds', ZONES), held(3600)]],
    from: 10_800,
    labels: ZONES,
    description: `zones (zone) on ${TARGET.instance} ended its last run 3h 0m 0s ago or longer; its results on the dashboards are of then.`,
  },
  {
    alert: 'VigieUpgradeRegression',
    rule: { kind: 'call', every: '5m' },
    step: 150,
    // Worked for 31 hours, was upgraded then, and has failed since.
    series: [
      [of('vigie_target_info', { check: 'meet', version: '1.0' }), '1x743'],
      [of('vigie_target_info', { check: 'meet', version: '2.0' }), '_x743 1x20'],
      [of('vigie_check_outcome', { ...MEET, outcome: 'pass' }), '1x743 0x20'],
      [of('vigie_check_outcome', { ...MEET, outcome: 'fail' }), '0x743 1x20'],
    ],
    from: 744 * 150,
    labels: { ...MEET, outcome: 'fail' },
    description: `meet (call), ${SEEN}: fail since the upgrade to version 2.0; a day ago, with the version before, nearly every run passed.`,
  },
];

const certificate = (severity: string, daysLeft: number, text: string): Case => ({
  alert: 'VigieCertificateExpiring',
  rule: { severity },
  series: [
    [of('vigie_mail_certificate_expiry_timestamp_seconds', { check: 'post' }), held(daysLeft * 86_400 + 300)],
  ],
  from: 315,
  labels: { check: 'post' },
  description: `The certificate that post sees is valid for ${text} more.`,
});

const ITSELF: readonly Case[] = [
  certificate('warning', 14, '13d 23h 44m 45s'),
  certificate('critical', 3, '2d 23h 44m 45s'),
  {
    alert: 'VigieGone',
    rule: {},
    series: [[of('up'), held(0)]],
    from: 0,
    labels: {},
    description: `Prometheus has not reached Vigie at ${TARGET.instance} for five minutes. Calls and mail may be well or not; nobody looks. Is the process there, does /healthz answer, what are the last lines of its log?${COPY}`,
    runbook: `http://${TARGET.instance}/runbooks/VigieGone.md`,
  },
  {
    alert: 'VigieGone',
    rule: {},
    series: [],
    from: 0,
    // Of a Vigie that Prometheus does not know of, no address is known either.
    labels: { instance: '' },
    description: `Prometheus has not reached Vigie for five minutes. Calls and mail may be well or not; nobody looks. Is the process there, does /healthz answer, what are the last lines of its log?${COPY}`,
    runbook: '',
  },
  {
    alert: 'VigieConfigRefused',
    rule: {},
    series: [[of('vigie_config_last_reload_successful'), held(0)]],
    from: 0,
    labels: {},
    description: `Vigie on ${TARGET.instance} goes on with the configuration that it had before. Its log names file, line and what was expected; so does vigie check-config.`,
  },
  {
    alert: 'VigieWatchdog',
    rule: {},
    series: [],
    from: 0,
    labels: {},
    description:
      'This alert always rings. Send it to something outside that wakes somebody when it has not come for a while.',
    runbook: '',
  },
  {
    alert: 'VigieWatchdog',
    rule: {},
    series: [[of('up'), held(1)]],
    from: 0,
    labels: {},
    description:
      'This alert always rings. Send it to something outside that wakes somebody when it has not come for a while.',
    runbook: `http://${TARGET.instance}/runbooks/VigieWatchdog.md`,
  },
];

export const CASES: readonly Case[] = [...CALLS, ...MAIL, ...CHECKS, ...ITSELF];

/** All labels of the alert that rings: of its series, of its rule. */
export function labelsOf({ alert, labels }: Case, rule: Rule): Record<string, string> {
  const target = alert === 'VigieWatchdog' ? {} : TARGET;
  const all: Record<string, string> = { ...target, ...labels, ...rule.labels };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

/** `7m30s` in seconds. */
export function seconds(duration: string): number {
  const units: Record<string, number> = { d: 86_400, h: 3600, m: 60, s: 1 };
  const parts = [...duration.matchAll(/(\d+)([dhms])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * units[unit!]!, 0);
}
