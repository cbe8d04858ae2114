/** All commands with their arguments and options: command lines are read by this table, and help is made from it. */
import { CHECK_COMMANDS } from './commands/checks.ts';
import { MAIL_COMMANDS } from './commands/mail.ts';
import { RUN_COMMANDS } from './commands/runs.ts';
import { TOOL_COMMANDS } from './commands/tools.ts';
import type { Parsed } from './spec.ts';

/** In the order in which the help lists them. */
export const COMMANDS = {
  ...CHECK_COMMANDS,
  ...MAIL_COMMANDS,
  ...RUN_COMMANDS,
  ...TOOL_COMMANDS,
} as const;

export type CommandName = keyof typeof COMMANDS;

/** What is made of the command line of this command. */
export type ArgumentsOf<Name extends CommandName> = Parsed<(typeof COMMANDS)[Name]>;

export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];

/** Whether there is a command of this name. */
export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}
