/** Metrics of a signaling check: does each part of the way into a call answer, and how soon. */
import type { Registry } from 'prom-client';
import { allOk, gauge, seconds } from './collector.ts';
import type { Collector } from './face.ts';

export function signalingMetrics(registry: Registry): Collector<'signaling'> {
  const ok = gauge(
    registry,
    'vigie_signaling_part_ok',
    'Whether a part of joining a call works (1), or not (0); absent where it is not offered, was not reached, or could not be judged.',
    ['check', 'part'],
  );
  const time = gauge(
    registry,
    'vigie_signaling_part_seconds',
    'How long a part that works needed to answer, with the connection to it; of several servers, the slowest.',
    ['check', 'part'],
  );
  const expiry = gauge(
    registry,
    'vigie_signaling_certificate_expiry_timestamp_seconds',
    'When the first certificate of the deployment expires, of those of its web front and its TURN servers.',
    ['check'],
  );
  const all = [ok, time, expiry];
  return {
    reset() {
      for (const metric of all) metric.reset();
    },
    add({ parts, certificates }, { check }) {
      for (const [part, its] of Map.groupBy(parts, ({ name }) => name)) {
        const value = allOk(its.map((one) => one.ok));
        if (value === null) continue;
        ok.set({ check, part }, value ? 1 : 0);
        const times = its.flatMap(({ ms }) => ms ?? []);
        if (value && times.length > 0) time.set({ check, part }, seconds(Math.max(...times)));
      }
      const expiries = certificates.flatMap(({ validTo }) => (validTo === null ? [] : [Date.parse(validTo)]));
      if (expiries.length > 0) expiry.set({ check }, seconds(Math.min(...expiries)));
    },
  };
}
