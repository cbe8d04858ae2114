/** The bot's page, answered by Vigie on a path of the deployment's own origin. */
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../page');
const SCRIPTS = [
  'bot.ts',
  'camera.ts',
  'ears.ts',
  'eyes.ts',
  'watermarks.ts',
  'microphone.ts',
  'raw-stats.ts',
  'redact.ts',
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
    SCRIPTS.map(async (name) => {
      const body = stripTypeScriptTypes(await readFile(join(FOLDER, name), 'utf8'));
      files.set(name, { contentType: 'text/javascript; charset=utf-8', body });
    }),
  );
  return files;
}
