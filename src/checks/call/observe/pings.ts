/** How long the XMPP server took for a participant's questions. */

import type { RecordedEvent } from '../keep/recording.ts';
import { xmppPing } from '../keep/sample-schema.ts';

/** The middle one of its round trips, of two the shorter, in milliseconds; null where none was measured. */
export function signalingRoundTrip(
  timeline: readonly RecordedEvent[],
): { readonly ms: number; readonly pings: number } | null {
  const times = timeline
    .flatMap(({ name, detail }) => {
      const ping = name === 'xmpp-ping' ? xmppPing.safeParse(detail).data : undefined;
      return ping ? [ping.ms] : [];
    })
    .toSorted((a, b) => a - b);
  const ms = times[Math.floor((times.length - 1) / 2)];
  return ms === undefined ? null : { ms: Math.round(ms), pings: times.length };
}
