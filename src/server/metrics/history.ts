/** Metrics of how well runs are kept. */
import { Counter, type Registry } from 'prom-client';
import type { Keeping } from '../../history/store.ts';
import { gauge } from './collector.ts';

export interface HistoryMetrics {
  fill(keeping: Keeping): void;
}

export function historyMetrics(registry: Registry): HistoryMetrics {
  const writable = gauge(
    registry,
    'vigie_history_writable',
    'Whether runs could be written to the history (1); 0: they wait in memory.',
    [],
  );
  const size = gauge(registry, 'vigie_history_size_bytes', 'What the history takes on disk.', []);
  const failures = new Counter({
    name: 'vigie_history_write_failures_total',
    help: 'Attempts to write to the history that failed.',
    registers: [registry],
  });
  const lost = new Counter({
    name: 'vigie_history_lost_runs_total',
    help: 'Runs that were given up, because neither disk nor memory had room for them.',
    registers: [registry],
  });
  return {
    fill(keeping) {
      for (const metric of [size, failures, lost]) metric.reset();
      writable.set(keeping.writable ? 1 : 0);
      failures.inc(keeping.failures);
      lost.inc(keeping.lost);
      if (keeping.bytes === null) size.remove();
      else size.set(keeping.bytes);
    },
  };
}
