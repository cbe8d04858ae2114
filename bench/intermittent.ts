/**
 * The detector of intermittent faults, simulated: `node bench/intermittent.ts [SERIES] [SEED]`. Another seed gives other series.
 *
 * A call of three in five steps each five minutes. In a share of calls one stream is lost for a cause (one of those of
 * `FAULTS`); beside it, runs fail by chance (0.05 % of them, a stream at random) and cannot tell (1 %). Reported for each
 * share and number of runs: the share of series in which the fault was detected, the median number of runs until then, and
 * the share of stated common causes that are right. False alarms are of series without a fault: 90 days each, once with the
 * failures by chance, once with as many as the detector takes for chance.
 */

import type { CallStream } from '../src/checks/call/result.ts';
import type { Run } from '../src/checks/check.ts';
import { CheckHistory } from '../src/compare/intermittence.ts';
import { OutcomeLog } from '../src/compare/outcome-log.ts';
import { CHANCE, FALSE_ALARM_DAYS } from '../src/statistics/intermittent.ts';
import { seeded } from '../src/statistics/medians.ts';
import { aCall, aRun } from '../test/support/history/runs.ts';

const SERIES = Number(process.argv[2] ?? 200);
/** Far from what the series of other seeds take. */
const SEED = Number(process.argv[3] ?? 0) * 1e8;
const EVERY_MS = 300_000;
const START = Date.UTC(2026, 0, 1);
const STEPS = ['join', 'reload', 'third-leaves', 'third-joins', 'mute'];
const NAMES = ['A', 'B', 'C'];
const SHARES = [0, 0.02, 0.07, 0.2];
const RUNS = [100, 300, 1000];
const BY_CHANCE = 0.0005;
const COULD_NOT_TELL = 0.01;

interface Fault {
  readonly name: string;
  /** The traits that are right to state. */
  readonly right: readonly string[];
  /** Whether it can strike in this run. */
  readonly when?: (index: number, random: number) => boolean;
  readonly loses: (random: () => number) => Pick<CallStream, 'step' | 'receiver' | 'sender' | 'kind'>;
}

const pick = <T>(from: readonly T[], random: () => number): T => from[Math.floor(random() * from.length)]!;
function pair(random: () => number): { receiver: string; sender: string } {
  const sender = pick(NAMES, random);
  return {
    sender,
    receiver: pick(
      NAMES.filter((name) => name !== sender),
      random,
    ),
  };
}
const medium = (random: () => number) => pick(['audio', 'video'] as const, random);

const FAULTS: readonly Fault[] = [
  {
    name: "A's picture, always at third-joins",
    right: ['step third-joins', 'sender A', 'medium video', 'stream third-joins: B video from A'],
    loses: (random) => ({
      step: 'third-joins',
      sender: 'A',
      receiver: pick(['B', 'C'], random),
      kind: 'video',
    }),
  },
  {
    name: 'what the Firefox participant gets',
    right: ['receiver C', 'receiving browser firefox'],
    loses: (random) => ({
      step: pick(STEPS, random),
      receiver: 'C',
      sender: pick(['A', 'B'], random),
      kind: medium(random),
    }),
  },
  {
    name: 'any stream, when A is relayed',
    right: ['relay A relayed'],
    when: (index) => index % 4 === 0,
    loses: (random) => ({ step: pick(STEPS, random), ...pair(random), kind: medium(random) }),
  },
  {
    name: 'any stream: nothing in common',
    right: [],
    loses: (random) => ({ step: pick(STEPS, random), ...pair(random), kind: medium(random) }),
  },
];

/** Twelve streams in each step, one of them lost where `lost` names it. */
function streams(lost: Pick<CallStream, 'step' | 'receiver' | 'sender' | 'kind'> | null): CallStream[] {
  return STEPS.flatMap((step) =>
    (aCall().streams as CallStream[]).map((stream) => {
      const is =
        lost &&
        step === lost.step &&
        stream.receiver === lost.receiver &&
        stream.sender === lost.sender &&
        stream.kind === lost.kind;
      return { ...stream, step, ...(is && { verdict: 'lost' as const }) };
    }),
  );
}

const PASSED = streams(null);
const STEPS_OF_CALL = STEPS.map((name, index) => ({ name, atMs: index * 3000, ms: 2000, present: NAMES }));

