/** A baseline: recorded runs of one check in a file, to compare later ones with. docs/baseline.md describes the format. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { errorCode, fileFault } from '../base/errno.ts';
import { replaceFile } from '../base/replace-file.ts';
import { KINDS, type Run } from '../checks/check.ts';
import { readableRun } from '../checks/run-schema.ts';
import { versionsOf } from '../history/versions.ts';

/** The format that this Vigie writes. */
export const BASELINE_SCHEMA = 1;
const FORMAT = 'vigie-baseline';

export interface Baseline {
  readonly format: typeof FORMAT;
  readonly schema: typeof BASELINE_SCHEMA;
  /** The version of the Vigie that recorded it. */
  readonly vigie: string;
  readonly check: string;
  readonly kind: Run['kind'];
  /** Where the browsers ran: the machine's name, unless another was given. */
  readonly place: string;
  readonly configuration: { readonly digest: string; readonly options: unknown };
  /** All versions that the runs saw, by subject (`lib-jitsi-meet`, `chromium`), in the order in which they came. */
  readonly versions: Readonly<Record<string, readonly string[]>>;
  /** As many runs were asked for. */
  readonly wanted: number;
  /** In the order in which they ended. */
  readonly runs: readonly Run[];
}

/** A baseline as it is before its first run. */
export function emptyBaseline(
  about: Pick<Baseline, 'vigie' | 'check' | 'kind' | 'place' | 'configuration' | 'wanted'>,
): Baseline {
  return { format: FORMAT, schema: BASELINE_SCHEMA, ...about, versions: {}, runs: [] };
}

export function withRun(baseline: Baseline, run: Run): Baseline {
  const versions = { ...baseline.versions };
  for (const [subject, version] of versionsOf(run)) {
    const known = versions[subject] ?? [];
    if (!known.includes(version)) versions[subject] = [...known, version];
  }
  return { ...baseline, versions, runs: [...baseline.runs, run] };
}

/** @throws the error of the file system; there is always a whole file */
export const writeBaseline = (file: string, baseline: Baseline): Promise<void> =>
  replaceFile(file, `${JSON.stringify(baseline, null, 1)}\n`);

/** The file is none that can be read; the message is a sentence for a person. */
export class BaselineError extends Error {
  override readonly name = 'BaselineError';
}

const baseline = z.looseObject({
  format: z.literal(FORMAT),
  schema: z.literal(BASELINE_SCHEMA),
  vigie: z.string(),
  check: z.string(),
  kind: z.enum(KINDS),
  place: z.string(),
  configuration: z.looseObject({ digest: z.string(), options: z.unknown() }),
  versions: z.record(z.string(), z.array(z.string())),
  wanted: z.number(),
  runs: z.array(readableRun),
});

/** @throws {BaselineError} */
export async function readBaseline(file: string): Promise<Baseline> {
  const content = await readJson(file);
  if (!isObject(content) || content.format !== FORMAT) {
    throw new BaselineError(`${file}: not a recording; "vigie record" makes one`);
  }
  if (typeof content.schema === 'number' && content.schema > BASELINE_SCHEMA) {
    throw new BaselineError(
      `${file}: was recorded by a newer Vigie (format ${content.schema}, this one knows ${BASELINE_SCHEMA})`,
    );
  }
  const parsed = baseline.safeParse(content);
  if (!parsed.success) throw new BaselineError(`${file}: ${fault(parsed.error)}`);
  return parsed.data;
}

/**
 * Runs as other commands and the API give them: a list, or an object whose `runs` is one.
 * @throws {BaselineError}
 */
export async function readRuns(file: string): Promise<Baseline | readonly Run[]> {
  const content = await readJson(file);
  if (isObject(content) && 'format' in content) return readBaseline(file);
  const list = isObject(content) ? content.runs : content;
  const parsed = z.array(readableRun).safeParse(list);
  if (!Array.isArray(list) || !parsed.success) {
    throw new BaselineError(
      `${file}: expected a recording of "vigie record", or a list of runs as --json prints it${
        parsed.success || !Array.isArray(list) ? '' : `; ${fault(parsed.error)}`
      }`,
    );
  }
  return parsed.data;
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new BaselineError(
      fileFault(error) === 'no-file'
        ? `${file}: no such file`
        : `${file}: cannot be read (${errorCode(error)})`,
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new BaselineError(`${file}: not valid JSON; the file may be truncated`);
  }
}

function fault({ issues }: z.ZodError): string {
  const { path, message } = issues[0]!;
  return `${path.join('.') || 'the file'}: ${message}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
