/** MX records against the template (RFC 5321 5.1, RFC 7505). */
import { list } from '../../base/words.ts';
import { type Comparison, comparison, type Deviation, differing } from './comparison.ts';

export interface Mx {
  readonly priority: number;
  readonly exchange: string;
}

/** `10 mail.example.org`; the null MX is `0 .` */
export function mxText({ priority, exchange }: Mx): string {
  return `${priority} ${exchange === '' ? '.' : exchange}`;
}

/** Priorities matter by their order alone; a host that is tried later is an extra, one tried no later is not. */
export function compareMx(expected: readonly Mx[], found: readonly Mx[]): Comparison {
  if (found.length === 0) return comparison('missing');
  const isNull = (all: readonly Mx[]) => all.every(({ exchange }) => exchange === '');
  if (isNull(found) && !isNull(expected)) {
    return comparison('different', differing('host', list(expected.map(mxText)), '0 .'), [{ id: 'null-mx' }]);
  }
  const hosts = new Set(expected.map(({ exchange }) => exchange));
  const differences: Deviation[] = [];
  for (const mx of expected) {
    if (!found.some(({ exchange }) => exchange === mx.exchange)) {
      differences.push(...differing('host', mxText(mx), null));
    }
  }
  const ours = found.filter(({ exchange }) => hosts.has(exchange));
  const others = found.filter(({ exchange }) => !hosts.has(exchange));
  const added = (all: readonly Mx[]) => all.flatMap((mx) => differing('host', null, mxText(mx)));
  if (differences.length > 0) return comparison('different', [...differences, ...added(others)]);
  const last = Math.max(...ours.map(({ priority }) => priority));
  const rivals = others.filter(({ priority }) => priority <= last);
  if (rivals.length > 0) {
    const hosts = rivals.map(({ exchange }) => exchange);
    return comparison('different', added(rivals), [{ id: 'others-first', hosts }]);
  }
  if (order(expected) !== order(ours)) {
    const texts = (all: readonly Mx[]) => list(all.map(mxText));
    return comparison('different', differing('priority', texts(expected), texts(ours)));
  }
  if (others.length > 0) {
    const hosts = others.map(({ exchange }) => exchange);
    return comparison('extra', added(others), [{ id: 'backup-hosts', hosts }]);
  }
  const texts = (all: readonly Mx[]) => all.map(mxText).sort().join('\n');
  return texts(expected) === texts(found)
    ? comparison('exact')
    : comparison('equivalent', [], [{ id: 'other-priority' }]);
}

/** The hosts in the order in which they are tried; equal priorities are grouped. */
function order(all: readonly Mx[]): string {
  const groups = new Map<number, string[]>();
  for (const { priority, exchange } of [...all].sort((a, b) => a.priority - b.priority)) {
    groups.set(priority, [...new Set([...(groups.get(priority) ?? []), exchange])].sort());
  }
  return [...groups.values()].map((group) => group.join('=')).join(' ');
}
