/** The calls: who receives whom, since when, how soon, how late, over what, in which step; and the signaling. */
import { CHOSEN, checkVariable, type Definition, INSTANCE } from './dashboard.ts';
import type { Links } from './links.ts';
import { recordedOutcome } from './outcome.ts';
import { runLink, seriesRunLink } from './overview.ts';
import { better, ends, OUTCOME_WORDS, worse, yesNo } from './palette.ts';
import { matrix, type Panel, series, stat, table, timeline } from './panel.ts';

const STREAM = `${CHOSEN},step=~"$step"`;
/** Of a hundred checks, the streams are more than anybody reads. */
const ONE_CALL = `${INSTANCE},check="$call",step=~"$step"`;
const STREAM_COLORS = ends('audio, worst stream', 'video, worst stream', 'audio, median', 'video, median');
const NO_SIGNALING = 'no check of the kind signaling is configured.';

export function call(links: Links): Definition {
  return {
    uid: 'vigie-call',
    title: 'Vigie / Calls',
    description: 'Who hears and sees whom, since when, and how well.',
    from: 'now-6h',
    variables: [
      // The signaling checks are in the same list: both watch the same deployment.
      checkVariable('vigie_check_interval_seconds', 'kind=~"call|signaling"'),
      {
        name: 'step',
        label: 'Step',
        description: 'The steps of the choreography that are shown; all of them unless chosen.',
        of: `vigie_call_stream_ok{${CHOSEN}}`,
      },
      {
        name: 'call',
        label: 'Streams of',
        description:
          'The call whose matrices, streams, steps and times are shown: one at a time, so that no check hides another.',
        // Of the chosen checks: links and alerts name a check, and mean this one, too.
        of: `vigie_call_stream_ok{${CHOSEN}}`,
        by: 'check',
        single: true,
      },
    ],
    rows: [
      { id: 100, title: 'Now', panels: [...now(links), ...matrices()] },
      { id: 200, title: 'Since when', panels: [streams(links), steps(), stepTable(), ...lost(links)] },
      { id: 300, title: 'How soon, and how late', panels: times(links) },
      { id: 400, title: 'Over what', panels: [participants(links), paths()] },
      { id: 500, title: 'Signaling', panels: signaling(links) },
    ],
  };
}

function now(links: Links): Panel[] {
  return [
    stat({
      id: 101,
      title: 'Streams that arrive',
      description:
        'The share of all streams (each receiver, each sender, audio and video) that arrived in the last run.',
      width: 6,
      height: 6,
      unit: 'percentunit',
      decimals: 0,
      queries: [{ expr: `avg(vigie_call_stream_ok{${STREAM}})` }],
      thresholds: better(0.75, 1),
    }),
    stat({
      id: 102,
      title: 'Streams that do not arrive',
      description: 'How many streams did not arrive in the last run. Three participants have twelve.',
      width: 6,
      height: 6,
      unit: 'none',
      queries: [{ expr: `sum(1 - vigie_call_stream_ok{${STREAM}})` }],
      thresholds: worse(1, 2),
    }),
    timeline({
      id: 103,
      title: 'Outcomes',
      description: 'The outcome of the latest call of each check, over time.',
      width: 12,
      height: 6,
      unit: 'none',
      queries: [{ expr: recordedOutcome(`${CHOSEN},kind="call"`), legend: '{{check}} ({{instance}})' }],
      mappings: OUTCOME_WORDS,
      links: seriesRunLink(links) ?? [],
    }),
  ];
}

function matrices(): Panel[] {
  return (['audio', 'video'] as const).map((media, index) =>
    matrix({
      id: 104 + index,
      title: media === 'audio' ? 'Who hears whom' : 'Who sees whom',
      description: `${media === 'audio' ? 'Sound' : 'Picture'} in the last run of $call: rows receive, columns send. Of several steps and instances the worst counts. One row: that receiver's downlink. One column: that sender, or its uplink. All: the bridge.`,
      width: 12,
      height: 6,
      unit: 'none',
      queries: [
        {
          expr: `min by (receiver, sender) (vigie_call_stream_ok{${INSTANCE},check="$call",step=~"$step",media="${media}"})`,
        },
      ],
      mappings: yesNo('MISSING', 'arrives'),
      thresholds: better(1, 1),
      rows: 'receiver',
      columns: 'sender',
      corner: 'to ↓ from →',
    }),
  );
}

