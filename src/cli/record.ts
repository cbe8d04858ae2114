/** `vigie record`: many runs of one check in a file, to compare later ones with. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { errorCode } from '../base/errno.ts';
import type { Run } from '../checks/check.ts';
import { optionsDigest, plainOptions } from '../checks/digest.ts';
import {
  type Baseline,
  BaselineError,
  emptyBaseline,
  readBaseline,
  withRun,
  writeBaseline,
} from '../compare/baseline.ts';
import { painter } from '../report/paint.ts';
import { headline } from '../report/run.ts';
import { CALL_OPTIONS, type CallValues, callJob } from './call.ts';
import { type Job, runJob } from './execute.ts';
import { type Command, type CommandIo, EXIT, hasColor, readArguments, UsageError } from './io.ts';
import { DEFAULT_CONFIG, load, onSandbox, select } from './run.ts';

export const RECORD_USAGE = `Usage: vigie record CHECK|URL --out FILE [options]

Runs one check many times, one run after the other, and keeps the runs in FILE, for "vigie compare".
CHECK is one of the configuration; for a URL, calls are made with the options of "vigie call".

  --out FILE         the recording; it is whole after each run, whatever happens in the next
  --runs N           how many runs (20)
  --append           add runs to FILE: to a recording that was cut short, or to one that was too short
  --overwrite        begin FILE anew
  --place NAME       where this is recorded (this machine's name): only recordings of one place are compared
  --evidence DIR     leave what the runs saw there, in a folder for each
  --config FILE      the configuration (vigie.yaml; where there is none, checks of the sandbox can be named)

  --participants LIST, --watch SECONDS, --within SECONDS, --steps NAME, --no-p2p, --insecure
                     for a URL: as of "vigie call"

Exit status: 0 recorded, whatever the runs found; 2 wrong usage or configuration; 3 cut short, or no run could tell.
`;

/** A recording is given up when so many runs at its beginning could not tell anything. */
const HOPELESS = 3;
const RUNS = 20;

interface Values extends CallValues {
  readonly out?: string | undefined;
  readonly runs?: string | undefined;
  readonly append: boolean;
  readonly overwrite: boolean;
  readonly place?: string | undefined;
  readonly evidence?: string | undefined;
  readonly config?: string | undefined;
}

