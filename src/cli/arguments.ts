/** Reads a command line by the declaration of its command. */
import { parseArgs } from 'node:util';
import { didYouMean } from '../base/suggest.ts';
import { UsageError } from './io.ts';
import type { ArgumentSpec, CommandSpec, OptionSpec, Parsed, ValueSpec } from './spec.ts';

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

/** The values of a command line, defaults filled in. @throws {UsageError} for the first mistake in it. */
export function parseArguments<const Spec extends CommandSpec>(
  spec: Spec,
  argv: readonly string[],
): Parsed<Spec> {
  const values = new Map<string, unknown>();
  const given = new Set<string>();
  const words: string[] = [];
  for (const token of tokens(spec, argv)) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(spec.options, token.name) ? spec.options[token.name] : undefined;
    if (!option) throw unknownOption(token, spec);
    given.add(token.name);
    const value = optionValue(token, option);
    const repeated = option.type !== 'flag' && option.repeatable;
    const before = (values.get(token.name) as unknown[] | undefined) ?? [];
    values.set(token.name, repeated ? [...before, value] : value);
  }
  // The help of a command is shown whatever else is missing.
  const asked = given.has('help');
  return {
    arguments: asked ? {} : operands(words, spec.arguments),
    options: Object.fromEntries(
      Object.entries(spec.options).map(([name, option]) => [
        name,
        values.has(name) ? values.get(name) : notGiven(name, option, asked),
      ]),
    ),
    given,
  } as unknown as Parsed<Spec>;
}

/** Node splits the line and no more: what is wrong with it is found and said here. */
function tokens(spec: CommandSpec, argv: readonly string[]): readonly Token[] {
  const options = Object.fromEntries(
    Object.entries(spec.options).map(([name, { type, short }]) => [
      name,
      { type: type === 'flag' ? ('boolean' as const) : ('string' as const), ...(short && { short }) },
    ]),
  );
  return parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function unknownOption({ rawName }: OptionToken, spec: CommandSpec): UsageError {
  const known = Object.keys(spec.options).map((name) => `--${name}`);
  return new UsageError(`unknown option "${rawName}"${didYouMean(rawName, known)}`);
}

function optionValue({ rawName, value, inlineValue }: OptionToken, option: OptionSpec): unknown {
  if (option.type === 'flag') {
    if (value === undefined) return true;
    throw new UsageError(`${rawName} takes no value, found "${value}"`);
  }
  if (value === undefined) throw new UsageError(`missing value for ${rawName}`);
  if (!inlineValue && value.length > 1 && value.startsWith('-')) {
    throw new UsageError(
      `missing value for ${rawName}; a value that begins with "-" is written ${rawName}=${value}`,
    );
  }
  return read(rawName, value, option);
}

function read(rawName: string, value: string, { type }: ValueSpec): unknown {
  if (value === '') throw new UsageError(`missing value for ${rawName}`);
  const found = type.read(value);
  if (found !== null) return found;
  throw new UsageError(`${rawName}: expected ${type.expected}, found "${value}"${type.hint?.(value) ?? ''}`);
}

function notGiven(name: string, option: OptionSpec, asked: boolean): unknown {
  if (option.type === 'flag') return false;
  if (option.default !== undefined) return read(`--${name}`, option.default, option);
  if (option.required && !asked) throw new UsageError(`missing option --${name} ${option.placeholder}`);
  return option.repeatable ? [] : undefined;
}

/** The words that belong to no option, by the names of the arguments. */
function operands(
  words: readonly string[],
  specs: Readonly<Record<string, ArgumentSpec>>,
): Record<string, string | readonly string[] | undefined> {
  const rest = [...words];
  const found: Record<string, string | readonly string[] | undefined> = {};
  for (const [name, { description, optional, repeatable }] of Object.entries(specs)) {
    if (rest.length === 0 && !optional) throw new UsageError(`missing argument ${name}: ${description}`);
    found[name] = repeatable ? rest.splice(0) : rest.shift();
  }
  if (rest.length > 0) throw new UsageError(`unexpected argument "${rest[0]}"`);
  return found;
}
