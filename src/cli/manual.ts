/** `vigie manual`: the man page, made from the table of commands (man-pages(7), groff_man(7)). */
import manifest from '../../package.json' with { type: 'json' };
import { EXIT } from '../base/exit-status.ts';
import type { Command } from './command.ts';
import { COMMAND_NAMES } from './table.ts';
import { commandHelp } from './usage.ts';

export const manual: Command<'manual'> = async (_parsed, io) => {
  io.stdout.write(await manPage());
  return EXIT.pass;
};

async function manPage(): Promise<string> {
  const commands = await Promise.all(COMMAND_NAMES.map(section));
  return `.TH VIGIE 1 "" "vigie ${roff(manifest.version)}" "User Commands"
.SH NAME
vigie \\- monitor a self-hosted Jitsi and a mail relay from the user's side
.SH SYNOPSIS
.B vigie
.I COMMAND
[options]
.SH DESCRIPTION
Vigie places a three-way test call on a Jitsi deployment and reports who cannot hear or see whom, and sends a test message
through a mail relay and checks that a strict receiver would authenticate it.
.SH COMMANDS
${commands.join('\n')}
.SH EXIT STATUS
0: all passed. 1: something failed. 2: wrong usage or configuration. 3: could not tell. Where a command differs, its section
says so.
.SH ENVIRONMENT
.TP
.B NO_COLOR
Nothing is coloured.
.TP
.B STATE_DIRECTORY, XDG_STATE_HOME
Where evidence and history are kept, unless the configuration names directories.
`;
}

async function section(name: (typeof COMMAND_NAMES)[number]): Promise<string> {
  const { synopses, description, options, list, exit } = await commandHelp(name);
  const rows = (of: readonly (readonly [word: string, meaning: string])[]) =>
    of.flatMap(([word, meaning]) => ['.TP', `.B ${roff(word)}`, roff(meaning)]);
  return [
    `.SS ${name}`,
    ...synopses.flatMap((line) => [roff(line), '.br']),
    '.PP',
    roff(description),
    ...rows(options),
    ...(list ? ['.PP', roff(list.heading), ...rows(list.rows)] : []),
    '.PP',
    roff(exit),
  ].join('\n');
}

/** Text as roff takes it: no escape, no request at the beginning of a line, hyphens that can be copied. */
function roff(text: string): string {
  return text
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/^([.'])/gm, '\\&$1');
}