function runAt(
  index: number,
  lost: ReturnType<Fault['loses']> | null,
  relayed: boolean,
  outcome: Run['outcome'],
): Run {
  const call = aCall({ streams: lost ? streams(lost) : PASSED, steps: STEPS_OF_CALL });
  const participants = call.participants.map((each) =>
    each.name === 'A' && relayed
      ? { ...each, transport: { ...each.transport!, candidateType: 'relay' as const } }
      : each,
  );
  return aRun({
    outcome,
    startedAt: new Date(START + index * EVERY_MS).toISOString(),
    call: { ...call, participants },
  });
}

/** One series of calls: when it was detected, and what was stated then. */
function series(fault: Fault, share: number, runs: number, random: () => number) {
  const history = new CheckHistory('call', new OutcomeLog());
  for (let index = 0; index < runs; index++) {
    const possible = fault.when?.(index, random()) ?? true;
    // The share is of all calls, whenever the fault can strike.
    const chance = fault.when ? share * 4 : share;
    const struck = possible && random() < chance;
    const glitch = random() < BY_CHANCE;
    const relayed = index % 4 === 0;
    if (random() < COULD_NOT_TELL) {
      history.add(runAt(index, null, relayed, 'error'));
      continue;
    }
    const lost = struck
      ? fault.loses(random)
      : glitch
        ? { step: pick(STEPS, random), ...pair(random), kind: medium(random) }
        : null;
    history.add(runAt(index, lost, relayed, lost ? 'fail' : 'pass'));
    if (!lost) continue;
    const found = history.intermittent(START + index * EVERY_MS + 60_000);
    if (found.length > 0) return { at: index + 1, history, found };
  }
  return null;
}

function median(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted.length === 0 ? '-' : String(sorted[Math.floor(sorted.length / 2)]);
}

const percent = (part: number, of: number) => (of === 0 ? '-' : `${((100 * part) / of).toFixed(0)} %`);

console.log(`detection: ${SERIES} series for each fault and share`);
console.log(
  '| fault | share | within 100 | 300 | 1000 runs | runs until detected, median | causes stated then | right |',
);
console.log('|---|---|---|---|---|---|---|---|');
for (const [which, fault] of FAULTS.entries()) {
  for (const share of SHARES) {
    const times: number[] = [];
    let [stated, right, silent] = [0, 0, 0];
    for (let i = 0; i < SERIES; i++) {
      const found = series(
        fault,
        share,
        Math.max(...RUNS),
        seeded(SEED + 1 + which * 1e6 + share * 1e5 + i * 7),
      );
      if (!found) continue;
      times.push(found.at);
      const common = found.found[0]!.common;
      stated += common.length;
      right += common.filter(({ trait, value }) => fault.right.includes(`${trait} ${value}`)).length;
      if (common.length === 0) silent += 1;
    }
    const within = RUNS.map((runs) => percent(times.filter((at) => at <= runs).length, SERIES));
    console.log(
      `| ${fault.name} | ${percent(share, 1)} | ${within.join(' | ')} | ${median(times)} | in ${percent(times.length - silent, times.length)} of series, ${stated} | ${percent(right, stated)} |`,
    );
  }
}

/** What a month of data says of the cause, for a fault that goes on: the series is not ended at the detection. */
console.log('\ncommon cause after 300 runs of a fault that goes on');
console.log('| fault | share | stated in | causes | right |');
console.log('|---|---|---|---|---|');
for (const [which, fault] of FAULTS.entries()) {
  for (const share of SHARES.slice(1)) {
    let [series, stated, right, total] = [0, 0, 0, 0];
    for (let i = 0; i < SERIES; i++) {
      const random = seeded(SEED + 9 + which * 1e6 + share * 1e5 + i * 11);
      const history = new CheckHistory('call', new OutcomeLog());
      for (let index = 0; index < 300; index++) {
        const possible = fault.when ? index % 4 === 0 : true;
        const struck = possible && random() < (fault.when ? share * 4 : share);
        history.add(
          runAt(index, struck ? fault.loses(random) : null, index % 4 === 0, struck ? 'fail' : 'pass'),
        );
      }
      const [found] = history.intermittent(START + 300 * EVERY_MS);
      if (!found) continue;
      total += 1;
      if (found.common.length > 0) series += 1;
      stated += found.common.length;
      right += found.common.filter(({ trait, value }) => fault.right.includes(`${trait} ${value}`)).length;
    }
    console.log(
      `| ${fault.name} | ${percent(share, 1)} | ${percent(series, total)} | ${stated} | ${percent(right, stated)} |`,
    );
  }
}

