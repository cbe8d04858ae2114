/** What collectors of metrics share. */
import { Gauge, type Registry } from 'prom-client';

/** A gauge in this registry. */
export function gauge<Label extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly Label[],
): Gauge<Label> {
  return new Gauge({ name, help, labelNames, registers: [registry] });
}

/** Milliseconds as the seconds that Prometheus counts in. */
export function seconds(ms: number): number {
  return ms / 1000;
}

/** Of several: false where one is false, null where one is not known and none is false. */
export function allOk(each: readonly (boolean | null)[]): boolean | null {
  if (each.includes(false)) return false;
  return each.includes(null) ? null : true;
}
