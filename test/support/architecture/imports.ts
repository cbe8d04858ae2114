/** The import graph of the tree as it is: of types and of dynamic imports, too. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

export const ROOT = normalize(join(import.meta.dirname, '../../..'));

export interface Import {
  /** Paths below the root. */
  readonly from: string;
  readonly to: string;
  /** Of types alone: nothing is loaded. */
  readonly type: boolean;
}

/** `import … from '…'`, `export … from '…'`, `import '…'` and `import('…')`, of paths within the tree. */
const IMPORT =
  /^[ \t]*(?:import|export)\b(?<names>[^;'"]*?)(?:\bfrom\s*)?['"](?<path>\.[^'"]+)['"]|\bimport\(\s*['"](?<dynamic>\.[^'"]+)['"]\s*\)/gm;

/** All imports between files below these folders, and from them to elsewhere in the tree. */
export function importsOf(folders: readonly string[], root: string = ROOT): Import[] {
  return filesOf(folders, root).flatMap((from) => {
    const text = readFileSync(join(root, from), 'utf8');
    return [...text.matchAll(IMPORT)].map(({ groups }) => {
      const { names = '', path, dynamic } = groups!;
      const to = relative(root, join(root, dirname(from), (path ?? dynamic)!));
      return { from, to, type: /^\s*type\b/.test(names) };
    });
  });
}

export function filesOf(folders: readonly string[], root: string = ROOT): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(folder, name),
      ),
    )
    .filter((name) => name.endsWith('.ts'))
    .sort();
}

/** The groups of nodes that reach each other; none where there is no cycle. */
export function cyclesOf(edges: readonly (readonly [from: string, to: string])[]): string[][] {
  const next = Map.groupBy(edges, ([from]) => from);
  const reach = new Map<string, ReadonlySet<string>>();
  for (const node of next.keys()) {
    const seen = new Set<string>();
    const open = [node];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const [, to] of next.get(at) ?? []) {
        if (seen.has(to)) continue;
        seen.add(to);
        open.push(to);
      }
    }
    reach.set(node, seen);
  }
  const inCycle = [...reach].filter(([node, seen]) => seen.has(node)).map(([node]) => node);
  const groups = Map.groupBy(
    inCycle,
    (node) => inCycle.find((other) => reach.get(node)!.has(other) && reach.get(other)!.has(node))!,
  );
  return [...groups.values()].map((group) => group.sort());
}
