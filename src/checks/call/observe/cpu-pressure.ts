/**
 * How much CPU pressure this machine was under: a fault of ours that makes sound and pictures late and makes them
 * pause. From the kernel's pressure stall information (Linux, Documentation/accounting/psi.rst).
 */
import { readFile } from 'node:fs/promises';

/** Above this share of waiting time, latencies and pauses say nothing of the deployment. */
export const HIGH_PRESSURE = 0.5;

/** Microseconds in which some task waited for a processor, since the machine started; null where it is not reported. */
async function waited(): Promise<number | null> {
  const text = await readFile('/proc/pressure/cpu', 'utf8').catch(() => '');
  const total = /^some .*total=(\d+)/m.exec(text)?.[1];
  return total === undefined ? null : Number(total);
}

/** Starts to measure; the function it gives returns the share of time, 0 to 1, in which tasks waited since then. */
export async function measureCpuPressure(): Promise<() => Promise<number | null>> {
  const before = await waited();
  const start = performance.now();
  return async () => {
    const after = await waited();
    const us = (performance.now() - start) * 1000;
    return before === null || after === null || us <= 0 ? null : Math.min(1, (after - before) / us);
  };
}
