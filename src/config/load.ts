/** Loads a configuration file: the typed configuration, or all that is wrong with it at once. */

import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import { errorCode, type FileFault, fileFault } from '../base/errno.ts';
import { IN_MEMORY } from '../base/in-memory.ts';
import { crowded } from './cadence.ts';
import { expectation, flatten, found, get, guess, unknownKey } from './explain.ts';
import { follows, misspeltKeys, retyped } from './issues.ts';
import type { NotifyConfig } from './notify.ts';
import type { Path, Problem } from './problem.ts';
import {
  aboutOf,
  type CheckConfig,
  type Config,
  frame,
  type Kinds,
  scheduleOf,
  sharedKeys,
} from './schema.ts';
import { fileSecret, literalFault, secretFault } from './secrets.ts';
import { readSource, type Source, UNKNOWN } from './source.ts';
import { isReported, pick, put, withoutUnknown } from './values.ts';
import { isMapping, type Surroundings, survey } from './walk.ts';

export { formatProblems, type Problem } from './problem.ts';
export type { CheckConfig, Config, Kinds } from './schema.ts';

export type Loaded =
  | {
      readonly ok: true;
      readonly config: Config;
      /** What is allowed and hardly meant. */
      readonly warnings: readonly Problem[];
      /** What else is found about it, with its place in the file. */
      readonly problem: (path: Path, message: string) => Problem;
    }
  /** By line and column; never empty. */
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads a configuration. Never throws for what a user can do wrong.
 * Relative paths in it (`file:` secrets, files, `evidence.dir`, `history.dir`) are relative to its own directory; where it
 * names no directory, `$STATE_DIRECTORY` is used, then `$XDG_STATE_HOME`, then its own.
 */
