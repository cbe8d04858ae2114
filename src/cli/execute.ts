/** Runs checks one after the other for a person or a script: progress on stderr, results on stdout. */

import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../base/errno.ts';
import { terminalJsonPieces } from '../base/escape.ts';
import { EXIT } from '../base/exit-status.ts';
import type { CheckContext, CheckKind, Kind, Run } from '../checks/check.ts';
import { runCheck } from '../checks/run.ts';
import { evidenceFolder } from '../history/evidence.ts';
import { junit } from '../report/junit.ts';
import { liveView } from '../report/live.ts';
import { reportRun } from '../report/run.ts';
import { createLog } from '../service/log.ts';
import { renderReport } from '../view/report/render.ts';
import { type CommandIo, columnsOf, hasColor, UsageError } from './io.ts';

export interface Job {
  readonly name: string;
  readonly kind: CheckKind<Kind, unknown>;
  readonly options: unknown;
}

export interface Output {
  readonly json: boolean;
  readonly strict: boolean;
  /** A file for JUnit XML. */
  readonly junit?: string | undefined;
  /** A directory for evidence; with several checks each has a folder of its own in it. */
  readonly evidence?: string | undefined;
}

/** Runs all, prints all; gives the exit status. */
export async function execute(jobs: readonly Job[], output: Output, io: CommandIo): Promise<number> {
  if (output.junit) await makeSureOf(output.junit);
  const runs: Run[] = [];
  for (const job of jobs) {
    runs.push(await runJob(job, jobs.length > 1, output, io));
    if (!output.json) io.stdout.write(reportRun(runs.at(-1)!, hasColor(io.stdout), columnsOf(io.stdout)));
    if (io.signal.aborted) break;
  }
  if (output.json) {
    await writeAll(io.stdout, terminalJsonPieces(runs));
    io.stdout.write('\n');
  }
  if (output.junit) await writeFile(output.junit, junit(runs, output.strict));
  return exitStatus(runs, output.strict);
}

/** Writes pieces, no faster than they are read. Whoever stopped reading gets no more. */
export async function writeAll(stream: NodeJS.WritableStream, pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) {
    if (!stream.writable) return;
    if (stream.write(piece)) continue;
    await new Promise<void>((resolve) => {
      const go = () => {
        for (const event of ['drain', 'close', 'error']) stream.off(event, go);
        resolve();
      };
      for (const event of ['drain', 'close', 'error']) stream.on(event, go);
    });
  }
}

/** 0 all pass, 1 something failed (`strict`: or is degraded), 3 could not tell. */
export function exitStatus(runs: readonly Run[], strict: boolean): number {
  const some = (...outcomes: Run['outcome'][]) => runs.some(({ outcome }) => outcomes.includes(outcome));
  if (some('fail') || (strict && some('degraded'))) return EXIT.fail;
  return some('error') ? EXIT.error : EXIT.pass;
}

/** A file that cannot be written is reported before the run, not after it. @throws {UsageError} */
async function makeSureOf(file: string): Promise<void> {
  await appendFile(file, '').catch((error: unknown) => {
    throw new UsageError(`--junit: ${file} cannot be written (${errorCode(error)})`);
  });
}

/**
 * Runs one check once, with its progress on standard error. `several`: its evidence goes to a folder of its own. `take` gets the parts of its
 * result as they become final, in place of a whole one.
 */
export async function runJob(
  { name, kind, options }: Job,
  several: boolean,
  output: Pick<Output, 'evidence'>,
  io: CommandIo,
  take?: CheckContext['take'],
): Promise<Run> {
  const log = createLog({ level: 'warn' });
  const live = liveView(name, io.stderr);
  const directory = output.evidence && (several ? join(output.evidence, name) : output.evidence);
  const evidence = directory ? evidenceFolder(directory, { log, render: renderReport }) : null;
  const run = await runCheck(kind, options, {
    name,
    signal: io.signal,
    evidence,
    log,
    ...(take && { take }),
    progress: (progress) => {
      live.show(progress);
      io.progress?.(progress);
    },
  });
  live.clear();
  await evidence?.finish(run);
  return run;
}
