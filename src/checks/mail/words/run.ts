/** Lines that a run is published with; they are in English wherever they are shown. */
import type { MessageResult } from '../result.ts';

/** The summary of a run in which nothing is wrong. */
export function passed(messages: readonly MessageResult[]): string {
  const worst = Math.max(...messages.map(({ delivery }) => delivery?.wholeMs ?? 0));
  const count = messages.length === 1 ? 'the test message' : `all ${messages.length} test messages`;
  return `${count} arrived within ${(worst / 1000).toFixed(1)} s of being sent; DKIM, SPF and DMARC pass`;
}

/** What became of one message, while the run is in progress. */
export function progress({ from, delivery, bounce, submission }: MessageResult): string {
  if (delivery) return `the message from ${from} arrived after ${delivery.wholeMs} ms`;
  if (bounce) return `the message from ${from} bounced`;
  return `the message from ${from}: ${submission.state}, not received`;
}
