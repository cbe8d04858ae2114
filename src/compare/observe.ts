/** What a run says that can be compared: each thing with a key under which other runs say the same of it. */
import { arrives, type CallResult, type CallStream, MEDIA_KINDS } from '../checks/call/result.ts';
import type { Run } from '../checks/check.ts';
import { works } from '../checks/outcome.ts';
import { phaseLabel, phaseOf } from '../checks/phase.ts';

/** `deployment`: of the whole; `where`: of a stream, a step, a pair of browsers. */
export type Level = 'deployment' | 'where';
/** What size of change matters to people depends on what it is: see `thresholds.ts`. */
export type Sort = 'rate' | 'latency' | 'distortion' | 'time';

export interface Observed {
  /** Stable, for programs. */
  readonly key: string;
  readonly level: Level;
  readonly sort: Sort;
  /** For people; of a rate, what is bad about a hit: "C does not see B". */
  readonly text: string;
  /** True or false, 1 or 0: whether the bad thing happened; or milliseconds; of a distortion percent. */
  readonly value: number;
}

/** The key of the one rate that everything else explains. */
export const INCOMPLETE = 'incomplete';
/** The key of the rate of runs in which a stream stopped and came back. */
export const PAUSED = 'paused';

/** Everything that one run says; nothing of a run that could not tell. */
export function observe(run: Run): Observed[] {
  if (run.outcome === 'error') return [];
  const { call } = run;
  return [...whole(run), ...findings(run), ...(call ? [...ofCall(run, call), ...streams(call)] : [])];
}

/** Whether the target did all that it is there for. */
function isComplete({ outcome, call }: Run): boolean {
  return works(outcome) && (call?.streams ?? []).every(arrives);
}

/** Phases that say something of the target; the others are ours, or last as long as configured. */
const TELLING = ['load', 'join', 'act'];

function whole(run: Run): Observed[] {
  const complete = isComplete(run);
  const rate = (key: string, text: string, hit: boolean) => of('deployment', 'rate', key, text, Number(hit));
  const time = (key: string, text: string, ms: number) => of('deployment', 'time', key, text, ms);
  const phases = new Map<string, number>();
  for (const phase of run.phases.map(phaseOf)) {
    const label = phaseLabel(phase);
    if (!run.call || TELLING.includes(phase.name)) phases.set(label, (phases.get(label) ?? 0) + phase.ms);
  }
  return [
    rate(INCOMPLETE, run.call ? 'incomplete calls' : 'failed runs', !complete),
    ...(complete
      ? [rate('degraded', 'degraded runs, of those that were complete', run.outcome === 'degraded')]
      : []),
    ...(complete ? [...phases].map(([name, ms]) => time(`phase ${name}`, `phase ${name}`, ms)) : []),
    ...(complete && !run.call ? [time('duration', 'duration', run.durationMs)] : []),
  ];
}

/** Of checks of every kind: what they complained of. Streams are looked at one by one. */
function findings(run: Run): Observed[] {
  const ids = new Set(
    run.findings
      .filter(
        ({ id, outcome }) => (outcome === 'fail' || outcome === 'degraded') && !id.startsWith('stream-'),
      )
      .map(({ id }) => id),
  );
  return [...ids].map((id) => of('where', 'rate', `finding ${id}`, `finding ${id}`, 1));
}

function ofCall(run: Run, { steps, streams: all }: CallResult): Observed[] {
  const alive = all.filter(({ muted }) => !muted);
  const paused = alive.some(({ gaps }) => gaps.length > 0);
  const times = steps.flatMap(({ name, ms }) => {
    const own = all.filter(({ step }) => step === name);
    if (own.length === 0 || !own.every(arrives)) return [];
    const text = steps.length > 1 ? `time until step ${name} is complete` : 'time until the call is complete';
    return [of('deployment', 'time', `time ${name}`, text, ms)];
  });
  return [
    ...(isComplete(run)
      ? [of('deployment', 'rate', PAUSED, 'runs in which a stream paused', Number(paused))]
      : []),
    ...times,
    ...distortions(alive),
    ...MEDIA_KINDS.flatMap((kind) =>
      figures(
        'deployment',
        kind,
        kind,
        alive.filter((stream) => stream.kind === kind),
      ),
    ),
  ];
}

