/** The bot's page, answered by Vigie on a path of the deployment's own origin. */
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { basename, join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../page');
/** What pages share with the rest of Vigie; it stands beside the others when it is served. */
const SHARED = ['../../deployment.ts', '../../../base/redact.ts'];
const SCRIPTS = [
  'bot.ts',
  'camera.ts',
  'ears.ts',
  'eyes.ts',
  'watermarks.ts',
  'microphone.ts',
  'raw-stats.ts',
  'room.ts',
  'stats.ts',
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
      const script = stripTypeScriptTypes(await readFile(join(FOLDER, path), 'utf8'));
      const body = SHARED.reduce(
        (text, shared) => text.replace(`'${shared}'`, `'./${basename(shared)}'`),
        script,
      );
      files.set(basename(path), { contentType: 'text/javascript; charset=utf-8', body });
    }),
  );
  return files;
}
