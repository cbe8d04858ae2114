/** An XMPP server that says more than anybody asked for. */
import { describe, expect, it } from 'vitest';
import { check, deployment, part } from '../../support/signaling/harness.ts';

describe('an XMPP server that never stops', () => {
  it('is left when what it said was not read', async () => {
    const stanza = `<message xmlns="jabber:client"><body>${'x'.repeat(100_000)}</body></message>`;
    let sent = 0;
    const { url } = await deployment({
      socket: (socket) => {
        socket.once('message', () => {
          for (; sent < 200; sent += 1) socket.send(stanza);
        });
      },
    });
    const before = process.memoryUsage.rss();
    const run = await check(url);
    expect(part(run, 'websocket')).toMatchObject({ ok: false });
    expect(process.memoryUsage.rss() - before).toBeLessThan(200_000_000);
  });
});