/** How much of what arrives is not what was sent, as the mean over all streams of the call. */
function distortions(alive: readonly CallStream[]): Observed[] {
  const among = alive.filter(arrives);
  const pictures = mean(
    among.flatMap(({ similarity = null }) => (similarity === null ? [] : [(1 - similarity) * 100])),
  );
  const sounds = mean(
    among.flatMap(({ signalToNoiseDb: db = null }) => (db === null ? [] : [100 * 10 ** (-db / 10)])),
  );
  const one = (key: string, text: string, value: number | null) =>
    value === null ? [] : [of('deployment', 'distortion', `${key} distortion`, `${key}: ${text}`, value)];
  return [
    ...one('video', 'unlike what was sent', pictures),
    ...one('audio', 'noise beside what was sent', sounds),
  ];
}

/** How soon the first mark of these streams came and how old marks are, as the mean over them. */
function figures(level: Level, key: string, text: string, among: readonly CallStream[]): Observed[] {
  const first = mean(among.flatMap(({ firstMs }) => firstMs ?? []));
  const latency = mean(among.flatMap(({ latencyMs }) => latencyMs ?? []));
  return [
    ...(first === null ? [] : [of(level, 'time', `${key} first`, `${text}: time to the first mark`, first)]),
    ...(latency === null ? [] : [of(level, 'latency', `${key} latency`, `${text}: latency`, latency)]),
  ];
}

function streams(call: CallResult): Observed[] {
  const browser = new Map<string, string>(call.participants.map(({ name, browser: its }) => [name, its]));
  const several = call.steps.length > 1;
  const each = call.streams.flatMap((stream) => {
    const { step, receiver, sender, kind, muted } = stream;
    const when = several ? ` (${step})` : '';
    const verb = kind === 'audio' ? 'hear' : 'see';
    const whom = kind === 'screen' ? `${sender}'s screen` : sender;
    const wrong = muted
      ? `${receiver} is wrong about ${sender}'s ${kind}`
      : `${receiver} does not ${verb} ${whom}`;
    const key = `${step} ${receiver}<-${sender} ${kind}`;
    return [
      of('where', 'rate', `stream ${key}`, `${wrong}${when}`, Number(!arrives(stream))),
      ...(muted ? [] : figures('where', `stream ${key}`, `${receiver} ${verb}s ${whom}${when}`, [stream])),
    ];
  });
  return [...each, ...groups(call, browser)];
}

/** Streams taken together: by step, by kind, by the browsers at their two ends. One group alone would say nothing new. */
function groups(call: CallResult, browser: ReadonlyMap<string, string>): Observed[] {
  const pair = ({ receiver, sender, kind }: CallStream) =>
    `${kind} from ${browser.get(sender)} to ${browser.get(receiver)}`;
  const by = (name: string, keyOf: (stream: CallStream) => string) =>
    [...Map.groupBy(call.streams, keyOf)].map(([key, among]) => ({ key: `${name} ${key}`, among }));
  const rate = (key: string, text: string, among: readonly CallStream[]) =>
    of('where', 'rate', key, text, Number(!among.every(arrives)));
  const browsers = new Set(browser.values());
  return [
    ...(call.steps.length > 1 ? by('step', ({ step }) => step) : []).map(({ key, among }) =>
      rate(key, `a stream is lost in ${key}`, among),
    ),
    ...by('kind', ({ kind }) => kind).map(({ key, among }) =>
      rate(key, `${among[0]!.kind} of somebody is lost`, among),
    ),
    ...(browsers.size > 1 ? by('browsers', pair) : []).flatMap(({ key, among }) => [
      rate(key, `${pair(among[0]!)} is lost`, among),
      ...figures(
        'where',
        key,
        pair(among[0]!),
        among.filter(({ muted }) => !muted),
      ),
    ]),
  ];
}

function of(level: Level, sort: Sort, key: string, text: string, value: number): Observed {
  return { key, level, sort, text, value };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
