/** `vigie record`: many runs of one check in a file, to compare later ones with. */

import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { roughDuration } from '../base/durations.ts';
import { errorCode } from '../base/errno.ts';
import { oneLine, printableData } from '../base/escape.ts';
import { EXIT } from '../base/exit-status.ts';
import { counted } from '../base/words.ts';
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
import { callJob } from './call.ts';
import type { Command } from './command.ts';
import { configFile, load, onSandbox, select } from './configured.ts';
import { type Job, runJob } from './execute.ts';
import { type CommandIo, hasColor, UsageError } from './io.ts';
import { CALL } from './options.ts';
import type { ArgumentsOf } from './table.ts';

/** A recording is abandoned when as many runs at its beginning could not tell. */
const HOPELESS = 3;

type Options = ArgumentsOf<'record'>['options'];

export const record: Command<'record'> = async (parsed, io) => {
  const { options, given } = parsed;
  const subject = parsed.arguments['CHECK|URL'];
  if (options.append && options.overwrite)
    throw new UsageError('--append and --overwrite exclude each other');
  if (isAddress(subject)) return recordJob(callJob(subject, options), options, io);
  const ofCalls = Object.keys(CALL).find((name) => given.has(name));
  if (ofCalls !== undefined) {
    throw new UsageError(
      `--${ofCalls} applies to a URL only; the check ${subject} is configured in its file`,
    );
  }
  const file = configFile(options.config);
  if (file === null) return onSandbox([subject], io, ([job]) => recordJob(job!, options, io));
  const config = await load(file, io);
  if (!config) return EXIT.usage;
  return recordJob(select(config, [subject])[0]!, options, io);
};

/** Names of checks have neither dots nor colons nor slashes; addresses have. */
function isAddress(subject: string): boolean {
  return /[.:/]/.test(subject);
}

async function recordJob(job: Job, options: Options, io: CommandIo): Promise<number> {
  const { out: file, runs } = options;
  let baseline = await begin(job, options);
  const before = baseline.runs.length;
  const recorded = () => baseline.runs.slice(before);
  const started = performance.now();
  for (let i = 1; i <= runs; i++) {
    const evidence = options.evidence && join(options.evidence, String(before + i).padStart(4, '0'));
    const run = await runJob(job, false, { evidence }, io);
    // A run that the user interrupted shows nothing.
    if (io.signal.aborted) break;
    baseline = withRun(baseline, run);
    await keep(file, baseline);
    const leftMs = ((performance.now() - started) / i) * (runs - i);
    io.stdout.write(line(printableData(run), { i, runs, leftMs }, hasColor(io.stdout)));
    if (i === HOPELESS && i < runs && recorded().every(({ outcome }) => outcome === 'error')) {
      io.stderr.write(
        `vigie record: stopped, because none of the first ${HOPELESS} runs could tell: ${oneLine(run.summary)} ${file} contains them.\n`,
      );
      return EXIT.error;
    }
  }
  return summary(recorded(), options, io);
}

function line(
  run: Run,
  { i, runs, leftMs }: { readonly i: number; readonly runs: number; readonly leftMs: number },
  color: boolean,
): string {
  const paint = painter(color);
  const position = paint('dim', `${String(i).padStart(String(runs).length)} of ${runs}`);
  const left = i < runs ? paint('dim', `  ${roughDuration(leftMs)} left`) : '';
  return `${position}  ${headline(run, paint)}${left}\n`;
}

/** What the recording begins with. @throws {UsageError} where the file is in the way, or of another check. */
async function begin(
  job: Job,
  { out: file, runs, append, overwrite, place = hostname() }: Options,
): Promise<Baseline> {
  const digest = optionsDigest(job.options);
  const exists = existsSync(file);
  if (append && !exists) throw new UsageError(`--append: there is no ${file}`);
  if (exists && !append && !overwrite) {
    throw new UsageError(`${file} already exists; use --append to add to it, --overwrite to replace it`);
  }
  if (!append) {
    const fresh = emptyBaseline({
      vigie: manifest.version,
      check: job.name,
      kind: job.kind.kind,
      place,
      configuration: { digest, options: plainOptions(job.options) },
      wanted: runs,
    });
    await keep(file, fresh);
    return fresh;
  }
  const old = await readBaseline(file).catch((cause: unknown) => {
    throw cause instanceof BaselineError ? new UsageError(cause.message) : cause;
  });
  if (old.configuration.digest !== digest || old.kind !== job.kind.kind) {
    throw notOneRecording(file, 'with other options, or of another check');
  }
  if (old.place !== place) throw notOneRecording(file, `at ${old.place}, and this is ${place}`);
  return { ...old, wanted: old.runs.length + runs };
}

function notOneRecording(file: string, other: string): UsageError {
  return new UsageError(`--append: ${file} was recorded ${other}; a recording holds comparable runs only`);
}

async function keep(file: string, baseline: Baseline): Promise<void> {
  await writeBaseline(file, baseline).catch((error: unknown) => {
    throw new UsageError(`--out: ${file} cannot be written (${errorCode(error)})`);
  });
}

function summary(runs: readonly Run[], { out: file, runs: wanted }: Options, io: CommandIo): number {
  const count = (outcome: Run['outcome']) => runs.filter((run) => run.outcome === outcome).length;
  const parts = [
    [count('pass'), 'passed'],
    [count('degraded'), 'degraded'],
    [count('fail'), 'failed'],
    [count('error'), 'could not tell'],
  ]
    .filter(([n]) => n !== 0)
    .map(([n, word]) => `${n} ${word}`);
  io.stdout.write(`${[`${file}: ${counted(runs.length, 'run')}`, ...parts].join(', ')}\n`);
  if (runs.length < wanted) {
    io.stderr.write(
      `vigie record: interrupted; "--append --runs ${wanted - runs.length}" adds the missing runs to the same file\n`,
    );
    return EXIT.error;
  }
  return runs.every(({ outcome }) => outcome === 'error') ? EXIT.error : EXIT.pass;
}
