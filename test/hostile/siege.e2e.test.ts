/** A real `vigie serve` under attack from everything that it watches, and from whoever looks at it. */
import { expect, it } from 'vitest';
import { siege } from './siege.ts';

it('hostile targets and viewers end, blind and fool nothing', { timeout: 400_000 }, async () => {
  const found = await siege({ seconds: 40, calls: false });
  const { attacks, honest, healthzMs, healthz99Ms, peakMb } = found;
  process.stdout.write(
    `siege: ${attacks} attacks, ${honest} honest runs, longest /healthz ${healthzMs.toFixed(0)} ms (99 % within ${healthz99Ms.toFixed(0)} ms), peak memory ${peakMb.toFixed(0)} MB\n`,
  );
  expect(found.wrong).toEqual([]);
  expect(attacks).toBeGreaterThan(50);
  expect(honest).toBeGreaterThanOrEqual(3);
  expect(peakMb).toBeLessThan(700);
  expect(found.status).toBe(0);
  expect(found.left).toMatchObject({ processes: 0, zombies: 0, entries: found.left.entries && [] });
  expect(found.log).not.toContain('internal error');
});
