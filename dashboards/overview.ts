/** The first dashboard: all checks, how often they worked, what changed, which alerts fire. */
import { CHOSEN, checkVariable, type Definition } from './dashboard.ts';
import { type Links, placeholder } from './links.ts';
import { outcomeCode, recordedOutcome } from './outcome.ts';
import { better, COLOR, OUTCOME_WORDS, worse, yesNo } from './palette.ts';
import { type Column, type Panel, series, stat, table, timeline } from './panel.ts';

/** To the run that a row of a table is about. */
export function runLink(links: Links, check = '__data.fields.check'): Column['links'] {
  const url = links.run(placeholder('__data.fields.instance'), placeholder(check));
  return [{ title: 'Its latest run', url }];
}

/** To the run that a series of a graph is about. */
export function seriesRunLink(links: Links): Column['links'] {
  const [instance, check] = [placeholder('__field.labels.instance'), placeholder('__field.labels.check')];
  return [{ title: 'The latest run of the check', url: links.run(instance, check) }];
}

/** 0 where a Vigie that Prometheus knew today does not answer; one that was upgraded today had another version before. */
export const REACHED =
  'min(vigie_build_info{instance=~"$instance"} or on (job, instance) 0 * last_over_time(vigie_build_info{instance=~"$instance"}[1d]))';

const WINDOWS = ['1h', '24h', '7d', '30d'] as const;

export function overview(links: Links): Definition {
  return {
    uid: 'vigie-overview',
    title: 'Vigie / Overview',
    description: 'All checks: what works, how often it did, and what changed.',
    from: 'now-24h',
    variables: [checkVariable('vigie_check_interval_seconds')],
    rows: [
      { id: 100, title: 'Now', panels: [...counts(), alerts(links)] },
      { id: 200, title: 'Checks', panels: [checks(links), outcomes(links), failures(links), causes(links)] },
      { id: 300, title: 'What changed', panels: [newVersions(links), versions(), browsers(), flips()] },
    ],
  };
}

function counts(): Panel[] {
  const count = (id: number, title: string, description: string, expr: string, color: string): Panel =>
    stat({
      id,
      title,
      description,
      width: 4,
      height: 4,
      unit: 'none',
      queries: [{ expr }],
      thresholds: [
        { value: null, color: COLOR.unknown },
        { value: 1, color },
      ],
    });
  const having = (outcome: string) => `sum(vigie_check_outcome{${CHOSEN},outcome="${outcome}"})`;
  return [
    count(101, 'Work', 'Checks whose last run found that all is well.', having('pass'), COLOR.good),
    count(
      102,
      'Degraded',
      'Checks that found that it works, below its thresholds.',
      having('degraded'),
      COLOR.poor,
    ),
    count(103, 'Fail', 'Checks that found their target broken.', having('fail'), COLOR.bad),
    count(
      104,
      'Could not tell',
      "Checks whose last run says nothing of its target: a fault of Vigie's own, of its browsers or its network.",
      having('error'),
      COLOR.poor,
    ),
    stat({
      id: 105,
      title: 'Oldest result',
      description:
        'How old the oldest of the latest results is, counted in intervals of its check: above 3 it is stale.',
      width: 4,
      height: 4,
      unit: 'suffix: intervals',
      decimals: 1,
      queries: [
        {
          expr: `max((time() - vigie_check_last_run_timestamp_seconds{${CHOSEN}}) / on (instance, check) group_left () vigie_check_interval_seconds{${CHOSEN}})`,
        },
      ],
      thresholds: worse(1.5, 3),
    }),
    stat({
      id: 106,
      title: 'Vigie',
      description: 'Whether Prometheus reaches every Vigie.',
      width: 4,
      height: 4,
      unit: 'none',
      queries: [{ expr: REACHED }],
      mappings: yesNo('gone', 'watching'),
      thresholds: better(1, 1),
    }),
  ];
}

