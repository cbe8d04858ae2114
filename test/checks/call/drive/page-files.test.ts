import { expect, test } from 'vitest';
import { pageFiles } from '../../../../src/checks/call/drive/page-files.ts';

test('every script that a page imports is served beside it', async () => {
  const files = await pageFiles('https://meet.example.org/', 'room', 'https://meet.example.org/room/');
  const imported = [...files].flatMap(([name, { body }]) =>
    [...body.matchAll(/(?:\bfrom|^\s*import) '([^']+)'/gm)].map(([, path]) => [name, path!]),
  );
  expect(imported.length).toBeGreaterThan(5);
  for (const [name, path] of imported) {
    expect([name, path!.startsWith('./') && files.has(path!.slice(2))]).toEqual([name, true]);
  }
});
