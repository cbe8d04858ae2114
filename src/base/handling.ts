/** Handlers of what a stranger sends, by event. */

/**
 * A handler whose exceptions are given to `fail`: what waits for the stranger's answer then learns of them. Thrown in an event
 * they would belong to nobody, and the whole run would be an `error` (`strays.ts`).
 */
export function handling<Args extends readonly unknown[]>(
  fail: (cause: Error) => void,
  handle: (...args: Args) => void,
): (...args: Args) => void {
  return (...args) => {
    try {
      handle(...args);
    } catch (cause) {
      fail(cause instanceof Error ? cause : new Error(String(cause)));
    }
  };
}