function alerts(links: Links): Panel {
  return table({
    id: 107,
    title: 'Firing alerts',
    description:
      'Firing alerts of Vigie, the most severe first. The alert leads to its runbook, the check to its run.',
    mayBeEmpty: 'nothing fires.',
    width: 24,
    height: 6,
    unit: 'none',
    queries: [
      {
        expr: 'group by (severity, alertname, instance, check, domain, record, receiver, sender, media) (ALERTS{alertstate="firing",alertname=~"Vigie.+",alertname!="VigieWatchdog"})',
      },
    ],
    columns: [
      { field: 'severity', width: 90 },
      {
        field: 'alertname',
        name: 'alert',
        width: 240,
        links: [
          {
            title: 'Its runbook',
            // Of any Vigie: the alert may be about none, or about one that is gone.
            url: links.runbook(placeholder('vigie'), placeholder('__data.fields.alert')),
          },
        ],
      },
      // The value as it is: an alert about a whole Vigie has no check, and leads to its first page.
      { field: 'check', links: runLink(links, '__value.raw') ?? [] },
      { field: 'domain' },
      { field: 'record', width: 110 },
      { field: 'receiver', width: 90 },
      { field: 'sender', width: 90 },
      { field: 'media', width: 80 },
      { field: 'instance' },
    ],
    sort: { field: 'severity', descending: false },
  });
}

function checks(links: Links): Panel {
  const by = 'instance, check, kind';
  return table({
    id: 201,
    title: 'All checks',
    description:
      'The last outcome, when the check last ran and last found its target working, and the share of its runs that found it working. Runs that could not tell count neither way.',
    width: 24,
    height: 9,
    unit: 'none',
    queries: [
      { expr: outcomeCode(CHOSEN) },
      { expr: `max by (${by}) (vigie_check_last_run_timestamp_seconds{${CHOSEN}}) * 1000` },
      { expr: `max by (${by}) (vigie_check_last_success_timestamp_seconds{${CHOSEN}}) * 1000` },
      { expr: `max by (${by}) (vigie_check_interval_seconds{${CHOSEN}})` },
      ...WINDOWS.map((window) => ({
        expr: `1 - max by (${by}) (vigie_check_failure_ratio{${CHOSEN},window="${window}"})`,
      })),
    ],
    columns: [
      { field: 'check', links: runLink(links) ?? [] },
      { field: 'kind', width: 84 },
      { field: 'Value #A', name: 'now', width: 130, mappings: OUTCOME_WORDS, colored: true },
      { field: 'Value #B', name: 'last run', width: 150, unit: 'dateTimeFromNow' },
      { field: 'Value #C', name: 'last worked', width: 150, unit: 'dateTimeFromNow' },
      { field: 'Value #D', name: 'every', width: 66, unit: 's' },
      ...WINDOWS.map((window, index) => ({
        field: `Value #${'EFGH'[index]}`,
        name: `worked, ${window}`,
        width: 105,
        unit: 'percentunit',
        decimals: 2,
        colored: true,
        thresholds: better(0.95, 0.99),
      })),
      { field: 'instance' },
    ],
    sort: { field: 'now', descending: true },
  });
}

function outcomes(links: Links): Panel {
  return timeline({
    id: 202,
    title: 'Outcomes over time',
    description: 'The outcome of the latest run of each check, over time. A gap: Vigie was not there.',
    width: 24,
    height: 9,
    unit: 'none',
    queries: [{ expr: recordedOutcome(CHOSEN), legend: '{{check}} ({{instance}})' }],
    mappings: OUTCOME_WORDS,
    links: seriesRunLink(links) ?? [],
  });
}

function failures(links: Links): Panel {
  return series({
    id: 203,
    title: 'Share of failures',
    description:
      'The share of the runs of the last 24 h that failed, of those that could tell. Failures that come and go are seen here before they are seen anywhere else.',
    width: 10,
    height: 8,
    unit: 'percentunit',
    decimals: 1,
    queries: [
      {
        expr: `max by (instance, place, check) (vigie_check_failure_ratio{${CHOSEN},window="24h"})`,
        legend: '{{check}} {{place}} ({{instance}})',
      },
    ],
    links: seriesRunLink(links) ?? [],
  });
}

