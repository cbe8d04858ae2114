/** Node's own metrics, apart from Vigie's: memory, descriptors, event loop. */
import { collectDefaultMetrics, Registry } from 'prom-client';

let registry: Registry | null = null;

/** One registry for the process, made when it is first asked for: its collectors observe the process for good. */
export function processMetrics(): Registry {
  if (!registry) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
  }
  return registry;
}
