/** Vigie's clock in a call: milliseconds since the epoch that never go back. */
export const now = (): number => performance.timeOrigin + performance.now();
