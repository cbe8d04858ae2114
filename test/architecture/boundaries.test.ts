/** Who may import whom: the table in docs/architecture.md against the imports that there are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../src/checks/check.ts';
import { cyclesOf, filesOf, type Import, importsOf, ROOT } from '../support/architecture/imports.ts';
import { arrowsOf, readRooms, roomFinder, roomsOf, violations } from '../support/architecture/rooms.ts';

const FOLDERS = ['src', 'dashboards'];
const imports = importsOf(FOLDERS);
const rooms = readRooms();

describe('the rooms of docs/architecture.md', () => {
  it('have every file', () => {
    const roomOf = roomFinder(rooms, imports);
    expect(filesOf(FOLDERS).filter((file) => roomOf(file) === null)).toEqual([]);
    const used = new Set(filesOf(FOLDERS).map(roomOf));
    expect(rooms.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);
  });

  it('are imported by the rooms that may, types and dynamic imports included', () => {
    expect(violations(rooms, imports)).toEqual([]);
  });

  it('allow arrows to lower floors alone, so that no room is in a cycle', () => {
    const names = rooms.map(({ name }) => name);
    const upwards = rooms.flatMap(({ name, mayImport }) =>
      [...mayImport]
        .filter((other) => !names.slice(0, names.indexOf(name)).includes(other))
        .map((other) => `${name} -> ${other}`),
    );
    expect(upwards).toEqual([]);
    expect(
      cyclesOf(arrowsOf(rooms, imports).map(({ from, to }) => [String(from), String(to)] as const)),
    ).toEqual([]);
  });
});

it('no file is in an import cycle, of types and dynamic imports either', () => {
  expect(cyclesOf(imports.map(({ from, to }) => [from, to] as const))).toEqual([]);
});

it('no check imports another check', () => {
  const kindOf = (file: string) => KINDS.find((kind) => file.startsWith(`src/checks/${kind}/`));
  const across = imports.filter(({ from, to }) => {
    const [one, other] = [kindOf(from), kindOf(to)];
    return one !== undefined && other !== undefined && one !== other;
  });
  expect(across.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

it.each(['call', 'zone', 'run', 'signaling', 'compare', 'record'])(
  'vigie %s loads nothing of the server',
  (command) => {
    const loaded = reachedFrom(`src/cli/${command}.ts`);
    expect(loaded.size).toBeGreaterThan(10);
    expect(
      [...loaded].filter((file) => file.startsWith('src/server/') || file.startsWith('src/service/serve')),
    ).toEqual([]);
  },
);

it('the history knows no markup', () => {
  const marked = filesOf(['src/history']).filter((file) =>
    /<\/[a-z]/.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(marked).toEqual([]);
});

/** What importing a file loads, and what it may load later. */
function reachedFrom(file: string): Set<string> {
  const next = Map.groupBy(imports, ({ from }) => from);
  const seen = new Set([file]);
  for (const at of seen) for (const { to, type } of next.get(at) ?? []) if (!type) seen.add(to);
  return seen;
}

describe('this test', () => {
  const table = roomsOf(`| room | files | may import |
|---|---|---|
| low | \`src/low/**\` | |
| high | \`src/high/*.ts\` | low |

`);
  const an = (from: string, to: string): Import => ({ from, to, type: false });

  it('sees an arrow that is not allowed, and a file without a room', () => {
    expect(violations(table, [an('src/high/a.ts', 'src/low/b/c.ts')])).toEqual([]);
    expect(violations(table, [an('src/low/b.ts', 'src/high/a.ts')])).toEqual([
      'src/low/b.ts imports src/high/a.ts: "low" may not import "high"',
    ]);
    expect(violations(table, [an('src/high/a.ts', 'src/attic/b.ts')])).toEqual([
      'src/high/a.ts imports src/attic/b.ts: no room in the table takes one of them',
    ]);
  });

  it('sees a cycle', () => {
    expect(
      cyclesOf([
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
        ['d', 'a'],
      ]),
    ).toEqual([['a', 'b', 'c']]);
  });

  it('sees types, dynamic imports and imports over several lines', () => {
    const found = imports.filter(({ from }) =>
      ['src/cli/main.ts', 'src/checks/check.ts', 'src/view/report/render.ts'].includes(from),
    );
    expect(found).toContainEqual({
      from: 'src/checks/check.ts',
      to: 'src/checks/call/keep/recording.ts',
      type: true,
    });
    expect(found).toContainEqual({
      from: 'src/view/report/render.ts',
      to: 'src/view/report/page.ts',
      type: false,
    });
  });
});
