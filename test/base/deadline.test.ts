import { describe, expect, it } from 'vitest';
import { OutOfTime, orGiveUp, within } from '../../src/base/deadline.ts';

const never = new AbortController().signal;
const forever = () => new Promise<never>(() => {});

describe('a deadline for others', () => {
  it('gives what the work gives, and aborts what it leaves behind', async () => {
    let left: AbortSignal | null = null;
    expect(
      await within(1000, never, async (signal) => {
        left = signal;
        return 5;
      }),
    ).toBe(5);
    expect(left!.aborted).toBe(true);
    await expect(within(1000, never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('ends work that does not listen, and says why it ended', async () => {
    await expect(within(100, never, forever)).rejects.toBeInstanceOf(OutOfTime);
    await expect(
      within(
        100,
        never,
        (signal) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('less')))),
      ),
    ).rejects.toBeInstanceOf(OutOfTime);
  });

  it('ends when the run does, with its reason', async () => {
    const run = new AbortController();
    const working = within(10_000, run.signal, forever);
    run.abort(new Error('cancelled'));
    await expect(working).rejects.toThrow('cancelled');
    await expect(within(10_000, run.signal, async () => 5)).rejects.toThrow('cancelled');
  });

  it('does not count the time in which we stood still ourselves', async () => {
    const answered = within(1000, never, async () => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      // As a machine without processor time would: well beyond the deadline.
      const until = performance.now() + 1500;
      while (performance.now() < until);
      await new Promise((resolve) => setTimeout(resolve, 60));
      return 'late, by our own fault';
    });
    expect(await answered).toBe('late, by our own fault');
  });
});

describe('work that may hang', () => {
  it('is waited for while nothing aborts it', async () => {
    expect(await orGiveUp(Promise.resolve(1), new AbortController().signal, 0)).toBe(1);
  });

  it('has its time after the abort, and is then given up', async () => {
    const aborted = AbortSignal.abort(new Error('deadline'));
    const late = new Promise<number>((resolve) => {
      setTimeout(() => resolve(2), 20);
    });
    expect(await orGiveUp(late, aborted, 60_000)).toBe(2);
    await expect(orGiveUp(new Promise(() => {}), aborted, 1)).rejects.toThrow('deadline');
  });
});