function streams(links: Links): Panel {
  return timeline({
    id: 201,
    title: 'Each stream over time',
    description:
      'Who received whom in the latest run of $call, over time. Of several steps the worst counts. A gap: the run could not tell.',
    width: 24,
    height: 12,
    unit: 'none',
    queries: [
      {
        expr: `min by (instance, check, receiver, sender, media) (vigie_call_stream_ok{${ONE_CALL}})`,
        legend: '{{check}}: {{receiver}} ← {{sender}} {{media}} ({{instance}})',
      },
    ],
    mappings: yesNo('missing', 'arrives'),
    thresholds: better(1, 1),
    links: seriesRunLink(links) ?? [],
  });
}

function steps(): Panel {
  return timeline({
    id: 202,
    title: 'Each step over time',
    description:
      'Whether every stream arrived in a step of the choreography of $call: joining, a reload, a change of path.',
    width: 15,
    height: 8,
    unit: 'none',
    queries: [
      {
        expr: `min by (instance, check, step) (vigie_call_stream_ok{${ONE_CALL}})`,
        legend: '{{check}}: {{step}} ({{instance}})',
      },
    ],
    mappings: yesNo('incomplete', 'complete'),
    thresholds: better(1, 1),
  });
}

function stepTable(): Panel {
  return matrix({
    id: 203,
    title: 'Streams that arrive, by step',
    description: 'The share of the streams that arrived in the last run of $call, for each step and medium.',
    width: 9,
    height: 8,
    unit: 'percentunit',
    decimals: 0,
    queries: [{ expr: `avg by (step, media) (vigie_call_stream_ok{${ONE_CALL}})` }],
    thresholds: better(0.75, 1),
    rows: 'step',
    columns: 'media',
  });
}

function lost(links: Links): Panel[] {
  return [
    series({
      id: 204,
      title: 'Streams that are lost',
      description:
        'The share of the calls of the last 24 h that lost the stream, of the twelve streams that are lost most often. A fault that comes and goes shows here.',
      mayBeEmpty: 'no stream was lost in this time.',
      width: 13,
      height: 9,
      unit: 'percentunit',
      decimals: 1,
      queries: [
        {
          expr: `topk(12, vigie:call_stream_lost:ratio_increase1d{${STREAM}})`,
          legend: '{{check}}: {{receiver}} ← {{sender}} {{media}}, {{step}} ({{instance}})',
        },
      ],
      links: seriesRunLink(links) ?? [],
    }),
    table({
      id: 205,
      title: 'Lost now and then',
      description:
        'Streams, steps and parts that are lost in a share of the runs of the last 24 h that chance does not explain, and in how many.',
      mayBeEmpty: 'chance explains all losses.',
      width: 11,
      height: 9,
      unit: 'none',
      queries: [
        {
          expr: `max by (instance, check, aspect, subject) (vigie_check_intermittent_subject{${CHOSEN}})`,
        },
      ],
      columns: [
        { field: 'check', links: runLink(links) ?? [] },
        { field: 'subject', width: 215 },
        { field: 'Value', name: 'runs', width: 65 },
        { field: 'instance' },
      ],
      sort: { field: 'runs', descending: true },
    }),
  ];
}

