/** What people copy and read has to be right for the real kinds of check. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkKinds } from '../../src/checks/index.ts';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { formatProblems, loadConfig } from '../../src/config/load.ts';

const top = (name: string) => new URL(`../../${name}`, import.meta.url).pathname;

/** As much of a JSON Schema as is looked at here. */
interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly const?: string;
  readonly default?: unknown;
  readonly secret?: unknown;
  readonly file?: unknown;
  readonly range?: unknown;
}

const schema = configJsonSchema(checkKinds) as Schema;
const kinds = schema.properties?.checks?.items?.oneOf ?? [];

/** All keys below a schema, with the dots of their paths. */
function keysOf(part: Schema, prefix = ''): [string, Schema][] {
  const own = Object.entries(part.properties ?? {}).flatMap(([key, inner]): [string, Schema][] => [
    [`${prefix}${key}`, inner],
    ...keysOf(inner, `${prefix}${key}.`),
  ]);
  const inside = [part.items, ...(part.oneOf ?? []), ...(part.anyOf ?? [])].filter(
    (inner) => inner !== undefined,
  );
  return [...own, ...inside.flatMap((inner) => keysOf(inner, prefix))];
}

test('the example is valid', async () => {
  const loaded = await loadConfig(top('vigie.example.yaml'), checkKinds, { VIGIE_TOKEN: 'x' });
  expect(loaded.ok ? '' : formatProblems(loaded.problems)).toBe('');
});

test('the example shows defaults: what it sets is what is set without it', async () => {
  const loaded = await loadConfig(top('vigie.example.yaml'), checkKinds, {});
  const bare = await loadConfig(top('test/config/fixtures/bare.yaml'), checkKinds, {});
  if (!loaded.ok || !bare.ok) throw new Error('both are valid');
  const comparable = ({ config: { evidence, history, checks, ...rest } }: typeof loaded) => ({
    ...rest,
    evidence: { ...evidence, dir: relative(dirname(evidence.dir), evidence.dir) },
    history: { ...history, dir: relative(dirname(history.dir), history.dir) },
    check: checks[0],
  });
  expect(comparable(loaded)).toEqual(comparable(bare));
});

test('the JSON Schema knows every kind, and describes every key', () => {
  expect(kinds.map(({ properties }) => properties?.kind?.const)).toEqual(Object.keys(checkKinds));
  const silent = keysOf(schema).filter(([, { description }]) => !description);
  expect(silent.map(([key]) => key)).toEqual([]);
});

test('the JSON Schema shows durations and addresses as they are written, and no marks of the loader', () => {
  const call = kinds.find(({ properties }) => properties?.kind?.const === 'call');
  expect(call?.properties?.every?.default).toBe('5m');
  expect(call?.properties?.completeWithin?.default).toBe('20s');
  expect(call?.properties?.maxLatency?.default).toBe('400ms');
  expect(schema.properties?.server?.properties?.listen?.default).toBe('127.0.0.1:9797');
  expect(schema.properties?.evidence?.properties?.maxAge?.default).toBe('30d');
  expect(schema.properties?.evidence?.properties?.maxSize?.default).toBe('500MB');
  const marked = keysOf(schema).filter(([, key]) => 'secret' in key || 'file' in key || 'range' in key);
  expect(marked).toEqual([]);
});

test('what the example has commented out is valid, too', async () => {
  const text = readFileSync(top('vigie.example.yaml'), 'utf8')
    // Sections of the file begin so, in the first column.
    .replaceAll(/^# # .*\n(?:#.*\n)+/gm, (section) => section.replaceAll(/^# ?/gm, ''))
    .replaceAll('file:/run/secrets/probe', 'file:probe');
  const begin = text.search(/^ {2}# #/m);
  const uncommented = text.slice(begin).replaceAll(/^ {2}# ?/gm, '  ');
  const directory = await mkdtemp(join(tmpdir(), 'vigie-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const name of ['mx.key.pem', 'mx.cert.pem']) await writeFile(join(directory, name), 'x');
  // An address where one is expected, and a password elsewhere.
  await writeFile(join(directory, 'probe'), 'https://ntfy.example.org/oncall');
  const file = join(directory, 'vigie.yaml');
  await writeFile(file, text.slice(0, begin) + uncommented);
  const loaded = await loadConfig(file, checkKinds, {});
  expect(loaded.ok ? '' : formatProblems(loaded.problems)).toBe('');
  if (!loaded.ok) return;
  const found = new Set(loaded.config.checks.map(({ kind }) => kind));
  expect([...found].sort()).toEqual(Object.keys(checkKinds).sort());
  const { notify, status } = loaded.config;
  expect(notify.targets.map(({ kind }) => kind)).toEqual(['ntfy', 'matrix', 'email']);
  expect([notify.heartbeat?.every, status.others.length]).toEqual([60_000, 1]);
});

/**
 * The mailboxes for bounces have the keys of `receive.imap`, and are described there; the account of a participant has those
 * of every account.
 */
const documented = (key: string) =>
  key.replace(/^(senders\.)?bounces\./, 'receive.imap.').replace(/^participants\.account\./, 'account.');

const page = (name: string) => readFileSync(top(`docs/${name}.md`), 'utf8');

/** The keys of a kind are described in one place: the section "Configuration" of its page. */
function sectionOf(kind: string): string {
  const sections = page(kind)
    .split(/^## /m)
    .filter((one) => one.startsWith('Configuration\n'));
  expect(sections).toHaveLength(1);
  return sections[0]!;
}

test.each(['the frame', ...Object.keys(checkKinds)])(
  'the documentation of %s has every key, with its default',
  (kind) => {
    const own = kind === 'the frame' ? '' : sectionOf(kind);
    const rows = `${own}\n${page('configuration')}\n${page('accounts')}`.split('\n');
    const { checks: _, ...frame } = schema.properties ?? {};
    const options = kinds.find(({ properties }) => properties?.kind?.const === kind);
    const keys = keysOf(options ?? { properties: frame });
    expect(keys.length).toBeGreaterThan(8);
    const wrong = keys.filter(([key, { default: usual }]) => {
      const row = rows.find((line) => line.startsWith(`| \`${documented(key)}\` |`));
      const shown = Array.isArray(usual) && usual.length > 0 ? `[${usual.join(', ')}]` : usual;
      const scalar = ['string', 'number', 'boolean'].includes(typeof shown);
      return !row || (scalar && key !== 'every' && !row.includes(`\`${shown as string}\``));
    });
    expect(wrong.map(([key]) => key)).toEqual([]);
  },
);

test('the documentation has the usual interval of every kind', () => {
  const row = readFileSync(top('docs/configuration.md'), 'utf8').match(/^\| `every` \|.*$/m)?.[0];
  for (const { properties } of kinds) {
    expect(row).toContain(`${properties?.kind?.const} \`${properties?.every?.default as string}\``);
  }
});

test('the documentation has no key that does not exist, and none twice', () => {
  for (const { properties } of kinds) {
    const kind = properties?.kind?.const;
    const named = [...sectionOf(kind!).matchAll(/^\| `([\w.]+)` \|/gm)].map(([, key]) => key);
    const known = new Set(keysOf({ properties: properties ?? {} }).map(([key]) => key));
    expect(named.filter((key) => !known.has(key!))).toEqual([]);
    expect(named.length).toBeGreaterThan(5);
    expect(new Set(named).size).toBe(named.length);
    const shared = new Set([...page('configuration').matchAll(/^\| `([\w.]+)` \|/gm)].map(([, key]) => key));
    expect(named.filter((key) => shared.has(key))).toEqual([]);
  }
});
