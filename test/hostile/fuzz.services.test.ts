/**
 * Inputs that nobody thought of, for what reads strangers' data in the service: no exception, no answer 500. A few seconds
 * here; `VIGIE_FUZZ_SECONDS=3600 vitest run test/hostile/fuzz.services.test.ts` goes on for an hour. A failure prints its seed:
 * `VIGIE_FUZZ_SEED` does it once more.
 */
import { deflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { bearable } from '../../src/base/bounded.ts';
import { printable } from '../../src/base/escape.ts';
import { redact } from '../../src/base/redact.ts';
import { readableRun } from '../../src/checks/run-schema.ts';
import { packRun, unpackRun } from '../../src/history/packing.ts';
import { isOurHost } from '../../src/server/hosts.ts';
import { readable } from '../../src/service/log.ts';
import { threadMs } from '../support/cpu-time.ts';
import { aCall, aRun } from '../support/history/runs.ts';
import { testServer } from '../support/server/source.ts';
import { random } from './fuzzing.ts';

const SECONDS = Number(process.env.VIGIE_FUZZ_SECONDS ?? 4);
const TARGETS = 5;
/** Processor time: no input of a few kilobytes takes longer. */
const LONGEST_MS = 2000;

const PIECES = [
  ...[
    '',
    '0',
    '-1',
    '1e300',
    'NaN',
    'null',
    '[]',
    '{}',
    '"',
    '\\',
    '\\"',
    "'",
    '<',
    '&',
    '%',
    '%00',
    '%ff',
    '..',
    '/',
    '//',
  ],
  ...[
    '\u0000',
    '\u001b[2J',
    '\u202e',
    '\ud800',
    '😀',
    '\r\n',
    ' ',
    '\t',
    ':',
    '=',
    '?',
    '#',
    '@',
    '--',
    '__proto__',
  ],
  ...[
    'token',
    'password',
    'Authorization: Bearer ',
    'eyJ',
    'a=crypto:1 ',
    'AUTH PLAIN ',
    '<auth>',
    'meet',
    'pass',
    '2026-11-22',
  ],
];

class Dice {
  readonly roll: () => number;
  constructor(seed: number) {
    this.roll = random(seed);
  }
  below(n: number): number {
    return Math.floor(this.roll() * n);
  }
  of<T>(all: readonly T[]): T {
    return all[this.below(all.length)]!;
  }
  text(): string {
    const piece = () => (this.below(4) > 0 ? this.of(PIECES) : String.fromCharCode(this.below(0x3000)));
    return Array.from({ length: this.below(30) }, piece)
      .join('')
      .repeat(this.below(20) === 0 ? 50 : 1);
  }
  value(depth = 0): unknown {
    const kind = this.below(depth > 4 ? 5 : 7);
    if (kind < 2) return this.text();
    if (kind === 2) return this.of([0, -1, 1e300, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]);
    if (kind === 3) return this.of([true, false]);
    if (kind === 4) return null;
    const items = Array.from({ length: this.below(4) }, () => this.value(depth + 1));
    return kind === 5 ? items : Object.fromEntries(items.map((item) => [this.text(), item]));
  }
  /** The same data with something else somewhere in it. */
  mutated(data: unknown): unknown {
    if (this.below(6) === 0 || typeof data !== 'object' || data === null) return this.value();
    if (Array.isArray(data)) {
      const at = this.below(data.length + 1);
      return data.map((item: unknown, index) => (index === at ? this.mutated(item) : item));
    }
    const entries: [string, unknown][] = Object.entries(data);
    const at = this.below(entries.length);
    return Object.fromEntries(
      entries.map(([key, value], index) => [key, index === at ? this.mutated(value) : value]),
    );
  }
}

/** Gives inputs to a reader until its time is over. */
async function fuzz(read: (dice: Dice) => unknown): Promise<void> {
  const given = process.env.VIGIE_FUZZ_SEED;
  const end = performance.now() + (SECONDS * 1000) / TARGETS;
  let seed = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
  do {
    const start = threadMs();
    try {
      await read(new Dice(seed));
    } catch (cause) {
      throw new Error(`VIGIE_FUZZ_SEED=${seed}: ${String(cause)}`, { cause });
    }
    expect(threadMs() - start, `VIGIE_FUZZ_SEED=${seed}`).toBeLessThan(LONGEST_MS);
    seed += 1;
  } while (given === undefined && performance.now() < end);
}

const TIMEOUT_MS = (SECONDS * 1000) / TARGETS + 20_000;

it('the API and the pages answer every query', { timeout: TIMEOUT_MS }, async () => {
  const server = testServer();
  server.store.append(aRun({ call: aCall() }));
  const paths = [
    '/api/runs',
    '/api/events',
    '/runs/latest',
    '/api/checks',
    '/feed.atom',
    '/badge.svg',
    '/status',
    '/',
  ];
  const keys = [
    'check',
    'kind',
    'outcome',
    'version',
    'from',
    'to',
    'cursor',
    'limit',
    'wait',
    'lang',
    'refresh',
  ];
  await fuzz(async (dice) => {
    const query = Array.from({ length: dice.below(4) }, () => {
      const value = dice.text().toWellFormed();
      return `${dice.of(keys)}=${dice.below(2) === 0 ? encodeURIComponent(value) : value.replaceAll(/[^!-~]/g, '%')}`;
    });
    const path =
      dice.below(3) > 0 ? dice.of(paths) : `/runs/${encodeURIComponent(dice.text().toWellFormed())}`;
    const { statusCode } = await server.app.inject({ url: `${path}?${query.join('&')}` });
    expect([200, 302, 400, 404, 414]).toContain(statusCode);
  });
  await server.close();
});

it('a run is read or refused', { timeout: TIMEOUT_MS }, async () => {
  const run = JSON.parse(JSON.stringify(aRun({ call: aCall() }))) as unknown;
  await fuzz((dice) => {
    readableRun.safeParse(dice.mutated(run));
  });
});

it('a run of the history is read or skipped', { timeout: TIMEOUT_MS }, async () => {
  const packed = packRun(aRun({ call: aCall() }));
  await fuzz((dice) => {
    const bytes =
      dice.below(2) === 0 ? Buffer.from(packed) : deflateRawSync(JSON.stringify(dice.value()) ?? '');
    for (let i = dice.below(4); i > 0; i--) bytes[dice.below(bytes.length)] = dice.below(256);
    const problems: string[] = [];
    const read = unpackRun(bytes.subarray(0, bytes.length - dice.below(3)), 1, (_, problem) =>
      problems.push(problem),
    );
    expect(read === null).toBe(problems.length > 0);
  });
});

it('what strangers say becomes printable, bounded data', { timeout: TIMEOUT_MS }, async () => {
  await fuzz((dice) => {
    const json = JSON.stringify(bearable(dice.value(), { text: 50, items: 10, depth: 5 })) ?? 'null';
    expect(printable(json)).toBe(json);
    redact(dice.text());
    isOurHost(dice.text(), []);
  });
});

it('a line of the log is a line', { timeout: TIMEOUT_MS }, async () => {
  await fuzz((dice) => {
    const line = readable(
      JSON.stringify({ time: 'x', level: 'info', msg: dice.text(), field: dice.value() }),
    );
    expect(
      line
        .split('\n')
        .slice(1)
        .every((more) => more.startsWith('  ')),
    ).toBe(true);
  });
});
