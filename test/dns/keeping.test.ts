/** What the resolver holds on to, and the bytes of a question. */
import { Packet } from 'dns2';
import { afterEach, expect, it, vi } from 'vitest';
import { AnswerCache } from '../../src/dns/cache.ts';
import { type Answer, createResolver } from '../../src/dns/resolver.ts';
import { encodeQuestion, type WireQuestion } from '../../src/dns/wire.ts';

afterEach(() => {
  vi.useRealTimers();
});

const answer = { ttl: 300, records: [] } as unknown as Answer;

it('the cache has a bound, and what is used stays in it', () => {
  const cache = new AnswerCache(() => 0);
  cache.set('TXT shared.example', answer);
  cache.set('TXT once.example', answer);
  for (let index = 0; index < 10_000; index++) {
    cache.set(`TXT d${index}.example`, answer);
    cache.get('TXT shared.example');
  }
  expect(cache.get('TXT shared.example')).toBe(answer);
  expect(cache.get('TXT once.example')).toBeNull();
  expect(cache.get('TXT d9999.example')).toBe(answer);
});

it('an evaluation that is over leaves no timer behind', () => {
  vi.useFakeTimers();
  const resolver = createResolver({ servers: [{ host: '127.0.0.1', port: 1 }] });
  const { signal } = new AbortController();
  const evaluations = Array.from({ length: 100 }, () => resolver.evaluation({ signal }));
  expect(vi.getTimerCount()).toBe(100);
  for (const { end } of evaluations) end();
  expect(vi.getTimerCount()).toBe(0);
  resolver.close();
});

it.each<WireQuestion>([
  { name: 'smtp._domainkey.a-1.example', type: 'TXT', recursive: true, edns: true },
  { name: '*.example', type: 'SOA', recursive: true, edns: false },
  { name: 'example', type: 'TLSA', recursive: false, edns: true },
  { name: `${'x'.repeat(63)}.example`, type: 'MX', recursive: false, edns: false },
  { name: 'müll.example', type: 'A', recursive: true, edns: true },
])('a question as bytes: $name $type', ({ name, type, recursive, edns }) => {
  const message = encodeQuestion(0xbeef, { name, type, recursive, edns });
  const packet = Packet.parse(message);
  expect(packet.errors).toEqual([]);
  expect(packet.header).toMatchObject({ id: 0xbeef, qr: 0, rd: recursive ? 1 : 0, qdcount: 1 });
  expect(packet.questions[0]).toMatchObject({ name, class: 1 });
  expect(packet.questions[0]!.type).toBe(type === 'TLSA' ? 52 : Packet.TYPE[type]);
  expect((message[3]! & 0x20) !== 0).toBe(recursive && (type === 'SOA' || type === 'TLSA'));
  // The class of an OPT record is the payload that is taken (RFC 6891 6.1.3).
  expect(packet.additionals.map((record) => [record.type, record.class])).toEqual(edns ? [[41, 1232]] : []);
});
