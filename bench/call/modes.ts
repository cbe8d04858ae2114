/**
 * Each newer way of calling many times on a deployment that nobody breaks: verdicts, false alarms with what was found, CPU pressure.
 *
 *   node bench/call/modes.ts --out FILE [--runs 20] [--only share,roam] [--watch 2] [--seconds 480] [--sum]
 *
 * One line of JSON a run is appended to FILE, so that it can be interrupted and goes on where it was; evidence of what did not pass is
 * kept beside it. After `--seconds` no further call begins (exit status 3: not everything is measured yet). The web app
 * needs the lab to serve it (`VIGIE_TEST_JITSI_LAB`): modes with it come last, so that the lab changes once. The lab's relay is off, as in
 * the tests: now and then its bridge settles on it and never changes its mind.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Run } from '../../src/checks/check.ts';
import { call, median, recordedIn, target, trulyLost } from './common.ts';

const THREE = 'chromium,chromium,chromium';

interface Mode {
  readonly args: readonly string[];
  /** The room's page must be the web app. */
  readonly app?: boolean;
}

/** Lobby and accounts are not among them: the lab's prosody has none of the modules that they need. */
const MODES: Readonly<Record<string, Mode>> = {
  share: { args: ['--steps', 'share'] },
  'send-720p': { args: ['--participants', 'chromium+720p,chromium,chromium'] },
  roam: { args: ['--steps', 'roam', '--participants', 'chromium,chromium'] },
  sleep: { args: ['--steps', 'sleep', '--participants', 'chromium,chromium'] },
  crash: { args: ['--steps', 'crash'] },
  outage: { args: ['--steps', 'outage'] },
  rooms: { args: ['--rooms', '2', '--participants', 'chromium,chromium', '--no-p2p'] },
  app: { args: ['--participants', 'chromium+app,chromium+app,chromium+app', '--within', '40'], app: true },
  'share-app': {
    args: ['--steps', 'share', '--participants', 'chromium+app,chromium', '--within', '40'],
    app: true,
  },
  // A site embeds `/external_api.js`, which packages serve and the lab does not.
  'share-iframe': {
    args: ['--steps', 'share', '--participants', 'chromium+iframe,chromium', '--within', '40'],
    app: true,
  },
  iframe: { args: ['--participants', 'chromium+iframe,chromium,chromium', '--within', '40'], app: true },
};

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    runs: { type: 'string', default: '20' },
    only: { type: 'string', default: Object.keys(MODES).join(',') },
    watch: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '0' },
    sum: { type: 'boolean', default: false },
  },
});
if (!values.out) throw new Error('--out FILE is missing');
const out = values.out;

interface Line {
  readonly mode: string;
  /** From the start of the process to its end. */
  readonly seconds: number;
  readonly run: Run;
}

const lines = () => recordedIn<Line>(out);

/** Whether everything that was wanted is measured. */
async function record(): Promise<boolean> {
  const { url, lab } = target();
  const wanted = Number(values.runs);
  const end = Number(values.seconds) > 0 ? performance.now() + Number(values.seconds) * 1000 : Infinity;
  let served: boolean | null = null;
  for (const name of values.only.split(',')) {
    const mode = MODES[name];
    if (!mode) throw new Error(`no mode "${name}"; there are ${Object.keys(MODES).join(', ')}`);
    for (let done = lines().filter((line) => line.mode === name).length; done < wanted; done++) {
      if (performance.now() > end) return false;
      const app = mode.app ?? false;
      if (lab && served !== app) {
        execFileSync(lab, [app ? 'app' : 'clear']);
        execFileSync(lab, ['fault', 'turn-down']);
      }
      served = app;
      const evidence = join(dirname(out), 'evidence', `${name}-${done + 1}`);
      const start = performance.now();
      const participants = mode.args.includes('--participants') ? [] : ['--participants', THREE];
      const { run } = await call([
        url,
        ...mode.args,
        ...participants,
        ...['--watch', values.watch, '--evidence', evidence],
      ]);
      if (run.outcome === 'pass') rmSync(evidence, { recursive: true, force: true });
      const seconds = Math.round((performance.now() - start) / 1000);
      appendFileSync(out, `${JSON.stringify({ mode: name, seconds, run } satisfies Line)}\n`);
      process.stderr.write(`${name} ${done + 1}: ${run.outcome}, ${seconds} s\n`);
    }
  }
  if (lab && served !== null) execFileSync(lab, ['clear']);
  return true;
}

/** What was found that is not ok in a call that nobody broke. */
const beside = ({ findings }: Run): string[] =>
  findings
    .filter(({ outcome }) => outcome !== 'pass')
    .map(({ id, outcome, text }) => `${outcome} ${id}: ${text}`);

function summary(): void {
  const modes = Map.groupBy(lines(), ({ mode }) => mode);
  for (const [mode, members] of modes) {
    const count = (outcome: string) => members.filter(({ run }) => run.outcome === outcome).length;
    const lost = members.filter(({ run }) => run.outcome === 'fail' && trulyLost(run)).length;
    const pressure = members.flatMap(
      ({ run }) => run.call?.steps.flatMap((step) => step.cpuPressure ?? []) ?? [],
    );
    const percent = (share: number) => `${Math.round(share * 100)} %`;
    process.stdout.write(
      `${mode}: ${members.length} runs, pass ${count('pass')}, degraded ${count('degraded')}, fail ${count('fail')} (truly lost, sender's encodings off: ${lost}), error ${count('error')}; ` +
        `false alarms ${count('degraded') + count('fail') - lost}; ${median(members.map(({ seconds }) => seconds))} s a call (median); ` +
        `CPU pressure ${pressure.length === 0 ? 'not known' : `${percent(median(pressure))} (median of steps), ${percent(Math.max(...pressure))} at most`}\n`,
    );
    for (const { run } of members) {
      for (const text of beside(run)) process.stdout.write(`   ${run.startedAt} ${text}\n`);
    }
  }
}

const complete = values.sum || (await record());
summary();
if (!complete) process.exitCode = 3;
