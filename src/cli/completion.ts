/** `vigie completion`: completion for shells, made from the table of commands. */
import { EXIT } from '../base/exit-status.ts';
import { oneOf } from '../base/words.ts';
import type { Command } from './command.ts';
import { UsageError } from './io.ts';
import type { CommandSpec, OptionSpec } from './spec.ts';
import { COMMAND_NAMES, COMMANDS } from './table.ts';

export const completion: Command<'completion'> = async ({ arguments: { SHELL } }, io) => {
  const script = SCRIPTS.get(SHELL);
  if (!script) {
    const known = oneOf([...SCRIPTS.keys()].map((name) => `"${name}"`));
    throw new UsageError(`SHELL: expected ${known}, found "${SHELL}"`);
  }
  io.stdout.write(script());
  return EXIT.pass;
};

const SCRIPTS: ReadonlyMap<string, () => string> = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
]);

interface Completed {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly (readonly [name: string, spec: OptionSpec])[];
  /** Its arguments are files. */
  readonly files: boolean;
  /** All that its arguments may be, where these are few words. */
  readonly words: readonly string[];
}

function commands(): Completed[] {
  return COMMAND_NAMES.map((name) => {
    const spec: CommandSpec = COMMANDS[name];
    const files = Object.keys(spec.arguments).some((argument) => FILES.test(argument));
    const words = Object.values(spec.arguments).flatMap((argument) => argument.words ?? []);
    return { name, summary: spec.summary, options: Object.entries(spec.options), files, words };
  });
}

/** What stands for a value or an argument that is a file. */
const FILES = /^(?:FILE|DIR|BEFORE|AFTER)\b/;

const takesFile = (spec: OptionSpec) => spec.type !== 'flag' && FILES.test(spec.placeholder);
const takesWord = (spec: OptionSpec) =>
  spec.type !== 'flag' && spec.type.words === undefined && !takesFile(spec);
const wordsOf = (spec: OptionSpec) => (spec.type === 'flag' ? [] : (spec.type.words ?? []));

/** Options of the same name are alike in all commands. */
function optionsThat(is: (spec: OptionSpec) => boolean): string[] {
  const all = commands().flatMap(({ options }) => options.filter(([, spec]) => is(spec)));
  return [...new Set(all.map(([name]) => `--${name}`))].sort();
}

function bash(): string {
  const choices = new Map(
    commands().flatMap(({ options }) =>
      options.flatMap(([name, spec]) =>
        wordsOf(spec).length > 0 ? [[`--${name}`, wordsOf(spec)] as const] : [],
      ),
    ),
  );
  const values = [...choices].map(
    ([option, words]) =>
      `    ${option}) COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$word")); return ;;`,
  );
  const cases = commands().map(({ name, options, files, words }) => {
    const all = [...words, ...options.map(([option]) => `--${option}`)].join(' ');
    return `    ${name}) words='${all}'${files ? '; files=1' : ''} ;;`;
  });
  return `# bash completion of vigie; load it with: source <(vigie completion bash)
_vigie() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} words='' files=
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '${COMMAND_NAMES.join(' ')} --help --version' -- "$word"))
    return
  fi
  case $before in
    ${optionsThat(takesFile).join('|')}) COMPREPLY=($(compgen -f -- "$word")); return ;;
    ${optionsThat(takesWord).join('|')}) return ;;
${values.join('\n')}
  esac
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac
  if [[ $word == -* || ! $files ]]; then COMPREPLY=($(compgen -W "$words" -- "$word")); fi
  if [[ $files && $word != -* ]]; then COMPREPLY+=($(compgen -f -- "$word")); fi
}
complete -o filenames -F _vigie vigie ./vigie
`;
}

function zsh(): string {
  const quoted = (text: string) => text.replace(/[[\]:\\]/g, '\\$&').replace(/'/g, "'\\''");
  const list = commands().map(({ name, summary }) => `    '${name}:${quoted(summary)}'`);
  const action = (spec: OptionSpec) => {
    if (spec.type === 'flag') return '';
    const words = wordsOf(spec);
    return `:${spec.placeholder}:${words.length > 0 ? `(${words.join(' ')})` : takesFile(spec) ? '_files' : ' '}`;
  };
  const cases = commands().map(({ name, options, files, words }) => {
    const lines = options.map(([option, spec]) => {
      const many = spec.type !== 'flag' && spec.repeatable ? '*' : '';
      return `'${many}--${option}[${quoted(spec.description)}]${action(spec)}'`;
    });
    const operands = words.length > 0 ? [`'1:word:(${words.join(' ')})'`] : [];
    const all = [...lines, ...operands, ...(files ? ["'*:file:_files'"] : [])];
    return `    ${name})\n      _arguments \\\n        ${all.join(' \\\n        ')} ;;`;
  });
  return `#compdef vigie
# zsh completion of vigie; load it with: source <(vigie completion zsh)
_vigie() {
  local -a commands
  commands=(
${list.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${cases.join('\n')}
  esac
}
compdef _vigie vigie
`;
}

function fish(): string {
  const quoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;
  const lines = commands().flatMap(({ name, summary, options, files, words: operands }) => [
    `complete -c vigie -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    ...(operands.length > 0
      ? [`complete -c vigie -n '__fish_seen_subcommand_from ${name}' -f -a ${quoted(operands.join(' '))}`]
      : []),
    ...(files ? [] : [`complete -c vigie -n '__fish_seen_subcommand_from ${name}' -f`]),
    ...options.map(([option, spec]) => {
      const words = wordsOf(spec);
      const value =
        spec.type === 'flag'
          ? ''
          : words.length > 0
            ? ` -x -a ${quoted(words.join(' '))}`
            : takesFile(spec)
              ? ' -r -F'
              : ' -x';
      return `complete -c vigie -n '__fish_seen_subcommand_from ${name}' -l ${option}${value} -d ${quoted(spec.description)}`;
    }),
  ]);
  return `# fish completion of vigie; load it with: vigie completion fish | source\n${lines.join('\n')}\n`;
}
