/** What people copy and read has to be right for the real kinds of check. */
import { readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { expect, test } from 'vitest';
import { checkKinds } from '../../src/checks/index.ts';
import { configJsonSchema } from '../../src/config/jsonschema.ts';
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
  const comparable = ({ config: { evidence, checks, ...rest } }: typeof loaded) => ({
    ...rest,
    evidence: { ...evidence, dir: relative(dirname(evidence.dir), evidence.dir) },
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
  expect(call?.properties?.watch?.default).toBe('5s');
  expect(call?.properties?.maxLatency?.default).toBe('400ms');
  expect(schema.properties?.server?.properties?.listen?.default).toBe('127.0.0.1:9797');
  expect(schema.properties?.evidence?.properties?.maxAge?.default).toBe('30d');
  const marked = keysOf(schema).filter(([, key]) => 'secret' in key || 'file' in key || 'range' in key);
  expect(marked).toEqual([]);
});

test('the documentation has every key of the frame and of calls, with its default', () => {
  const rows = readFileSync(top('docs/configuration.md'), 'utf8').split('\n');
  const { checks: _, ...frame } = schema.properties ?? {};
  const call = kinds.find(({ properties }) => properties?.kind?.const === 'call');
  const keys = [...keysOf({ properties: frame }), ...keysOf(call ?? {})];
  expect(keys.length).toBeGreaterThan(15);
  const wrong = keys.filter(([key, { default: usual }]) => {
    const row = rows.find((line) => line.startsWith(`| \`${key}\` |`));
    const shown = Array.isArray(usual) ? `[${usual.join(', ')}]` : usual;
    const scalar = ['string', 'number', 'boolean'].includes(typeof shown);
    return !row || (scalar && !row.includes(`\`${shown as string}\``));
  });
  expect(wrong.map(([key]) => key)).toEqual([]);
});
