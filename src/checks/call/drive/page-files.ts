/** The scripts of a participant's page: those that Vigie answers on a path of the deployment's origin, and the isolated one. */
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { basename, join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../page');
/** What pages share with the rest of Vigie; it stands beside the others when it is served. */
const SHARED = ['../../deployment.ts', '../../../base/redact.ts'];
/** Of the page's own world. */
const SCRIPTS = [
  'bot.ts',
  'conference.ts',
  'candidates.ts',
  'family.ts',
  'handover.ts',
  'pings.ts',
  'raw-stats.ts',
  'room.ts',
  'shown.ts',
  'stats.ts',
];
/** Of a page that is the deployment's web app, each after those that it imports. */
const APP = [
  '../../../base/redact.ts',
  'handover.ts',
  'raw-stats.ts',
  'candidates.ts',
  'family.ts',
  'shown.ts',
  'stats.ts',
  'conference.ts',
  'pings.ts',
  'app-bot.ts',
];
/** Of the isolated world, each after those that it imports. */
const ISOLATED = [
  '../scene/sends.ts',
  'hmac.ts',
  'watermarks.ts',
  'similarity.ts',
  'handover.ts',
  'camera.ts',
  'likeness.ts',
  'microphone.ts',
  'eyes.ts',
  'ears.ts',
  'senses.ts',
];

export interface PageFile {
  readonly contentType: string;
  readonly body: string;
}

/** The page for a room of a deployment (`base` ends with a slash), by path below `url`, the bot's own. */
export async function pageFiles(base: string, room: string, url: string): Promise<Map<string, PageFile>> {
  const html = await readFile(join(FOLDER, 'index.html'), 'utf8');
  const filled = html
    .replaceAll('@BASE@', base)
    .replaceAll('@ROOM@', encodeURIComponent(room))
    .replaceAll('@URL@', url);
  const files = new Map<string, PageFile>([['', { contentType: 'text/html; charset=utf-8', body: filled }]]);
  await Promise.all(
    [...SCRIPTS, ...SHARED].map(async (path) => {
      const body = SHARED.reduce(
        (text, shared) => text.replace(`'${shared}'`, `'./${basename(shared)}'`),
        await scriptOf(path),
      );
      files.set(basename(path), { contentType: 'text/javascript; charset=utf-8', body });
    }),
  );
  return files;
}

const scriptOf = async (path: string): Promise<string> =>
  stripTypeScriptTypes(await readFile(join(FOLDER, path), 'utf8'));

/**
 * The script of the isolated world: its modules as functions of one classic script, because a module would be asked for over
 * the network, where the deployment's service worker could answer.
 */
export const isolatedScript = (): Promise<string> => oneScript(ISOLATED);

/** The script that runs in the deployment's own web app before any of its own. */
export const appScript = async (): Promise<string> => `if (self === top) ${await oneScript(APP)}`;

/** The same where the app is in a frame of another site's page. */
export const framedScript = async (base: string): Promise<string> =>
  `if (parent === top && self !== top && location.href.startsWith(${JSON.stringify(base)})) ${await oneScript(APP)}`;

async function oneScript(paths: readonly string[]): Promise<string> {
  const parts = await Promise.all(
    paths.map(async (path) => {
      const source = await scriptOf(path);
      const exported = [...source.matchAll(/^export (?:const|(?:async )?function|class) (\w+)/gm)].map(
        ([, name]) => name,
      );
      const body = source
        .replace(/^import \{([^}]*)\} from '[./\w-]*?([\w-]+\.ts)';$/gm, "const {$1} = modules['$2'];")
        .replace(/^export /gm, '');
      return `modules['${basename(path)}'] = (() => {\n${body}\nreturn { ${exported.join(', ')} };\n})();`;
    }),
  );
  return `(() => {\n'use strict';\nconst modules = {};\n${parts.join('\n')}\n})();`;
}
