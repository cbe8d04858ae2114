/** Every command and option of the table: accepted as declared, and misuse reported. */
import { describe, expect, it } from 'vitest';
import { callKind } from '../../src/checks/call/index.ts';
import { signalingKind } from '../../src/checks/signaling/index.ts';
import { zoneOptions } from '../../src/checks/zone/options.ts';
import { parseArguments } from '../../src/cli/arguments.ts';
import { UsageError } from '../../src/cli/io.ts';
import type { CommandSpec, OptionSpec, ValueSpec } from '../../src/cli/spec.ts';
import { COMMAND_NAMES, COMMANDS } from '../../src/cli/table.ts';
import { commandUsage, overallUsage } from '../../src/cli/usage.ts';
import { FAULTS } from '../../src/sandbox/faults.ts';

/** What each type of option reads, by its placeholder. */
const EXAMPLES: Record<string, string> = {
  ADDRESS: ':9797',
  DURATION: '3s',
  FAMILY: '4',
  FAULT: 'audio A->B',
  'HOST:ADDRESS': 'meet.example.org:192.0.2.1',
  'HOST[:PORT]': '127.0.0.1:53',
  IP: '192.0.2.1',
  LANG: 'en',
  LIST: 'bosh,turn',
  MINUTES: '10',
  N: '7',
  'NAME=VALUE': 'rate=2%',
  NAME: 'reload',
  LANGUAGE: 'fr',
  PORT: '9000',
  REGISTRAR: 'ovh',
  SECONDS: '2.5',
  TIME: '2026-11-22T14:00:00Z',
  URL: 'https://vigie.example.org',
};
const exampleOf = ({ placeholder }: ValueSpec): string => EXAMPLES[placeholder] ?? 'x';

/** What the command needs beside the option that is tried. */
function rest(spec: CommandSpec, but: string): string[] {
  const words = Object.entries(spec.arguments).filter(([, { optional }]) => !optional);
  const required = Object.entries(spec.options).filter(
    ([name, option]) => name !== but && option.type !== 'flag' && option.required,
  );
  return [...words.map(() => 'word'), ...required.map(([name]) => `--${name}=x`)];
}

function mistake(spec: CommandSpec, ...argv: string[]): string {
  try {
    parseArguments(spec, argv);
  } catch (cause) {
    expect(cause).toBeInstanceOf(UsageError);
    return (cause as UsageError).message;
  }
  throw new Error(`"${argv.join(' ')}" is accepted`);
}

const specs: readonly (readonly [string, CommandSpec])[] = COMMAND_NAMES.map((name) => [
  name,
  COMMANDS[name],
]);
const options = specs.flatMap(([command, spec]) =>
  Object.entries(spec.options).map(([name, option]): [string, string, CommandSpec, OptionSpec] => [
    command,
    name,
    spec,
    option,
  ]),
);
const valued = options.filter(
  (row): row is [string, string, CommandSpec, ValueSpec] => row[3].type !== 'flag',
);
const flags = options.filter(([, , , { type }]) => type === 'flag');

describe('an option with a value', () => {
  it.each(valued)('vigie %s --%s is accepted, with a space and with =', (_, name, spec, option) => {
    const example = exampleOf(option);
    const read = option.type.read(example);
    expect(read).not.toBeNull();
    const expected = option.repeatable ? [read] : read;
    for (const words of [[`--${name}`, example], [`--${name}=${example}`]]) {
      const { options: found, given } = parseArguments(spec, [...words, ...rest(spec, name)]);
      expect(found[name]).toEqual(expected);
      expect(given.has(name)).toBe(true);
    }
  });

  it.each(valued)('vigie %s --%s without its value is reported', (_, name, spec) => {
    expect(mistake(spec, ...rest(spec, name), `--${name}`)).toBe(`missing value for --${name}`);
    expect(mistake(spec, `--${name}=`, ...rest(spec, name))).toBe(`missing value for --${name}`);
    expect(mistake(spec, `--${name}`, '--json', ...rest(spec, name))).toBe(
      `missing value for --${name}; a value that begins with "-" is written --${name}=--json`,
    );
  });

  it.each(valued)('vigie %s --%s given twice: the last counts, or all', (_, name, spec, option) => {
    const example = exampleOf(option);
    const twice = parseArguments(spec, [`--${name}=${example}`, `--${name}=${example}`, ...rest(spec, name)]);
    const read = option.type.read(example);
    expect(twice.options[name]).toEqual(option.repeatable ? [read, read] : read);
  });

  const strict = valued.filter(([, , , { type }]) => type.read('no such value') === null);
  it.each(strict)('vigie %s --%s with a value of another form is reported', (_, name, spec, { type }) => {
    const message = mistake(spec, `--${name}=no such value`, ...rest(spec, name));
    expect(message).toMatch(new RegExp(`^--${name}: expected .*, found "no such value"`));
    expect(message).toContain(type.expected);
  });
});

