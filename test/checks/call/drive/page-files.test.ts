import { Script } from 'node:vm';
import { expect, test } from 'vitest';
import { isolatedScript, pageFiles } from '../../../../src/checks/call/drive/page-files.ts';

test('every script that a page imports is served beside it', async () => {
  const files = await pageFiles('https://meet.example.org/', 'room', 'https://meet.example.org/room/');
  const imported = [...files].flatMap(([name, { body }]) =>
    [...body.matchAll(/(?:\bfrom|^\s*import) '([^']+)'/gm)].map(([, path]) => [name, path!]),
  );
  expect(imported.length).toBeGreaterThan(4);
  for (const [name, path] of imported) {
    expect([name, path!.startsWith('./') && files.has(path!.slice(2))]).toEqual([name, true]);
  }
});

test('the isolated world has one script, each part of it after those that it uses', async () => {
  const script = await isolatedScript();
  expect(() => new Script(script)).not.toThrow();
  expect(script).not.toMatch(/^\s*(import|export)\b/m);
  const defined: string[] = [];
  for (const [, made, used] of script.matchAll(/^modules\['([^']+)'\] =|= modules\['([^']+)'\];$/gm)) {
    if (made) defined.push(made);
    else expect(defined.slice(0, -1)).toContain(used);
  }
  expect(defined.at(-1)).toBe('senses.ts');
});
