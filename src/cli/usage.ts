/** The help, made from the table of commands: in lines of 80 characters. */

import type { CommandSpec, HelpList, OptionSpec } from './spec.ts';
import { COMMAND_NAMES, COMMANDS, type CommandName } from './table.ts';

const WIDTH = 80;
const COMMAND_COLUMN = 14;
/** A word that is longer has its explanation below. */
const LONGEST_WORD = 22;

/** The help of `vigie` itself. */
export function overallUsage(): string {
  const isMinor = (name: CommandName) => (COMMANDS[name] as CommandSpec).minor === true;
  const listed = COMMAND_NAMES.filter((name) => !isMinor(name)).map(
    (name) => `  ${name.padEnd(COMMAND_COLUMN)}${COMMANDS[name].summary}`,
  );
  // The whole of it fits on a screen of 24 lines.
  return `Usage: vigie COMMAND [options], or vigie --version

${listed.join('\n')}
Also: ${COMMAND_NAMES.filter(isMinor).join(', ')}

"vigie COMMAND --help" shows what a command does, and its options.
`;
}

/** What the help of a command says, before it is laid out. */
export interface CommandHelp {
  readonly synopses: readonly string[];
  readonly description: string;
  readonly options: readonly (readonly [word: string, meaning: string])[];
  readonly list: HelpList | undefined;
  readonly exit: string;
}

export async function commandHelp(name: CommandName): Promise<CommandHelp> {
  const spec: CommandSpec = COMMANDS[name];
  return {
    synopses: (spec.synopses ?? [synopsis(spec)]).map((line) => `vigie ${name} ${line}`.trimEnd()),
    description: spec.description,
    options: Object.entries(spec.options).map(([option, its]) => [label(option, its), details(its)]),
    list: await spec.list?.(),
    exit: exitStatuses(spec),
  };
}

/** The help of one command. */
export async function commandUsage(name: CommandName): Promise<string> {
  const { synopses, description, options, list, exit } = await commandHelp(name);
  const sections = [
    `Usage: ${synopses.join('\n       ')}`,
    wrap(description).join('\n'),
    table(options),
    ...(list ? [`${list.heading}\n${table(list.rows)}`] : []),
    wrap(exit).join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

function synopsis({ arguments: operands, options }: CommandSpec): string {
  const words = Object.entries(operands).map(([name, { optional, repeatable }]) => {
    const many = repeatable ? `${name}...` : name;
    return optional ? `[${many}]` : many;
  });
  // Help alone is worth no mention.
  return [...words, ...(Object.keys(options).length > 1 ? ['[options]'] : [])].join(' ');
}

/** Two columns; a long word has its explanation on the lines below. */
function table(rows: readonly (readonly [left: string, right: string])[]): string {
  const lengths = rows.map(([left]) => left.length).filter((length) => length <= LONGEST_WORD);
  const column = 4 + Math.max(...lengths);
  const indent = ' '.repeat(column);
  return rows
    .flatMap(([left, right]) => {
      const [first = '', ...more] = wrap(right, WIDTH - column).map((line) => indent + line);
      const head = `  ${left}`;
      return left.length > LONGEST_WORD ? [head, first, ...more] : [head + first.slice(head.length), ...more];
    })
    .join('\n');
}

function label(name: string, option: OptionSpec): string {
  if (option.type !== 'flag') return `--${name} ${option.placeholder}`;
  return option.short ? `-${option.short}, --${name}` : `--${name}`;
}

function details(option: OptionSpec): string {
  if (option.type === 'flag') return option.description;
  const usual = option.default ?? option.usual;
  const notes = [
    ...(option.required ? ['required'] : []),
    ...(option.repeatable ? ['repeatable'] : []),
    ...(usual === undefined ? [] : [`default: ${usual}`]),
  ];
  return notes.length === 0 ? option.description : `${option.description} (${notes.join('; ')})`;
}

function exitStatuses({ exit }: CommandSpec): string {
  const text = Object.entries(exit).map(([status, meaning]) => `${status} ${meaning}`);
  return `Exit status: ${text.join('; ')}.`;
}

/** Text in lines of at most this width. */
export function wrap(text: string, width = WIDTH): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
