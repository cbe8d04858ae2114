/** The rooms of the tree and the arrows between them, as docs/architecture.md has them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Import, ROOT } from './imports.ts';

export interface Room {
  readonly name: string;
  /** `src/base/**`, `src/checks/*.ts`, or the path of a file; the room has what the first row in the table takes. */
  readonly patterns: readonly string[];
  /** Set instead of patterns: the room has what this file reaches in this folder. */
  readonly reachedBy: { readonly file: string; readonly folder: string } | null;
  readonly mayImport: ReadonlySet<string>;
}

/** The table's rows, from the lowest floor up. */
export function roomsOf(markdown: string): Room[] {
  const table =
    markdown.split('| room | files | may import |\n')[1]?.split('\n\n')[0]?.split('\n').slice(1) ?? [];
  const rows = table.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const names = rows.map(([name]) => name!);
  return rows.map(([name, files, arrows]) => {
    const patterns = [...files!.matchAll(/`([^`]+)`/g)].map(([, pattern]) => pattern!);
    const reaches = files!.startsWith('reached by');
    return {
      name: name!,
      patterns: reaches ? [] : patterns,
      reachedBy: reaches ? { file: patterns[0]!, folder: patterns[1]! } : null,
      mayImport: new Set(
        arrows === 'every room' ? names.slice(0, names.indexOf(name!)) : arrows!.split(/, ?/).filter(Boolean),
      ),
    };
  });
}

export function readRooms(): Room[] {
  return roomsOf(readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8'));
}

/** Which room a file is in; null where the table has none for it. */
export function roomFinder(
  rooms: readonly Room[],
  imports: readonly Import[],
): (file: string) => string | null {
  const reached = new Map(
    rooms.flatMap(({ name, reachedBy }) => (reachedBy ? [[name, reach(reachedBy, imports)] as const] : [])),
  );
  // The file that reaches the others, and a file with a row of its own, are in the rooms of their rows.
  const own = new Map(
    rooms.flatMap(({ name, patterns }) =>
      patterns.filter((each) => !each.includes('*')).map((file) => [file, name] as const),
    ),
  );
  return (file) =>
    own.get(file) ??
    rooms.find(
      ({ name, patterns }) =>
        reached.get(name)?.has(file) || patterns.some((pattern) => takes(pattern, file)),
    )?.name ??
    null;
}

/** What a file reaches in a folder, without itself and the registry that it reaches it by. */
function reach(
  { file, folder }: { file: string; folder: string },
  imports: readonly Import[],
): ReadonlySet<string> {
  const next = Map.groupBy(imports, ({ from }) => from);
  const seen = new Set<string>();
  const open = [file];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const { to } of next.get(at) ?? []) {
      if (seen.has(to) || !to.startsWith(`${folder}/`)) continue;
      seen.add(to);
      open.push(to);
    }
  }
  seen.delete(file);
  seen.delete(`${folder}/kinds.ts`);
  return seen;
}

function takes(pattern: string, file: string): boolean {
  if (pattern.endsWith('/**')) return file.startsWith(pattern.slice(0, -2));
  const [folder, suffix] = pattern.split('*') as [string, string];
  return file.startsWith(folder) && file.endsWith(suffix) && !file.slice(folder.length).includes('/');
}

export interface Arrow {
  readonly from: string | null;
  readonly to: string | null;
  /** `src/a.ts imports src/b.ts`. */
  readonly by: string;
}

/** The arrows between rooms that the real imports make. */
export function arrowsOf(rooms: readonly Room[], imports: readonly Import[]): Arrow[] {
  const roomOf = roomFinder(rooms, imports);
  return imports
    .filter(({ to }) => to.endsWith('.ts'))
    .map(({ from, to }) => ({ from: roomOf(from), to: roomOf(to), by: `${from} imports ${to}` }))
    .filter(({ from, to }) => from === null || to === null || from !== to);
}

/** What the table does not allow, in words. */
export function violations(rooms: readonly Room[], imports: readonly Import[]): string[] {
  const byName = new Map(rooms.map((room) => [room.name, room]));
  return arrowsOf(rooms, imports).flatMap(({ from, to, by }) => {
    if (from === null || to === null) return [`${by}: no room in the table takes one of them`];
    return byName.get(from)!.mayImport.has(to) ? [] : [`${by}: "${from}" may not import "${to}"`];
  });
}
