/** The sandbox's own `lib-jitsi-meet.min.js`: the files of page/ as one classic script that sets `JitsiMeetJS`. */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

/** In order: a file uses only what stands before it. */
const FILES = [
  '../kinds.ts',
  'events.ts',
  'tracks.ts',
  'stand-ins.ts',
  'sdp.ts',
  'channel.ts',
  'session.ts',
  'conference.ts',
  'connection.ts',
  'main.ts',
];

/** The sandbox's web app, as one classic script. */
export const appBundle = (): string => classic('app/app.ts', '');

/** Its `external_api.js`, with the faults that are its own. */
export const externalApi = (faults: readonly string[]): string =>
  classic('app/external-api.ts', `const FAULTS = ${JSON.stringify(faults)};\n`);

function classic(file: string, before: string): string {
  const source = readFileSync(new URL(file, import.meta.url), 'utf8');
  return `(() => {\n'use strict';\n${before}${stripTypeScriptTypes(source)}\n})();\n`;
}

/**
 * Joins the page's modules: types stripped, imports dropped (one scope holds all), exports made plain. The
 * modules must therefore import by plain names, at the top, and never the same name for two things.
 */
export function libraryScript(version: string): string {
  const parts = FILES.map((file) => {
    const source = readFileSync(new URL(`page/${file}`, import.meta.url), 'utf8');
    return stripTypeScriptTypes(source)
      .replace(/^import\s[^;]*;\n/gm, '')
      .replace(/^export (?=(class|function|async|const|let)\b)/gm, '');
  });
  return `(() => {\n'use strict';\nconst VERSION = ${JSON.stringify(version)};\n${parts.join('\n')}})();\n`;
}
