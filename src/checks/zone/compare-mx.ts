/** MX records against the template (RFC 5321 5.1, RFC 7505). */
import { isIP } from 'node:net';
import { list } from '../../base/words.ts';
import { type Comparison, comparison, type Deviation, differing } from './comparison.ts';
import type { MX_FAULTS, Note } from './notes.ts';

export interface Mx {
  readonly priority: number;
  readonly exchange: string;
}

/** `10 mail.example.org`; the null MX is `0 .` */
export function mxText({ priority, exchange }: Mx): string {
  return `${priority} ${exchange === '' ? '.' : exchange}`;
}

/** Priorities matter by their order alone; a host that is tried later is an extra, one tried no later is not. */
export function compareMx(expected: readonly Mx[], found: readonly Mx[], domain = ''): Comparison {
  if (found.length === 0) return comparison('missing');
  const isNull = (all: readonly Mx[]) => all.every(({ exchange }) => exchange === '');
  if (isNull(found) && !isNull(expected)) {
    return comparison('different', differing('host', list(expected.map(mxText)), '0 .'), [{ id: 'null-mx' }]);
  }
  if (found.some(({ exchange }) => exchange === '') && !isNull(expected)) {
    return comparison('different', differing('host', null, '0 .'), [{ id: 'null-mx-beside' }]);
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
  if (differences.length > 0) {
    const notes = others.flatMap(({ exchange }): Note[] => {
      const why = noHost(exchange, [...hosts]);
      return why ? [{ id: 'mx-no-host', host: exchange, why }] : missingDot(exchange, [...hosts], domain);
    });
    return comparison('different', [...differences, ...added(others)], notes);
  }
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
  const repeated = [...hosts].filter((host) => ours.filter(({ exchange }) => exchange === host).length > 1);
  if (repeated.length > 0) return comparison('equivalent', [], [{ id: 'repeated-host', hosts: repeated }]);
  const texts = (all: readonly Mx[]) => all.map(mxText).sort().join('\n');
  return texts(expected) === texts(found)
    ? comparison('exact')
    : comparison('equivalent', [], [{ id: 'other-priority' }]);
}

/** Why mail cannot be delivered to what an MX record names; null where it can be a host. */
function noHost(exchange: string, hosts: readonly string[]): (typeof MX_FAULTS)[number] | null {
  if (isIP(exchange) !== 0) return 'address';
  if (exchange === 'localhost' || exchange.endsWith('.localhost')) return 'local';
  const rest = /^\d+[ .](?<rest>.+)$/.exec(exchange)?.groups?.rest;
  if (rest !== undefined && hosts.some((host) => host !== '' && rest.startsWith(host))) return 'priority';
  const label = /^[a-z\d](?:[a-z\d-]*[a-z\d])?$/i;
  return exchange.split('.').every((part) => label.test(part)) ? null : 'characters';
}

/** The zone's own name was appended to the host, because its last dot is missing. */
function missingDot(found: string, hosts: readonly string[], domain: string): Note[] {
  const host = hosts.find((one) => one !== '' && found.startsWith(`${one}.`));
  const appended = host && found.slice(host.length + 1);
  if (!host || !appended || (appended !== domain && !domain.endsWith(`.${appended}`))) return [];
  return [{ id: 'missing-dot', found, host }];
}

/** The hosts in the order in which they are first tried; equal priorities are grouped. */
function order(all: readonly Mx[]): string {
  const groups = new Map<number, string[]>();
  const seen = new Set<string>();
  for (const { priority, exchange } of [...all].sort((a, b) => a.priority - b.priority)) {
    if (seen.has(exchange)) continue;
    seen.add(exchange);
    groups.set(priority, [...(groups.get(priority) ?? []), exchange].sort());
  }
  return [...groups.values()].map((group) => group.join('=')).join(' ');
}