function times(links: Links): Panel[] {
  const slowest = (metric: string) => [
    {
      expr: `max by (instance, check, media) (${metric}{${ONE_CALL}})`,
      legend: '{{check}} ({{instance}}) {{media}}, worst stream',
    },
    {
      expr: `quantile by (instance, check, media) (0.5, ${metric}{${ONE_CALL}})`,
      legend: '{{check}} ({{instance}}) {{media}}, median',
    },
  ];
  return [
    series({
      id: 301,
      title: 'Time to the first watermark',
      description:
        'Of $call, from the start of the step until a receiver first read the sender in picture or sound. Two to three seconds are usual; above six, a participant waited in front of a black tile.',
      width: 12,
      height: 8,
      unit: 's',
      queries: slowest('vigie_call_stream_first_seconds'),
      thresholds: worse(6, 15),
      colors: STREAM_COLORS,
      links: seriesRunLink(links) ?? [],
    }),
    series({
      id: 302,
      title: 'Latency',
      description:
        "How old picture and sound of $call are when they are seen and heard. Above the check's maxLatency (usually 0.4 s) a stream is late.",
      width: 12,
      height: 8,
      unit: 's',
      queries: slowest('vigie_call_stream_latency_seconds'),
      thresholds: worse(0.4, 1),
      colors: STREAM_COLORS,
      links: seriesRunLink(links) ?? [],
    }),
    series({
      id: 303,
      title: 'Where the time goes',
      description: 'How long each phase of the latest run took, averaged over the chosen checks.',
      width: 24,
      height: 8,
      unit: 's',
      stacked: true,
      queries: [
        {
          expr: `avg by (phase) (vigie_check_phase_duration_seconds{${CHOSEN},kind="call"})`,
          legend: '{{phase}}',
        },
      ],
    }),
  ];
}

function participants(links: Links): Panel {
  return table({
    id: 401,
    title: 'Participants',
    description:
      'The browser of each participant and the path of its media in the last run. Candidates of type relay mean that the bridge was not reached directly.',
    width: 18,
    height: 8,
    unit: 'none',
    queries: [
      {
        expr: `group by (instance, check, participant, browser, version, path, candidate_type, protocol) (vigie_call_participant_info{${CHOSEN}})`,
      },
    ],
    columns: [
      { field: 'check', links: runLink(links) ?? [] },
      { field: 'participant', width: 115 },
      { field: 'browser', width: 90 },
      { field: 'version' },
      { field: 'path', width: 80 },
      { field: 'candidate_type', name: 'candidate', width: 110 },
      { field: 'protocol', width: 100 },
      { field: 'instance' },
    ],
    sort: { field: 'participant', descending: false },
  });
}

function paths(): Panel {
  return series({
    id: 402,
    title: 'Paths of the media',
    description: 'How many participants used which path (direct or bridge), type of candidate and transport.',
    width: 6,
    height: 8,
    unit: 'none',
    queries: [
      {
        expr: `count by (path, candidate_type, protocol) (vigie_call_participant_info{${CHOSEN}})`,
        legend: '{{path}} {{candidate_type}} {{protocol}}',
      },
    ],
    stacked: true,
  });
}

function signaling(links: Links): Panel[] {
  return [
    timeline({
      id: 501,
      title: 'Parts of the signaling',
      points: 120,
      description:
        'Whether web front, config.js, WebSocket, BOSH, conference request and TURN answer as they should.',
      mayBeEmpty: NO_SIGNALING,
      width: 12,
      height: 13,
      unit: 'none',
      queries: [
        {
          expr: `min by (instance, check, part) (vigie_signaling_part_ok{${CHOSEN}})`,
          legend: '{{check}}: {{part}} ({{instance}})',
        },
      ],
      mappings: yesNo('broken', 'works'),
      thresholds: better(1, 1),
      links: seriesRunLink(links) ?? [],
    }),
    series({
      id: 502,
      title: 'How long each part takes',
      points: 120,
      description: 'The time that each part of the signaling took to answer.',
      mayBeEmpty: NO_SIGNALING,
      width: 8,
      height: 13,
      unit: 's',
      queries: [
        {
          expr: `max by (instance, check, part) (vigie_signaling_part_seconds{${CHOSEN}})`,
          legend: '{{check}}: {{part}} ({{instance}})',
        },
      ],
    }),
    stat({
      id: 503,
      title: 'Certificate of the web front',
      description: 'How long the certificate of the deployment is still valid; of several the shortest.',
      mayBeEmpty: NO_SIGNALING,
      width: 4,
      height: 13,
      unit: 's',
      queries: [{ expr: `min(vigie_signaling_certificate_expiry_timestamp_seconds{${CHOSEN}}) - time()` }],
      thresholds: better(3 * 86_400, 14 * 86_400),
    }),
  ];
}
