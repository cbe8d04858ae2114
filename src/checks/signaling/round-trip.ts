/** How long the XMPP server takes for a question. Whoever joins asks a dozen, one after the other. */
import { within } from '../../base/deadline.ts';
import { median } from '../../base/median.ts';
import { findEnded } from './inspection.ts';
import { failureOver, type Joining, type LoggedIn } from './joining.ts';
import { StanzaError, type XmppSession } from './xmpp/session.ts';
import { NS } from './xmpp/stream.ts';

/**
 * The middle one counts: a pause of this machine is nobody's slowness, and a server that limits its clients (prosody's mod_limits) answers
 * the first at once, and reads the next one later.
 */
const QUESTIONS = 3;

/** Asks our own server whether it is there (XEP-0199), and reports one that is slow. */
export async function measureRoundTrip(joining: Joining, loggedIn: Promise<LoggedIn>): Promise<void> {
  const { deployment, options, context, inspection } = joining;
  const { session, nobody } = await loggedIn;
  if (!session) {
    inspection.skip('round-trip', nobody);
    return;
  }
  const target = deployment.domain;
  try {
    const times = await within(options.timeout, context.signal, async () => {
      const taken: number[] = [];
      for (let i = 0; i < QUESTIONS; i += 1) taken.push(await roundTrip(session));
      return taken;
    });
    const roundTripMs = Math.max(1, Math.round(median(times)));
    const threshold = options.maxRoundTrip;
    inspection.part('round-trip', {
      target,
      ok: true,
      ms: roundTripMs,
      remark: { kind: 'round-trip', questions: QUESTIONS },
    });
    if (roundTripMs > threshold) {
      const cause = { id: 'signaling-slow', roundTripMs, threshold } as const;
      inspection.find({ cause, outcome: 'degraded', where: 'signaling' });
    }
  } catch (cause) {
    context.signal.throwIfAborted();
    const { why } = failureOver(joining, session.transport, cause);
    findEnded(inspection, session, why);
    inspection.part('round-trip', { target, remark: { kind: 'failed', why } });
  }
}

/** A server that has no such answer says so, which takes as long. */
async function roundTrip(session: XmppSession): Promise<number> {
  const start = performance.now();
  await session.ask('get', null, `<ping xmlns="${NS.ping}"/>`).catch((cause: unknown) => {
    if (!(cause instanceof StanzaError)) throw cause;
  });
  return performance.now() - start;
}
