/** What participants' questions to the XMPP server come to. */
import { describe, expect, it } from 'vitest';
import { networkFindings } from '../../../../src/checks/call/judge/network.ts';
import type { StepFacts } from '../../../../src/checks/call/observe/facts.ts';
import { signalingRoundTrip } from '../../../../src/checks/call/observe/pings.ts';
import { sentence } from '../../../../src/checks/sentence.ts';
import { START, scene, WELL } from '../../../support/call/scene.ts';

const LIMITS = { maxLoss: 0.05, maxRoundTrip: 250, maxSignalingRoundTrip: 1000 };

const ping = (ms: unknown, answered: unknown = true) => ({ name: 'xmpp-ping', detail: { ms, answered } });
const asking = (...pings: ReturnType<typeof ping>[]) => ({ events: [...WELL, ...pings] });
const judged = (people: Parameters<typeof scene>[0], startedAt = START) =>
  networkFindings({ ...scene(people), startedAt } as unknown as StepFacts, LIMITS);

describe('questions to the XMPP server', () => {
  it('that take long in the middle are degraded, and name whose', () => {
    const [finding, ...more] = judged([
      asking(ping(1400), ping(30), ping(1800)),
      asking(ping(30), ping(2000), ping(40)),
      asking(ping(5000, false), ping(5000, false)),
    ]);
    expect(more).toEqual([]);
    expect(finding).toEqual({
      cause: { id: 'signaling-slow', roundTripMs: { A: 1400, C: 5000 }, threshold: 1000 },
      outcome: 'degraded',
      where: 'signaling',
    });
    expect(sentence('call', finding!.cause, 'en')).toBe(
      'The XMPP server takes up to 5s for each question of A and C in the call (threshold 1s): whoever joins, leaves or mutes is noticed as much later. Look at the load of prosody, at its limits (mod_limits), and at the proxy before it.',
    );
    expect(sentence('call', finding!.cause, 'fr')).toContain('Le serveur XMPP met jusqu’à 5s à répondre');
  });

  it.each([
    ['one alone', asking(ping(4000))],
    ['two of which one is quick', asking(ping(4000), ping(20))],
    ['none, of a library that cannot ask', asking()],
    ['what no page of ours says', asking(ping(1e9), ping(-5), ping('2000'), ping(null))],
  ])('%s accuse nobody', (_, person) => {
    expect(judged([person, {}, {}])).toEqual([]);
  });

  it('of an earlier step do not count', () => {
    expect(judged([asking(ping(2000), ping(2000)), {}, {}], START + 1000)).toEqual([]);
  });

  it('come to the middle one, of two the shorter', () => {
    const of = (...times: number[]) =>
      signalingRoundTrip(times.map((ms) => ({ at: 0, ...ping(ms) })))?.ms ?? null;
    expect([of(), of(7), of(9, 3), of(9, 3, 5), of(4, 8, 1, 2)]).toEqual([null, 7, 3, 5, 2]);
  });
});
