/** What a command is: a function of what its command line says. */
import type { CommandIo } from './io.ts';
import type { ArgumentsOf, CommandName } from './table.ts';

/** Runs a command; gives the exit status. @throws {UsageError} */
export type Command<Name extends CommandName> = (parsed: ArgumentsOf<Name>, io: CommandIo) => Promise<number>;