export async function loadConfig(
  file: string,
  kinds: Kinds,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Loaded> {
  const { source, problems } = await readSource(file, env);
  if (!source) return { ok: false, problems };
  const loader = new Loader(source, kinds, dirname(resolve(file)), env);
  const config = await loader.load();
  const all = [...problems, ...loader.problems];
  if (config && all.length === 0) {
    const warnings = loader.warnings(config);
    return { ok: true, config, warnings, problem: (path, message) => source.problem(path, message) };
  }
  return { ok: false, problems: once(all).sort(byPlace) };
}

/** What an alias repeats is wrong in one place of the file only. */
function once(problems: readonly Problem[]): Problem[] {
  const first = new Map<string, Problem>();
  for (const problem of problems) {
    const lastKey = problem.key?.replace(/^.*\./, '');
    const id = JSON.stringify([problem.line, problem.column, problem.message, lastKey]);
    if (!first.has(id)) first.set(id, problem);
  }
  return [...first.values()];
}

function byPlace(a: Problem, b: Problem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

class Loader {
  readonly problems: Problem[] = [];
  readonly #source: Source;
  readonly #kinds: Kinds;
  readonly #directory: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(source: Source, kinds: Kinds, directory: string, env: NodeJS.ProcessEnv) {
    this.#source = source;
    this.#kinds = kinds;
    this.#directory = directory;
    this.#env = env;
  }

  /** What may be configured and will hardly work as it is meant. */
  warnings(config: Config): Problem[] {
    const exclusive = config.checks.flatMap(({ name, kind, schedule, about, options }) => {
      const { heavy, deadlineMs } = this.#kinds[kind]!;
      return heavy && deadlineMs && about.enabled ? [{ name, schedule, longestMs: deadlineMs(options) }] : [];
    });
    const found = crowded(exclusive);
    if (!found) return [];
    const index = config.checks.findIndex(({ name }) => name === found.check);
    return [this.#source.problem(['checks', index], found.message)];
  }

  async load(): Promise<Config | null> {
    const { value } = this.#source;
    if (value === null)
      return this.#reject([], 'the file is empty; expected at least "checks:" with one check');
    if (!isMapping(value)) {
      return this.#reject(
        [],
        `expected keys such as "checks:" at the top of the file; found ${found(value)}`,
      );
    }
    const whole = await this.#parse(frame, value, []);
    const raw = Array.isArray(value.checks) ? value.checks : [];
    const checks: (CheckConfig | null)[] = [];
    for (const [index, check] of raw.entries()) checks.push(await this.#check(check, ['checks', index]));
    this.#uniqueNames(raw);
    this.#knownNames(whole?.status.hide ?? [], raw);
    if (whole) {
      this.#independent(whole.notify.targets, checks);
      this.#elsewhere(whole);
    }
    if (!whole || checks.includes(null)) return null;
    const { dir } = whole.evidence;
    const evidence =
      dir === undefined
        ? join(stateDirectory(this.#env) ?? this.#directory, 'evidence')
        : resolve(this.#directory, dir);
    return {
      ...whole,
      evidence: { ...whole.evidence, dir: evidence },
      history: { ...whole.history, dir: this.#historyDirectory(whole.history.dir, evidence) },
      checks: checks.filter((check) => check !== null),
    };
  }

  /** Runs are kept beside their evidence: where the one may be written, the other may as well. */
  #historyDirectory(dir: string | undefined, evidence: string): string {
    if (dir === undefined) return join(dirname(evidence), 'history');
    return dir === IN_MEMORY ? dir : resolve(this.#directory, dir);
  }

  async #check(raw: unknown, path: Path): Promise<CheckConfig | null> {
    if (raw === UNKNOWN) return null;
    if (!isMapping(raw)) {
      const message = `expected a check: its name, its kind and the keys of that kind; found ${found(raw)}`;
      return this.#reject(path, message);
    }
    const sharedSchema = sharedKeys(Object.keys(this.#kinds));
    const sharedNames = Object.keys(sharedSchema.shape);
    const shared = await this.#parse(
      sharedSchema,
      pick(raw, (key) => sharedNames.includes(key)),
      path,
    );
    const kind =
      typeof raw.kind === 'string' && Object.hasOwn(this.#kinds, raw.kind)
        ? this.#kinds[raw.kind]
        : undefined;
    // Without its kind, nothing can be said of the other keys.
    if (!kind) return null;
    const own = pick(raw, (key) => !sharedNames.includes(key));
    const options = await this.#parse(kind.schema, own, path, sharedNames);
    if (!shared || options === null) return null;
    return {
      name: shared.name,
      kind: shared.kind,
      schedule: scheduleOf(shared, kind),
      about: aboutOf(shared, kind),
      options,
    };
  }

  #uniqueNames(checks: readonly unknown[]): void {
    const first = new Map<string, number>();
    for (const [index, check] of checks.entries()) {
      const name = isMapping(check) ? check.name : undefined;
      if (typeof name !== 'string') continue;
      const other = first.get(name);
      if (other === undefined) {
        first.set(name, index);
        continue;
      }
      const line = this.#source.line(['checks', other, 'name']);
      const message = `the name ${this.#found(['checks', index, 'name'], name, false)} is taken by checks[${other}] on line ${line}; expected each check to have a name of its own`;
      this.#reject(['checks', index, 'name'], message);
    }
  }

  /** A name that is misspelt would show to everybody what was to be hidden. */
  #knownNames(hide: readonly string[], checks: readonly unknown[]): void {
    const names = new Set(checks.map((check) => (isMapping(check) ? check.name : undefined)));
    for (const [index, name] of hide.entries()) {
      if (names.has(name)) continue;
      const path = ['status', 'hide', index];
      this.#reject(path, `no check is named ${this.#found(path, name, false)}; expected the name of a check`);
    }
  }

  /** Two places of one name could not be told apart. */
  #elsewhere({ server, status }: z.output<typeof frame>): void {
    for (const [index, { place }] of status.others.entries()) {
      if (place !== server.place) continue;
      this.#reject(
        ['status', 'others', index, 'place'],
        'is the place of this Vigie (server.place); expected another',
      );
    }
  }

  /** That the relay is broken cannot be reported through the relay. */
  #independent(targets: NotifyConfig['targets'], checks: readonly (CheckConfig | null)[]): void {
    const plain = (host: string) => host.toLowerCase().replace(/\.$/, '');
    for (const [index, target] of targets.entries()) {
      if (target.kind !== 'email') continue;
      const watching = checks.find(
        (check) =>
          check &&
          this.#kinds[check.kind]!.relays?.(check.options).some(
            (relay) => plain(relay) === plain(target.host),
          ),
      );
      if (!watching) continue;
      this.#reject(
        ['notify', 'targets', index, 'host'],
        `${target.host} is the relay that the check "${watching.name}" watches: its faults could not be reported by mail through it. Name another SMTP server`,
      );
    }
  }

  #reject(path: Path, message: string, hint: string | null = null): null {
    this.problems.push(this.#source.problem(path, this.#source.redact(message), { hint }));
    return null;
  }

  /** Parses a part of the file; null where it is wrong, with every problem noted. `also`: keys known beside the schema's. */
  async #parse<Output>(
    schema: z.ZodType<Output>,
    raw: Record<string, unknown>,
    at: Path,
    also: readonly string[] = [],
  ): Promise<{ [Key in keyof Output]: Output[Key] } | null> {
    const value = structuredClone(withoutUnknown(raw));
    const around = survey(schema, value);
    const readable = [await this.#secrets(around, value, at), await this.#files(around, value, at)];
    let result = await schema.safeParseAsync(value, { error: expectation });
    if (!result.success && this.#retype(result.error.issues, value, at)) {
      result = await schema.safeParseAsync(value, { error: expectation });
    }
    if (result.success) return readable.includes(false) ? null : result.data;
    const context = { around, raw, value, at, also };
    const issues = flatten(result.error.issues, value);
    const misspelt = misspeltKeys(issues, around, also);
    for (const issue of issues) if (!follows(issue, misspelt, value)) this.#explain(issue, context);
    return null;
  }

  /** Replaces `file:` secrets by what is in the files. */
  async #secrets(around: Surroundings, value: unknown, at: Path): Promise<boolean> {
    let fine = true;
    for (const path of around.marked('secret')) {
      const text = get(value, path);
      if (typeof text !== 'string') continue;
      const fault = text.startsWith('file:')
        ? await this.#secretFile(resolve(this.#directory, text.slice('file:'.length)), value, path)
        : this.#writtenSecret(text, [...at, ...path]);
      if (fault === null) continue;
      fine = false;
      this.#reject([...at, ...path], fault);
    }
    return fine;
  }

  /** What is wrong with a secret that is not in a file, or null. */
  #writtenSecret(text: string, path: Path): string | null {
    const literal = this.#source.written(path) === undefined ? literalFault(text) : null;
    return literal ?? secretFault(text);
  }

  /** Puts a file's secret in its place; what is wrong with it, or null. */
  async #secretFile(file: string, value: unknown, path: Path): Promise<string | null> {
    try {
      const text = fileSecret(await readFile(file, 'utf8'));
      put(value, path, text);
      const fault = secretFault(text);
      return fault && `${fault} (in ${file})`;
    } catch (error) {
      return `the file of this secret cannot be read: ${fileFaultInWords(file, error)}`;
    }
  }

  /** Makes the paths of files absolute and sees that they can be read. */
  async #files(around: Surroundings, value: unknown, at: Path): Promise<boolean> {
    let fine = true;
    for (const path of around.marked('file')) {
      const text = get(value, path);
      if (typeof text !== 'string' || text === '') continue;
      const named = around.meta(path)?.named;
      // What has a name (a ready template) is not looked for beside the configuration.
      if (named && named.find(text) !== null) continue;
      const file = resolve(this.#directory, text);
      try {
        await access(file, constants.R_OK);
        if ((await stat(file)).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
        put(value, path, file);
      } catch (error) {
        fine = false;
        const hint = named ? `; ${named.expected}` : '';
        this.#reject([...at, ...path], `this file cannot be read: ${fileFaultInWords(file, error)}${hint}`);
      }
    }
    return fine;
  }

  /** A variable's value is a text; where a number or true/false is expected, reads it as that. */
  #retype(issues: readonly z.core.$ZodIssue[], value: unknown, at: Path): boolean {
    let changed = false;
    for (const issue of issues) {
      const text = get(value, issue.path);
      if (issue.code !== 'invalid_type' || typeof text !== 'string') continue;
      if (this.#source.written([...at, ...issue.path]) === undefined) continue;
      const typed = retyped(text, issue.expected);
      if (typed === undefined) continue;
      put(value, issue.path, typed);
      changed = true;
    }
    return changed;
  }

  #explain(issue: z.core.$ZodIssue, context: IssueContext): void {
    const { around, raw, value, at, also } = context;
    const path = [...at, ...issue.path];
    // What stands for something that is already reported is not another mistake.
    if (isReported(raw, issue.path)) return;
    if (issue.code === 'unrecognized_keys') {
      const known = [...(around.keys(issue.path) ?? []), ...(issue.path.length === 0 ? also : [])];
      for (const key of issue.keys) {
        const { message, hint } = unknownKey(key, known);
        this.problems.push(this.#source.problem([...path, key], message, { hint, of: 'key' }));
      }
      return;
    }
    const actual = get(value, issue.path);
    const expected = issue.message;
    if (actual === undefined) {
      this.#reject(path, `required, but missing; ${expected}`);
    } else if (actual === null) {
      this.#reject(path, `has no value; ${expected}`);
    } else if (isMapping(actual)) {
      this.#reject(path, issue.code === 'invalid_type' ? `${expected}; found a mapping` : expected);
    } else {
      const meta = around.meta(issue.path);
      const secret = meta?.secret === true;
      const hint = secret || this.#source.written(path) !== undefined ? null : guess(issue, actual, meta);
      const quote = secret && ['number', 'boolean'].includes(typeof actual) ? 'put it in quotes' : null;
      this.#reject(path, `${expected}; found ${this.#found(path, actual, secret)}`, hint ?? quote);
    }
  }

  /** A value for a message: what the file says, not what a variable held; nothing of a secret. */
  #found(path: Path, value: unknown, secret: boolean): string {
    const written = this.#source.written(path);
    if (written !== undefined) return `the value of ${written}`;
    return secret && typeof value !== 'object' ? `a ${typeof value}` : found(value);
  }
}

interface IssueContext {
  readonly around: Surroundings;
  readonly raw: unknown;
  readonly value: unknown;
  readonly at: Path;
  readonly also: readonly string[];
}

/** Where a service keeps what it writes: as systemd says (the first of several), else as the user's session does. */
function stateDirectory(env: NodeJS.ProcessEnv): string | null {
  const [systemd] = (env.STATE_DIRECTORY ?? '').split(':');
  if (systemd) return systemd;
  return env.XDG_STATE_HOME ? join(env.XDG_STATE_HOME, 'vigie') : null;
}

function fileFaultInWords(file: string, error: unknown): string {
  const fault = fileFault(error);
  if (fault === null) return `${errorCode(error)} for ${file}`;
  const words: Readonly<Record<FileFault, string>> = {
    'no-file': `there is no ${file}`,
    'not-permitted': `permission denied for ${file}`,
    directory: `${file} is a directory`,
  };
  return words[fault];
}
