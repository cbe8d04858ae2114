/** How commands, their arguments and their options are declared, and the values that follow from a declaration. */
import type { ValueType } from './values.ts';

interface OptionText {
  readonly description: string;
  /** The only short form is that of `--help`. */
  readonly short?: 'h';
}

/** Given or not. */
export interface FlagSpec extends OptionText {
  readonly type: 'flag';
}

/** An option with a value. */
export interface ValueSpec extends OptionText {
  readonly type: ValueType<unknown>;
  /** What stands for the value in the help: `FILE`. */
  readonly placeholder: string;
  /** As it would be written; the value where the option is not given. */
  readonly default?: string;
  /** What stands for a default that is found out when the command runs. */
  readonly usual?: string;
  readonly required?: true;
  /** It may be given several times; the value is the list of all. Otherwise the last one counts. */
  readonly repeatable?: true;
}

export type OptionSpec = FlagSpec | ValueSpec;

/** A word of the command line that belongs to no option. */
export interface ArgumentSpec {
  /** What it is, for the message that it is missing. */
  readonly description: string;
  /** All that it may be, where these are few words. */
  readonly words?: readonly string[];
  readonly optional?: true;
  /** The last one may be: it takes all words that follow. */
  readonly repeatable?: true;
}

/** Words and what they mean, under a heading. */
export interface HelpList {
  readonly heading: string;
  readonly rows: readonly (readonly [word: string, meaning: string])[];
}

export interface CommandSpec {
  /** In the list of all commands: a verb first. */
  readonly summary: string;
  /** It is named below the list of all commands, without its summary. */
  readonly minor?: true;
  readonly description: string;
  /** Lines after "vigie COMMAND", where they do not follow from arguments and required options. */
  readonly synopses?: readonly string[];
  readonly arguments: Readonly<Record<string, ArgumentSpec>>;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** A list below the options; made when the help is shown. */
  readonly list?: () => Promise<HelpList>;
  /** What the exit statuses of this command mean. */
  readonly exit: Readonly<Partial<Record<0 | 1 | 2 | 3, string>>>;
}

type OptionValue<Spec> = Spec extends { type: ValueType<infer Value> }
  ? Spec extends { repeatable: true }
    ? readonly Value[]
    : Spec extends { default: string } | { required: true }
      ? Value
      : Value | undefined
  : boolean;

/** The values of options that are declared like this, by name. */
export type OptionValues<Specs> = { readonly [Name in keyof Specs]: OptionValue<Specs[Name]> };

type ArgumentValue<Spec> = Spec extends { repeatable: true }
  ? readonly string[]
  : Spec extends { optional: true }
    ? string | undefined
    : string;

/** What is made of a command line. */
export interface Parsed<Spec extends CommandSpec> {
  readonly arguments: {
    readonly [Name in keyof Spec['arguments']]: ArgumentValue<Spec['arguments'][Name]>;
  };
  readonly options: OptionValues<Spec['options']>;
  /** The names of the options that were written, as opposed to their defaults. */
  readonly given: ReadonlySet<string>;
}
