/** MX records against the template (RFC 5321 5.1, RFC 7505). */
import { list } from '../../base/words.ts';
import { type Comparison, comparison } from './comparison.ts';
import type { Difference } from './result.ts';

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
  if (found.every(({ exchange }) => exchange === '')) {
    return comparison(
      'different',
      [{ tag: 'host', expected: list(expected.map(mxText)), found: '0 .' }],
      ['The null MX says that the domain takes no mail at all (RFC 7505).'],
    );
  }
  const hosts = new Set(expected.map(({ exchange }) => exchange));
  const differences: Difference[] = [];
  for (const mx of expected) {
    if (!found.some(({ exchange }) => exchange === mx.exchange)) {
      differences.push({ tag: 'host', expected: mxText(mx), found: null });
    }
  }
  const ours = found.filter(({ exchange }) => hosts.has(exchange));
  const others = found.filter(({ exchange }) => !hosts.has(exchange));
  if (differences.length > 0) {
    differences.push(...others.map((mx) => ({ tag: 'host', expected: null, found: mxText(mx) })));
    return comparison('different', differences);
  }
  const last = Math.max(...ours.map(({ priority }) => priority));
  const rivals = others.filter(({ priority }) => priority <= last);
  if (rivals.length > 0) {
    return comparison(
      'different',
      rivals.map((mx) => ({ tag: 'host', expected: null, found: mxText(mx) })),
      [`Mail goes to ${list(rivals.map(({ exchange }) => exchange))} first, or as often.`],
    );
  }
  if (order(expected) !== order(ours)) {
    return comparison('different', [
      { tag: 'priority', expected: list(expected.map(mxText)), found: list(ours.map(mxText)) },
    ]);
  }
  if (others.length > 0) {
    return comparison(
      'extra',
      others.map((mx) => ({ tag: 'host', expected: null, found: mxText(mx) })),
      [`${list(others.map(({ exchange }) => exchange))} is tried when the expected host does not answer.`],
    );
  }
  const texts = (all: readonly Mx[]) => all.map(mxText).sort().join('\n');
  return texts(expected) === texts(found)
    ? comparison('exact')
    : comparison('equivalent', [], ['The priority is another number, which changes nothing.']);
}

/** The hosts in the order in which they are tried; equal priorities stand together. */
function order(all: readonly Mx[]): string {
  const groups = new Map<number, string[]>();
  for (const { priority, exchange } of [...all].sort((a, b) => a.priority - b.priority)) {
    groups.set(priority, [...new Set([...(groups.get(priority) ?? []), exchange])].sort());
  }
  return [...groups.values()].map((group) => group.join('=')).join(' ');
}
