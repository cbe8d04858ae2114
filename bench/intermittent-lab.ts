/**
 * The detector of intermittent faults on real calls: `node bench/intermittent-lab.ts FILE [SERIES] [SEED]`.
 *
 * FILE has calls of a real Jitsi, recorded by `node bench/call/record-lab.ts`: some that nobody broke, some of which one stream
 * was dropped on the network. Histories of a call each 5 minutes are drawn from them: in 0, 2, 7 and 20 % of the calls the fault
 * strikes, and one of the calls that lost a stream of that fault is taken (each such stream as often as any other), else one
 * that nobody broke, with whatever was found in it. A run is given its place in time, and nothing else of it is changed. It is the detector
 * that the service has. "Right" is the share of stated common causes that are the fault's own; what was dropped is known
 * from the lab, not from Vigie.
 */
import type { Run } from '../src/checks/check.ts';
import { CheckHistory } from '../src/compare/intermittence.ts';
import { OutcomeLog } from '../src/compare/outcome-log.ts';
import { seeded } from '../src/statistics/medians.ts';
import { type Lost, pressureOf, type Recorded, readRecorded } from './call/recorded.ts';

const [file, seriesOf = '50', seedOf = '0'] = process.argv.slice(2);
if (!file) {
  process.stderr.write('usage: node bench/intermittent-lab.ts FILE [SERIES] [SEED]\n');
  process.exit(2);
}
const SERIES = Number(seriesOf);
const SEED = Number(seedOf) * 1e8;
const EVERY_MS = 300_000;
const START = Date.UTC(2026, 0, 1);
const SHARES = [0.02, 0.07, 0.2];
const RUNS = [100, 300, 1000];
/** A month of calls. */
const MONTH = 8640;

/** Right of every fault: the lab drops what the bridge sends to a receiver. */
const WHERE = 'place downlink';

interface Fault {
  readonly name: string;
  /** The traits that are right to state, beside the place. */
  readonly right: readonly string[];
  readonly drops: (lost: Lost) => boolean;
}

const FAULTS: readonly Fault[] = [
  { name: 'what C receives', right: ['receiver C'], drops: ({ receiver }) => receiver === 'C' },
  { name: 'what A sends', right: ['sender A'], drops: ({ sender }) => sender === 'A' },
  { name: 'sound', right: ['medium audio'], drops: ({ kind }) => kind === 'audio' },
  {
    name: "B's picture",
    right: ['sender B', 'medium video'],
    drops: ({ sender, kind }) => sender === 'B' && kind === 'video',
  },
  { name: 'any stream: nothing in common', right: [], drops: () => true },
];

const recorded = readRecorded(file);
const clean = recorded.filter(({ dropped }) => dropped === null);
const dropped = recorded.filter(({ dropped }) => dropped !== null);
const nameOf = ({ receiver, sender, kind }: Lost) => `${receiver} ${kind} from ${sender}`;

/** What the check said of the calls themselves. */
function calls(): void {
  const outcomes = (of: readonly Recorded[]) =>
    [...Map.groupBy(of, ({ run }) => run.outcome)]
      .map(([outcome, its]) => `${outcome} ${its.length}`)
      .join(', ');
  console.log(`${clean.length} calls that nobody broke: ${outcomes(clean)}`);
  const [low, high] = [0.3, 0.6];
  const bands = Map.groupBy(clean, ({ run }) => {
    const pressure = pressureOf(run);
    return pressure === null
      ? 'unknown'
      : pressure < low
        ? 'below 30 %'
        : pressure < high
          ? '30 to 60 %'
          : 'above 60 %';
  });
  for (const [band, its] of bands) console.log(`   CPU pressure ${band}: ${outcomes(its)}`);
  console.log(`${dropped.length} calls of which one stream was dropped: ${outcomes(dropped)}`);
  const named = dropped.filter(({ run, dropped }) => {
    const lost = (run.call?.streams ?? []).filter(({ verdict }) => verdict !== 'ok' && verdict !== 'late');
    return lost.length === 1 && nameOf(lost[0]!) === nameOf(dropped!);
  });
  console.log(
    `   exactly that stream was named in ${named.length}; of ${new Set(dropped.map(({ dropped }) => nameOf(dropped!))).size} different streams\n`,
  );
}

