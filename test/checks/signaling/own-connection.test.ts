import { expect, it, onTestFinished } from 'vitest';
import { fakeDeployment } from '../../support/signaling/fake-xmpp.ts';
import { check, NO_TURN, reported } from '../../support/signaling/harness.ts';

it('a WebSocket has a connection of its own: a kept one may be closed just when it is used', async () => {
  const used = new WeakSet();
  const deployment = await fakeDeployment({
    seen: ({ socket, headers }) => {
      if (headers.upgrade && used.has(socket)) socket.destroy();
      used.add(socket);
    },
  });
  onTestFinished(() => deployment.close());
  expect(reported(await check(deployment.url, { timeout: '5s' }))).toEqual([NO_TURN]);
});
