/**
 * False alarms in calls that nobody breaks, in six configurations of a real Jitsi (`layouts.ts`), before the lab.
 *
 *   node bench/call/configurations.ts --out FILE [--runs 50] [--only docker,nix] [--watch 5] [--sum]
 *
 * `--runs`: of each configuration. One line of JSON a run is appended to FILE, so that it can be stopped and goes on where it was;
 * `--sum` only adds up. The signaling check looks at each configuration once as well. As root: the lab's network is the machine's.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Run } from '../../src/checks/check.ts';
import { runCheck } from '../../src/checks/run.ts';
import { signalingKind } from '../../src/checks/signaling/index.ts';
import { call, median, quantile, recordedIn, target, toComplete, trulyLost } from './common.ts';
import { type LaidOut, layOut } from './laid-out.ts';
import { LAYOUTS, type Layout } from './layouts.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    runs: { type: 'string', default: '50' },
    only: { type: 'string', default: LAYOUTS.map(({ name }) => name).join(',') },
    watch: { type: 'string', default: '5' },
    sum: { type: 'boolean', default: false },
  },
});
if (!values.out) throw new Error('--out FILE is missing');
const out = values.out;

interface Line {
  readonly layout: string;
  readonly kind: 'call' | 'signaling';
  readonly completeMs: number | null;
  readonly run: Run;
}

const lines = () => recordedIn<Line>(out);

const keep = (line: Line) => appendFileSync(out, `${JSON.stringify(line)}\n`);

async function record(): Promise<void> {
  const { url, lab } = target();
  if (!lab) throw new Error('VIGIE_TEST_JITSI_LAB must name the lab script');
  for (const name of values.only.split(',')) {
    const layout = LAYOUTS.find((one) => one.name === name);
    if (!layout)
      throw new Error(`no configuration "${name}"; there are ${LAYOUTS.map((one) => one.name).join(', ')}`);
    const done = lines().filter(({ kind, layout: of }) => kind === 'call' && of === name).length;
    if (done >= Number(values.runs)) continue;
    const laid = await layOut(layout, { url, script: lab });
    try {
      await calls(layout, laid, done);
    } finally {
      await laid.close();
    }
  }
}

/** Until jicofo has a bridge again: after prosody was restarted, that takes up to a minute. */
async function untilThereIsABridge(url: string): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    const { signaling: seen } = await signaling(url);
    if (seen?.parts.some(({ name, ok }) => name === 'bridge' && ok === true)) return;
    await pause(1000);
  }
  throw new Error('jicofo has no bridge after a minute');
}

async function calls({ name }: Layout, { url }: LaidOut, done: number): Promise<void> {
  await untilThereIsABridge(url);
  // A bridge that has just started takes its time for its first participants: that call is none of those that are counted.
  await call([url, '--watch', '2']);
  if (done === 0) keep({ layout: name, kind: 'signaling', completeMs: null, run: await signaling(url) });
  for (let i = done; i < Number(values.runs); i++) {
    const called = await call([url, '--watch', values.watch]);
    const completeMs = toComplete(called);
    keep({ layout: name, kind: 'call', completeMs, run: called.run });
    process.stdout.write(
      `${name} ${i + 1}: ${called.run.outcome}, complete after ${completeMs === null ? '-' : Math.round(completeMs)} ms\n`,
    );
  }
}

const nothing = () => {};
const signaling = (url: string) =>
  runCheck(signalingKind, signalingKind.schema.parse({ url, insecure: true }), {
    ...{ name: 'signaling', signal: new AbortController().signal, evidence: null, progress: nothing },
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  });

/** What a call that nobody broke comes to: right, a picture that truly came late, truly lost, a false alarm, or nothing is known. */
function verdict(run: Run): 'right' | 'late' | 'lost' | 'falseAlarm' | 'error' {
  if (run.outcome === 'pass') return 'right';
  if (run.outcome === 'error') return 'error';
  const said = run.findings.filter(({ outcome }) => outcome !== 'pass');
  if (said.every(({ id, looksLike }) => id === 'stream-slow' && looksLike?.includes('key-frame-limit')))
    return 'late';
  return trulyLost(run) ? 'lost' : 'falseAlarm';
}

/** The largest share of a step in which tasks waited for a processor. */
const pressure = (run: Run) =>
  Math.max(0, ...(run.call?.steps ?? []).map(({ cpuPressure }) => cpuPressure ?? 0));

function summary(): void {
  const all = lines();
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const sum = (name: string, members: readonly Line[]): void => {
    const runs = members.map(({ run }) => run);
    const count = (what: ReturnType<typeof verdict>) => runs.filter((run) => verdict(run) === what).length;
    const times = members.flatMap(({ completeMs }) => completeMs ?? []);
    process.stdout.write(
      `${name}: ${runs.length} calls: ${count('right')} right, ${count('late')} with a picture that came late, ${count('lost')} truly lost, ${count('falseAlarm')} false alarms, ${count('error')} could not tell; ` +
        `complete after ${Math.round(median(times))} ms (median); CPU pressure ${percent(median(runs.map(pressure)))} (median), ${percent(quantile(runs.map(pressure), 0.95))} (95th percentile)\n`,
    );
  };
  for (const { name, like } of LAYOUTS) {
    const ofIt = all.filter(({ layout }) => layout === name);
    const members = ofIt.filter(({ kind }) => kind === 'call');
    if (members.length > 0) sum(`${name} (${like})`, members);
    for (const { kind, run } of ofIt) {
      if (run.outcome === 'pass') continue;
      process.stdout.write(
        `   ${kind} ${run.startedAt} ${run.outcome}, CPU pressure ${percent(pressure(run))}\n${run.findings.map(({ id, outcome, text, where }) => `      ${outcome} ${id} (${where}): ${text}\n`).join('')}`,
      );
    }
  }
  sum(
    'in all',
    all.filter(({ kind }) => kind === 'call'),
  );
}

if (!values.sum) await record();
summary();
