/** How long an XMPP server takes for a question. */
import { expect, it } from 'vitest';
import type { Behaviour } from '../../support/signaling/fake-xmpp.ts';
import { check, deployment, NO_TURN, part, reported } from '../../support/signaling/harness.ts';

const isPing = (element: Parameters<NonNullable<Behaviour['xmpp']>>[0]) =>
  element.children.some(({ name }) => name === 'ping');

it('is measured where a ping is answered, and where it is refused', async () => {
  const asked: string[] = [];
  const made = await deployment({
    xmpp(element) {
      if (!isPing(element)) return null;
      asked.push(element.attributes.id!);
      return asked.length > 1 ? null : [`<iq xmlns="jabber:client" type="result" id="${asked[0]}"/>`];
    },
  });
  const run = await check(made.url);
  expect(reported(run)).toEqual([NO_TURN]);
  expect(part(run, 'round-trip')).toMatchObject({ ok: true, ms: expect.any(Number) });
  expect(new Set(asked).size).toBe(3);
});

it('above its threshold it is degraded', async () => {
  const made = await deployment({
    xmpp(element) {
      // Whatever answers in this process holds it up as well.
      if (isPing(element)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
      return null;
    },
  });
  const run = await check(made.url, { maxRoundTrip: '20ms' });
  expect(reported(run)).toEqual(['degraded signaling-slow', NO_TURN]);
  expect(run.findings[0]!.cause).toMatchObject({ threshold: 20 });
});

it('a server that answers no ping is not accused by it', async () => {
  const made = await deployment({ xmpp: (element) => (isPing(element) ? [] : null) });
  const run = await check(made.url);
  expect(reported(run)).toEqual([NO_TURN]);
  expect(part(run, 'round-trip')).toMatchObject({ ok: null });
});