/** How often one fault is reported that goes on: each change from not intermittent to intermittent is a notification. */
console.log(
  '\nnotifications of one fault that goes on for 2000 runs, and that it is over once within 2000 more',
);
console.log(
  '| share | series that were reported | once | at most twice | most | reported again after its end |',
);
console.log('|---|---|---|---|---|---|');
for (const share of SHARES.slice(1)) {
  const counts: number[] = [];
  let again = 0;
  for (let i = 0; i < SERIES; i++) {
    const random = seeded(SEED + 55 + share * 1e5 + i * 17);
    // Of a kind that is followed as a whole alone: runs without streams.
    const history = new CheckHistory('zone', new OutcomeLog());
    let [on, alarms, after] = [false, 0, 0];
    for (let index = 0; index < 4000; index++) {
      const struck = index < 2000 && random() < share;
      history.add(
        aRun({
          startedAt: new Date(START + index * EVERY_MS).toISOString(),
          outcome: struck ? 'fail' : 'pass',
        }),
      );
      const now = history.intermittent(START + index * EVERY_MS + 60_000).length > 0;
      if (now && !on) {
        if (index < 2000) alarms += 1;
        else after += 1;
      }
      on = now;
    }
    if (alarms > 0) counts.push(alarms);
    again += after;
  }
  const upTo = (n: number) => percent(counts.filter((count) => count <= n).length, counts.length);
  console.log(
    `| ${percent(share, 1)} | ${percent(counts.length, SERIES)} | ${upTo(1)} | ${upTo(2)} | ${Math.max(...counts)} | ${again} |`,
  );
}

/** False alarms: an alarm is a change from not intermittent to intermittent. */
console.log(`\nfalse alarms in ${FALSE_ALARM_DAYS} days of one check, calls each 5 minutes`);
// Without any failure there can be none.
for (const chance of [BY_CHANCE, CHANCE]) {
  let [alarms, lit, looks] = [0, 0, 0];
  const checks = Math.max(20, Math.floor(SERIES / 4));
  for (let i = 0; i < checks; i++) {
    const random = seeded(SEED + 77 + i * 13 + chance * 1e7);
    const history = new CheckHistory('call', new OutcomeLog());
    let on = false;
    for (let index = 0; index < (FALSE_ALARM_DAYS * 86_400_000) / EVERY_MS; index++) {
      const lost =
        random() < chance ? { step: pick(STEPS, random), ...pair(random), kind: medium(random) } : null;
      history.add(runAt(index, lost, false, lost ? 'fail' : 'pass'));
      if (index % 12 === 0) history.outcomes.counts(START + index * EVERY_MS);
      if (!lost && !on) continue;
      const now = history.intermittent(START + index * EVERY_MS + 60_000).length > 0;
      if (now && !on) alarms += 1;
      if (now) lit += 1;
      looks += 1;
      on = now;
    }
  }
  console.log(
    `chance ${100 * chance} %: ${alarms} alarms in ${checks} checks, ${(alarms / checks).toFixed(2)} each 90 days, ${(alarms / checks / 3).toFixed(2)} a month; ${looks} looks, ${lit} of them intermittent`,
  );
}

/** The same of outcomes alone, as those of a check without streams are followed: quick, so of many checks. */
console.log('\nfalse alarms of the check as a whole, outcomes alone');
for (const chance of [BY_CHANCE, CHANCE]) {
  let alarms = 0;
  const checks = 4 * SERIES;
  for (let i = 0; i < checks; i++) {
    const random = seeded(SEED + 99 + i * 13 + chance * 1e7);
    const history = new CheckHistory('zone', new OutcomeLog());
    let on = false;
    for (let index = 0; index < (FALSE_ALARM_DAYS * 86_400_000) / EVERY_MS; index++) {
      const at = START + index * EVERY_MS;
      const failed = random() < chance;
      // What was found last is kept for a while; only a whole run ends that.
      if (failed) history.add(aRun({ startedAt: new Date(at).toISOString(), outcome: 'fail' }));
      else history.outcomes.add({ at, outcome: 'pass' });
      if (index % 12 === 0) history.outcomes.counts(at);
      // Only a failure begins one; whether it has ended is looked at each hour, as long as what was found last is kept.
      if (!failed && !(on && index % 12 === 0)) continue;
      const now = history.intermittent(at + 60_000).length > 0;
      if (now && !on) alarms += 1;
      on = now;
    }
  }
  const months = (checks * FALSE_ALARM_DAYS) / 30;
  console.log(
    `chance ${100 * chance} %: ${alarms} alarms in ${checks} checks of ${FALSE_ALARM_DAYS} days, ${(alarms / months).toFixed(3)} a month`,
  );
}
