/** Vigie itself: does it keep its schedule, and does it have what it needs. */
import { CHOSEN, checkVariable, type Definition, INSTANCE } from './dashboard.ts';
import type { Links } from './links.ts';
import { REACHED, seriesRunLink } from './overview.ts';
import { better, COLOR, ends, worse, yesNo } from './palette.ts';
import { type Panel, series, stat } from './panel.ts';

export function self(links: Links): Definition {
  return {
    uid: 'vigie-self',
    title: 'Vigie / Vigie itself',
    description: 'Whether Vigie keeps its schedule, and what it costs.',
    from: 'now-24h',
    variables: [checkVariable('vigie_check_interval_seconds')],
    rows: [
      { id: 100, title: 'Now', panels: now() },
      { id: 200, title: 'Runs', panels: runs(links) },
      { id: 300, title: 'Process', panels: process() },
    ],
  };
}

function now(): Panel[] {
  const small = { width: 6, height: 4 } as const;
  return [
    stat({
      id: 101,
      title: 'Prometheus reaches it',
      description: 'Whether the last scrape of every Vigie succeeded.',
      ...small,
      unit: 'none',
      queries: [{ expr: REACHED }],
      mappings: yesNo('no', 'yes'),
      thresholds: better(1, 1),
    }),
    stat({
      id: 102,
      title: 'Configuration',
      description:
        'Whether the configuration that was last read is in use. Where it was refused, the log says why.',
      ...small,
      unit: 'none',
      queries: [{ expr: `min(vigie_config_last_reload_successful{${INSTANCE}})` }],
      mappings: yesNo('refused', 'in use'),
      thresholds: better(1, 1),
    }),
    stat({
      id: 103,
      title: 'Running for',
      description: 'The time since the youngest Vigie was started.',
      ...small,
      unit: 's',
      queries: [{ expr: `min(time() - vigie_start_timestamp_seconds{${INSTANCE}})` }],
    }),
    stat({
      id: 104,
      title: 'Series',
      description: 'How many series a scrape of Vigie gives.',
      ...small,
      unit: 'short',
      queries: [{ expr: `sum(scrape_samples_scraped{${INSTANCE}} and on (job, instance) vigie_build_info)` }],
    }),
  ];
}

function runs(links: Links): Panel[] {
  const half = { width: 12, height: 8, links: seriesRunLink(links) ?? [] } as const;
  return [
    series({
      id: 201,
      title: 'Runs by outcome',
      description:
        'Runs that ended in the hour before, by outcome. Those that could not tell are faults of our own.',
      ...half,
      unit: 'none',
      stacked: true,
      colors: [
        ['^pass$', COLOR.good],
        ['^degraded$', COLOR.poor],
        ['^fail$', COLOR.bad],
        ['^error$', COLOR.unknown],
      ],
      queries: [
        {
          expr: `sum by (outcome) (vigie:check_runs:increase1h{${CHOSEN}})`,
          legend: '{{outcome}}',
        },
      ],
    }),
    series({
      id: 202,
      title: 'Duration against interval',
      description:
        'How much of its interval the mean run of a check needs. Above 100 % it cannot keep its schedule; browsers are shared, so the sum of all calls counts.',
      ...half,
      unit: 'percentunit',
      queries: [
        {
          expr: `max by (instance, check) (vigie:check_duration_of_interval:mean1h{${CHOSEN}})`,
          legend: '{{check}} ({{instance}})',
        },
      ],
      thresholds: worse(0.7, 1),
    }),
    series({
      id: 203,
      title: 'Duration of runs',
      description:
        'The duration that 95 % of the runs in the hour before did not exceed; a mark is a run, and leads to it.',
      ...half,
      points: 96,
      unit: 's',
      queries: [
        {
          expr: `max by (instance, check) (vigie:check_duration_seconds:p95_1h{${CHOSEN}})`,
          legend: '{{check}} ({{instance}})',
        },
        // For its marks alone: what is recorded has none.
        { expr: `vigie_check_duration_seconds_bucket{${CHOSEN}} < 0`, exemplars: true },
      ],
    }),
    series({
      id: 204,
      title: 'Skipped runs',
      description:
        'Scheduled runs in the hour before that did not take place: the last one was still on (overlap), others were before it (queue), or the machine slept (missed).',
      ...half,
      mayBeEmpty: 'no run was skipped.',
      unit: 'none',
      bars: true,
      colors: ends('overlap', 'queue', 'missed'),
      queries: [
        {
          expr: `max by (instance, check, reason) (vigie:check_skipped:increase1h{${CHOSEN}})`,
          legend: '{{check}} ({{instance}}): {{reason}}',
        },
      ],
    }),
    series({
      id: 205,
      title: 'Age of the latest result',
      description:
        'The time since the latest run of each check ended, in intervals of the check. Above 3 it is stale.',
      ...half,
      unit: 'suffix: intervals',
      queries: [
        {
          expr: `max by (instance, check) (vigie:check_result_age:intervals{${CHOSEN}})`,
          legend: '{{check}} ({{instance}})',
        },
      ],
      thresholds: worse(1.5, 3),
    }),
    series({
      id: 206,
      title: 'Scrape',
      description: "How long a scrape of Vigie's metrics takes.",
      width: 12,
      height: 8,
      unit: 's',
      queries: [
        {
          expr: `scrape_duration_seconds{${INSTANCE}} and on (job, instance) vigie_build_info`,
          legend: '{{instance}}',
        },
      ],
    }),
  ];
}

function process(): Panel[] {
  const third = { width: 8, height: 8 } as const;
  const ours = 'and on (instance) vigie_build_info';
  return [
    series({
      id: 301,
      title: 'Memory',
      description:
        "Memory of Vigie's own process. The browsers of a call come on top: about 500 MB for three.",
      ...third,
      dashed: 'heap',
      unit: 'bytes',
      queries: [
        { expr: `process_resident_memory_bytes{${INSTANCE}} ${ours}`, legend: '{{instance}} resident' },
        { expr: `nodejs_heap_size_used_bytes{${INSTANCE}}`, legend: '{{instance}} heap' },
      ],
    }),
    series({
      id: 302,
      title: 'Event loop delay',
      description: 'How late the event loop was: the 99th percentile and the worst since the scrape before.',
      ...third,
      unit: 's',
      queries: [
        { expr: `nodejs_eventloop_lag_p99_seconds{${INSTANCE}}`, legend: '{{instance}} p99' },
        { expr: `nodejs_eventloop_lag_max_seconds{${INSTANCE}}`, legend: '{{instance}} worst' },
      ],
      thresholds: worse(0.1, 1),
      dashed: 'worst',
    }),
    series({
      id: 303,
      title: 'Processor and open files',
      description:
        "Processor time of Vigie's own process per second, and its open files against their limit.",
      ...third,
      dashed: 'open files',
      unit: 'percentunit',
      queries: [
        {
          expr: `rate(process_cpu_seconds_total{${INSTANCE}}[5m]) ${ours}`,
          legend: '{{instance}} processor',
        },
        {
          expr: `process_open_fds{${INSTANCE}} / process_max_fds{${INSTANCE}} ${ours}`,
          legend: '{{instance}} open files',
        },
      ],
    }),
  ];
}