describe('a flag', () => {
  it.each(flags)('vigie %s --%s is accepted, and takes no value', (_, name, spec) => {
    expect(parseArguments(spec, [...rest(spec, name), `--${name}`]).options[name]).toBe(true);
    expect(mistake(spec, `--${name}=yes`, ...rest(spec, name))).toBe(`--${name} takes no value, found "yes"`);
  });
});

describe('the command line of vigie', () => {
  it.each(specs)('%s: an unknown option is reported', (_, spec) => {
    expect(mistake(spec, '--frobnicate', ...rest(spec, ''))).toBe('unknown option "--frobnicate"');
    expect(mistake(spec, '--toString', ...rest(spec, ''))).toBe('unknown option "--toString"');
    expect(mistake(spec, '-x', ...rest(spec, ''))).toBe('unknown option "-x"');
    expect(mistake(spec, '--helpp', ...rest(spec, ''))).toBe(
      'unknown option "--helpp"; did you mean "--help"?',
    );
  });

  const bounded = specs.filter(
    ([, spec]) => !Object.values(spec.arguments).some(({ repeatable }) => repeatable),
  );
  it.each(bounded)('%s: a word too many is reported', (_, spec) => {
    const words = [...Object.keys(spec.arguments), 'surplus'];
    expect(mistake(spec, ...rest(spec, '').filter((word) => word !== 'word'), ...words)).toBe(
      'unexpected argument "surplus"',
    );
  });

  const needy = specs.filter(([, spec]) => Object.values(spec.arguments).some(({ optional }) => !optional));
  it.each(needy)('%s: a missing argument is reported', (_, spec) => {
    const [name] = Object.keys(spec.arguments);
    expect(mistake(spec)).toContain(`missing argument ${name}: `);
  });

  it.each(specs)('%s: help is shown whatever else is missing', (_, spec) => {
    for (const help of ['--help', '-h']) expect(parseArguments(spec, [help]).options.help).toBe(true);
  });

  it.each(COMMAND_NAMES)('%s: the help names every option and fits a screen', async (name) => {
    const lines = (await commandUsage(name)).split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    // The sandbox lists what it can break: a line for each, and few for all that is around them.
    expect(lines.length).toBeLessThanOrEqual(name === 'sandbox' ? FAULTS.length + 21 : 50);
    for (const option of Object.keys(COMMANDS[name].options)) {
      expect(lines.some((line) => new RegExp(`^  (-h, )?--${option}( |$)`).test(line))).toBe(true);
    }
  });

  it('lists its commands on a screen', () => {
    const lines = overallUsage().split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(lines.length).toBeLessThanOrEqual(24);
  });
});

describe('words after --', () => {
  it('are arguments', () => {
    expect(parseArguments(COMMANDS.run, ['--', '--strict']).arguments.CHECK).toEqual(['--strict']);
  });
});

describe('a default in the help', () => {
  it('is that of the schema', () => {
    const { participants, watch, within, steps } = parseArguments(COMMANDS.call, ['x']).options;
    const url = 'https://meet.example.org/';
    expect(callKind.schema.parse({ url, participants, watch, completeWithin: within, steps })).toEqual(
      callKind.schema.parse({ url }),
    );
    const { timeout } = parseArguments(COMMANDS.signaling, ['x']).options;
    expect(signalingKind.schema.parse({ url, timeout })).toEqual(signalingKind.schema.parse({ url }));
    const zone = parseArguments(COMMANDS.zone, ['example.org', '--template', 'deuxfleurs']).options;
    const domains = ['example.org'];
    expect(
      zoneOptions.parse({ domains, template: zone.template, resolver: { timeout: zone.timeout } }),
    ).toEqual(zoneOptions.parse({ domains, template: zone.template, resolver: {} }));
  });
});
