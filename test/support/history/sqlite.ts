/** Histories on disk, each in a directory of its test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Logger } from '../../../src/checks/check.ts';
import { historyFile } from '../../../src/history/open.ts';
import { createSqliteStore, type SqliteStoreOptions } from '../../../src/history/sqlite.ts';
import type { RunStore } from '../../../src/history/store.ts';

export function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'vigie-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A store in this directory, and what it says. */
export function open(
  dir: string,
  changes: Partial<SqliteStoreOptions> = {},
): { store: RunStore; said: string[] } {
  const said: string[] = [];
  const say = (_fields: object, message: string) => void said.push(message);
  const log: Logger = { debug() {}, info: say, warn: say, error: say };
  const store = createSqliteStore({
    file: historyFile(dir),
    keep: 10_000,
    maxAgeMs: 1e12,
    maxBytes: 1e9,
    log,
    ...changes,
  });
  onTestFinished(() => store.close());
  return { store, said };
}