function causes(links: Links): Panel {
  const by = 'instance, check';
  return table({
    id: 204,
    title: 'What failures share',
    description:
      'Checks that fail now and then, more often than chance explains; and what their failed runs share and working runs lack, where something stands out.',
    mayBeEmpty: 'no check fails intermittently.',
    width: 14,
    height: 8,
    unit: 'none',
    queries: [
      {
        expr: `max by (${by}, trait, value, of) (vigie_check_intermittent_cause{${CHOSEN}}) or max by (${by}) (vigie_check_intermittent_failures{${CHOSEN}}) unless on (${by}) vigie_check_intermittent_cause`,
      },
    ],
    columns: [
      { field: 'check', width: 120, links: runLink(links) ?? [] },
      { field: 'trait', width: 135 },
      { field: 'value' },
      { field: 'Value', name: 'failed runs', width: 95 },
      { field: 'of', width: 55 },
      { field: 'instance', width: 150 },
    ],
    sort: { field: 'check', descending: false },
  });
}

/** The deployment's parts, each with its version: its library, and its servers as far as they report one. */
function deployed(offset = ''): string {
  return `(label_replace(vigie_target_info{${CHOSEN}}${offset}, "part", "lib-jitsi-meet", "", "") or vigie_target_software_info{${CHOSEN}}${offset})`;
}

function newVersions(links: Links): Panel {
  return table({
    id: 301,
    title: 'New since the beginning of the time range',
    description: 'Versions of what is watched that were not there when the time range began.',
    mayBeEmpty: 'nothing was upgraded in this time.',
    width: 12,
    height: 7,
    unit: 'none',
    queries: [
      {
        expr: `group by (instance, check, part, version) (${deployed()}) unless on (instance, check, part, version) ${deployed(' offset $__range')} and on (instance, check, part) ${deployed(' offset $__range')}`,
      },
    ],
    columns: [
      { field: 'check', links: runLink(links) ?? [] },
      { field: 'part', width: 120 },
      { field: 'version' },
      { field: 'instance' },
    ],
  });
}

function versions(): Panel {
  return table({
    id: 302,
    title: 'Versions now',
    description:
      'What is watched, and in which version, as the checks last saw it: the library, servers that report their version, and Vigie itself.',
    width: 12,
    height: 7,
    unit: 'none',
    queries: [
      {
        expr: `group by (instance, check, part, version) (${deployed()}) or group by (instance, check, version) (label_replace(vigie_build_info{instance=~"$instance"}, "check", "Vigie itself", "", ""))`,
      },
    ],
    columns: [
      { field: 'check', name: 'what' },
      { field: 'part', width: 120 },
      { field: 'version' },
      { field: 'instance' },
    ],
  });
}

function browsers(): Panel {
  return table({
    id: 303,
    title: 'Browsers now',
    description:
      'The browsers of the participants: what looks like a fault of the deployment may be a new browser.',
    width: 10,
    height: 7,
    unit: 'none',
    queries: [{ expr: `count by (check, browser, version) (vigie_call_participant_info{${CHOSEN}})` }],
    columns: [
      { field: 'check' },
      { field: 'browser', width: 90 },
      { field: 'version' },
      { field: 'Value', name: 'participants', width: 110 },
    ],
  });
}

function flips(): Panel {
  return series({
    id: 304,
    title: 'Changes between working and not',
    description:
      'How often each check changed between working and failing in the hour before: what flaps stands out.',
    width: 14,
    height: 7,
    unit: 'none',
    queries: [
      {
        expr: `max by (instance, check) (vigie:check_success:changes1h{${CHOSEN}})`,
        legend: '{{check}} ({{instance}})',
      },
    ],
  });
}
