/** A server over runs that a test makes up. */
import { Histories } from '../../../src/compare/histories.ts';
import { createMemoryStore } from '../../../src/history/memory.ts';
import type { RunStore } from '../../../src/history/store.ts';
import { Scheduler } from '../../../src/schedule/scheduler.ts';
import { createServer } from '../../../src/server/server.ts';
import type { ServerSource } from '../../../src/server/source.ts';
import { silent } from '../schedule/kinds.ts';

export interface TestServer {
  readonly store: RunStore;
  readonly scheduler: Scheduler;
  readonly app: ReturnType<typeof createServer>;
  close(): Promise<void>;
}

/** A server over an empty store and a real scheduler without checks; parts of its source may be replaced. */
export function testServer(changes: Partial<ServerSource> = {}): TestServer {
  const store = createMemoryStore();
  const scheduler = new Scheduler({ store, log: silent });
  const app = createServer({
    version: '0.1.0',
    sandbox: false,
    store,
    histories: new Histories(changes.store ?? store),
    schedule: scheduler,
    access: () => ({ token: null, open: false }),
    evidence: () => null,
    internalErrors: () => ({ count: 0, last: null }),
    lastReload: () => ({ successful: true, at: new Date(Date.UTC(2026, 10, 22, 15)) }),
    log: silent,
    ...changes,
  });
  return {
    store,
    scheduler,
    app,
    async close() {
      await scheduler.stop({ graceMs: 0 });
      await app.close();
    },
  };
}