export const record: Command = async (argv, io) => {
  const { values, positionals } = readArguments({
    args: argv,
    allowPositionals: true,
    options: {
      ...CALL_OPTIONS,
      out: { type: 'string' },
      runs: { type: 'string' },
      append: { type: 'boolean', default: false },
      overwrite: { type: 'boolean', default: false },
      place: { type: 'string' },
      evidence: { type: 'string' },
      config: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.stdout.write(RECORD_USAGE);
    return EXIT.pass;
  }
  const [subject, ...more] = positionals;
  if (subject === undefined) throw new UsageError('a check, or the address of a deployment, is missing');
  if (more.length > 0)
    throw new UsageError(`one check or address is expected, and ${more.join(' ')} is left over`);
  if (values.out === undefined) throw new UsageError('--out: the file for the recording is missing');
  if (values.append && values.overwrite) throw new UsageError('--append and --overwrite exclude each other');
  const runs = Number(values.runs ?? RUNS);
  if (!Number.isInteger(runs) || runs < 1) {
    throw new UsageError(`--runs: expected a number of runs, found "${values.runs}"`);
  }
  const wanted: Wanted = { file: values.out, runs, values };
  if (isAddress(subject)) return recordJob(callJob(subject, values), wanted, io);
  for (const name of ['participants', 'watch', 'within', 'steps', 'no-p2p', 'insecure'] as const) {
    if (values[name])
      throw new UsageError(`--${name} is for an address; ${subject} has it in the configuration`);
  }
  const config = values.config ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : null);
  if (config === null) return onSandbox([subject], io, ([job]) => recordJob(job!, wanted, io));
  const loaded = await load(config, io);
  if (!loaded) return EXIT.usage;
  return recordJob(select(loaded, [subject])[0]!, wanted, io);
};

interface Wanted {
  readonly file: string;
  readonly runs: number;
  readonly values: Values;
}

/** Names of checks have neither dots nor colons nor slashes; addresses have. */
function isAddress(subject: string): boolean {
  return /[.:/]/.test(subject);
}

async function recordJob(job: Job, { file, runs, values }: Wanted, io: CommandIo): Promise<number> {
  let baseline = await begin(job, file, runs, values);
  const before = baseline.runs.length;
  const paint = painter(hasColor(io.stdout));
  const started = performance.now();
  for (let i = 1; i <= runs; i++) {
    const evidence = values.evidence && join(values.evidence, String(before + i).padStart(4, '0'));
    const run = await runJob(job, false, { evidence }, io);
    // What we cut short ourselves says nothing.
    if (io.signal.aborted) break;
    baseline = withRun(baseline, run);
    await keep(file, baseline);
    const left = ((performance.now() - started) / i) * (runs - i);
    const counted = paint('dim', `${String(i).padStart(String(runs).length)} of ${runs}`);
    io.stdout.write(
      `${counted}  ${headline(run, paint)}${i < runs ? paint('dim', `  ${minutes(left)} left`) : ''}\n`,
    );
    if (
      i === HOPELESS &&
      i < runs &&
      baseline.runs.slice(before).every(({ outcome }) => outcome === 'error')
    ) {
      io.stderr.write(
        `vigie record: none of ${HOPELESS} runs could tell anything: ${run.summary} Given up; ${file} has them.\n`,
      );
      return EXIT.error;
    }
  }
  return summary(baseline.runs.slice(before), { file, wanted: runs }, io);
}

/** What the recording begins with. @throws {UsageError} where the file is in the way, or is of something else. */
async function begin(
  job: Job,
  file: string,
  runs: number,
  { append, overwrite, place = hostname() }: Values,
): Promise<Baseline> {
  const digest = optionsDigest(job.options);
  const fresh = emptyBaseline({
    vigie: manifest.version,
    check: job.name,
    kind: job.kind.kind,
    place,
    configuration: { digest, options: plainOptions(job.options) },
    wanted: runs,
  });
  if (!existsSync(file)) {
    if (append) throw new UsageError(`--append: there is no ${file} to add to`);
    await keep(file, fresh);
    return fresh;
  }
  if (overwrite) {
    await keep(file, fresh);
    return fresh;
  }
  if (!append) {
    throw new UsageError(`${file} is there already; --append adds to it, --overwrite begins it anew`);
  }
  const old = await readBaseline(file).catch((cause: unknown) => {
    throw cause instanceof BaselineError ? new UsageError(cause.message) : cause;
  });
  const other =
    old.configuration.digest !== digest || old.kind !== job.kind.kind
      ? 'with other options, or of another check'
      : old.place !== place
        ? `on ${old.place}, and this is ${place}`
        : null;
  if (other)
    throw new UsageError(`--append: ${file} was recorded ${other}; runs of both in one file say nothing`);
  return { ...old, wanted: old.runs.length + runs };
}

async function keep(file: string, baseline: Baseline): Promise<void> {
  await writeBaseline(file, baseline).catch((error: unknown) => {
    throw new UsageError(`--out: ${file} cannot be written (${errorCode(error)})`);
  });
}

function summary(
  runs: readonly Run[],
  { file, wanted }: { file: string; wanted: number },
  io: CommandIo,
): number {
  const count = (outcome: Run['outcome']) => runs.filter((run) => run.outcome === outcome).length;
  const told = runs.length - count('error');
  const parts = [
    [count('pass'), 'passed'],
    [count('degraded'), 'degraded'],
    [count('fail'), 'failed'],
    [count('error'), 'could not tell'],
  ]
    .filter(([n]) => n !== 0)
    .map(([n, word]) => `${n} ${word}`);
  io.stdout.write(
    `${file}: ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}${parts.length > 0 ? `, ${parts.join(', ')}` : ''}\n`,
  );
  if (runs.length < wanted) {
    io.stderr.write(
      `vigie record: cut short; "--append --runs ${wanted - runs.length}" records the rest into the same file\n`,
    );
    return EXIT.error;
  }
  return told === 0 ? EXIT.error : EXIT.pass;
}

function minutes(ms: number): string {
  return ms < 90_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
