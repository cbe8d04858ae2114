/**
 * The versions of a deployment's servers, as those report them themselves. They are a stranger's text: bounded, and free of
 * anything that does not print, before they go anywhere.
 */
import { z } from 'zod';
import type { Immutable } from '../base/immutable.ts';
import { text } from './schema.ts';
/** The servers whose version can be learned; also the subjects of changes, and the values of the label `part`. */
export const SERVER_PARTS = ['prosody', 'jicofo', 'videobridge', 'web'] as const;
export type ServerPart = (typeof SERVER_PARTS)[number];

/** No server's name or version is longer than this, in characters. */
const LONGEST = 64;

/** One server, in one version. */
export const software = z.strictObject({
  part: z.enum(SERVER_PARTS),
  name: text.max(LONGEST).describe('what it calls itself: `Prosody`, `nginx`'),
  version: text.max(LONGEST),
});
export type Software = Immutable<z.output<typeof software>>;

/** A server's name and version as they may be kept; null where one of them says nothing. */
export function softwareOf(part: ServerPart, name: unknown, version: unknown): Software | null {
  const [kept, its] = [printable(name), printable(version)];
  return kept === null || its === null ? null : { part, name: kept, version: its };
}

/** Printable ASCII on one line, as versions are written everywhere; null where nothing is left. */
export function printable(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  const kept = text
    // Nobody needs more of it to find enough characters that print.
    .slice(0, 16 * LONGEST)
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .replaceAll(/ +/g, ' ')
    .trim()
    .slice(0, LONGEST)
    .trimEnd();
  return kept || null;
}

/**
 * What a `Server` header says, where it names a version; null where it does not. Its first product is the server, what
 * follows are its modules (RFC 9110 10.2.4).
 */
export function serverHeader(header: string | readonly string[] | undefined): Software | null {
  if (typeof header !== 'string') return null;
  const found = /^\s*([!#$%&'*+.^_`|~\w-]+)\/(v?\d[!#$%&'*+.^_`|~\w-]*)(?=[\s(]|$)/.exec(header);
  return found && softwareOf('web', found[1], found[2]);
}

/** All of them on one line, for a person: `prosody 0.12.3, web nginx 1.22.1`. */
export function softwareWords(software: readonly Software[]): string {
  return software.map((each) => `${each.part} ${versionText(each)}`).join(', ');
}

/** The version as one text. Only the web server can be any of many, so that its name belongs to it. */
export function versionText({ part, name, version }: Software): string {
  return part === 'web' ? `${name} ${version}` : version;
}
