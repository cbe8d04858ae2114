/** Lines that a run is published with; they are in English wherever they are shown. */
import { inSeconds } from '../../../base/durations.ts';
import type { MessageResult } from '../result.ts';

/** The summary of a run in which nothing is wrong. */
export function passed(messages: readonly MessageResult[]): string {
  const worst = Math.max(...messages.map(({ delivery }) => delivery?.wholeMs ?? 0));
  const count = messages.length === 1 ? 'the test message' : `all ${messages.length} test messages`;
  return `${count} arrived within ${inSeconds(worst)} of being sent; DKIM, SPF and DMARC pass`;
}
