/** How long the XMPP server takes for a question, measured in the call through the library's own connection. */
import type { Say } from './protocol.ts';

/** A question that is not answered within this time counts as one that takes as long. */
const TIMEOUT_MS = 5000;
/** When questions are asked, after joining; then one each half a minute. */
const EARLY_MS = [1000, 3000, 5000] as const;
const THEN_MS = 30_000;
/** A call of an hour. */
const MOST = 120;

/** The part of a conference that can ask; in no release's documented interface, and in none of the oldest. */
export interface Asked {
  readonly xmpp?: { ping?(timeoutMs: number): Promise<unknown> };
}

/**
 * Asks now and then, from now on: a ping (XEP-0199) to the server that everybody is connected to. A library that cannot
 * is not asked. Source: lib-jitsi-meet, modules/xmpp/xmpp.ts, `ping(timeout)`.
 */
export function measurePings(room: Asked, say: Say): void {
  if (typeof room.xmpp?.ping !== 'function') return;
  let asked = 0;
  const ask = () => {
    asked += 1;
    void measure(room, say);
    if (asked < MOST)
      setTimeout(ask, asked < EARLY_MS.length ? EARLY_MS[asked]! - EARLY_MS[asked - 1]! : THEN_MS);
  };
  setTimeout(ask, EARLY_MS[0]);
}

async function measure(room: Asked, say: Say): Promise<void> {
  const start = performance.now();
  const took = () => Math.round(performance.now() - start);
  try {
    await room.xmpp!.ping!(TIMEOUT_MS);
    say('xmpp-ping', { ms: took(), answered: true });
  } catch (refused) {
    // A server that has no such answer says so (a stanza), which takes as long. Nothing is given where the time is over.
    const stanza = typeof refused === 'object' && refused !== null && !(refused instanceof Error);
    if (stanza) say('xmpp-ping', { ms: took(), answered: true });
    else if (took() >= TIMEOUT_MS) say('xmpp-ping', { ms: TIMEOUT_MS, answered: false });
  }
}