const pick = <T>(from: readonly T[], random: () => number): T => from[Math.floor(random() * from.length)]!;

/** The run at this place of a history. */
function drawn(
  streams: readonly (readonly Recorded[])[],
  share: number,
  index: number,
  random: () => number,
) {
  const struck = random() < share;
  const { run } = pick(struck ? pick(streams, random) : clean, random);
  const moved: Run = { ...run, startedAt: new Date(START + index * EVERY_MS).toISOString() };
  return { struck, run: moved };
}

const streamsOf = (fault: Fault) => [
  ...Map.groupBy(
    dropped.filter(({ dropped }) => fault.drops(dropped!)),
    ({ dropped }) => nameOf(dropped!),
  ).values(),
];

const percent = (part: number, of: number) => (of === 0 ? '-' : `${((100 * part) / of).toFixed(0)} %`);
const median = (all: readonly number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? '-';

/** The first run after which the fault was detected; null where it was not. */
function detectedAt(fault: Fault, share: number, random: () => number): number | null {
  const history = new CheckHistory('call', new OutcomeLog());
  const streams = streamsOf(fault);
  for (let index = 0; index < Math.max(...RUNS); index += 1) {
    const { run } = drawn(streams, share, index, random);
    history.add(run);
    if (run.outcome !== 'fail') continue;
    if (history.intermittent(START + index * EVERY_MS + 60_000).length > 0) return index + 1;
  }
  return null;
}

/** What is stated after 300 runs of a fault that goes on. */
function statedAfter(runs: number, fault: Fault, share: number, random: () => number): string[] | null {
  const history = new CheckHistory('call', new OutcomeLog());
  const streams = streamsOf(fault);
  for (let index = 0; index < runs; index += 1) history.add(drawn(streams, share, index, random).run);
  const [found] = history.intermittent(START + runs * EVERY_MS);
  return found ? found.common.map(({ trait, value }) => `${trait} ${value}`) : null;
}

function detection(): void {
  console.log(
    '| fault | streams | share of calls | detected within 100 | 300 | 1000 runs | runs until detected, median | stated after 300 runs | right |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|');
  for (const [which, fault] of FAULTS.entries()) {
    for (const share of SHARES) {
      const seed = (n: number) => seeded(SEED + which * 1e6 + share * 1e5 + n);
      const times = Array.from({ length: SERIES }, (_none, i) =>
        detectedAt(fault, share, seed(i * 7)),
      ).filter((at) => at !== null);
      const stated = Array.from({ length: SERIES }, (_none, i) =>
        statedAfter(300, fault, share, seed(i * 11 + 5)),
      );
      const seen = stated.filter((its) => its !== null);
      const causes = seen.flat();
      const within = RUNS.map((runs) => percent(times.filter((at) => at <= runs).length, SERIES));
      const isRight = (cause: string) => cause === WHERE || fault.right.includes(cause);
      const right = causes.filter(isRight);
      const wrong = [...new Set(causes.filter((cause) => !isRight(cause)))];
      console.log(
        `| ${fault.name} | ${streamsOf(fault).length} | ${percent(share, 1)} | ${within.join(' | ')} | ${median(times)} | in ${percent(seen.filter((its) => its.length > 0).length, seen.length)} of series, ${causes.length} causes | ${percent(right.length, causes.length)}${wrong.length > 0 ? ` (${wrong.join(', ')})` : ''} |`,
      );
    }
  }
}

/** Months in which nothing is dropped: each change from not intermittent to intermittent is an alarm. */
function falseAlarms(): void {
  const months = Math.max(3, Math.floor(SERIES / 10));
  let alarms = 0;
  for (let i = 0; i < months; i += 1) {
    const random = seeded(SEED + 77 + i * 13);
    const history = new CheckHistory('call', new OutcomeLog());
    let on = false;
    for (let index = 0; index < MONTH; index += 1) {
      const { run } = drawn([], 0, index, random);
      history.add(run);
      if (run.outcome !== 'fail' && !on) continue;
      const now = history.intermittent(START + index * EVERY_MS + 60_000).length > 0;
      if (now && !on) alarms += 1;
      on = now;
    }
  }
  console.log(`\n0 %: ${alarms} alarms in ${months} months of ${MONTH} calls`);
}

calls();
detection();
falseAlarms();
