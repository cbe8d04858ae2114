import type { AddressInfo } from 'node:net';
import { createServer, type LookupFunction } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sentence } from '../../../src/checks/sentence.ts';
import { lookAtFamilies } from '../../../src/checks/signaling/families.ts';
import { signalingKind } from '../../../src/checks/signaling/index.ts';
import { Inspection } from '../../../src/checks/signaling/inspection.ts';
import { Web } from '../../../src/checks/web/client.ts';

/** A host that listens at 127.0.0.1, and has these addresses. */
async function looked(addresses: readonly string[], more: object = {}) {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const lookup: LookupFunction = (_host, _options, done) => done(null, found);
  const web = new Web({ insecure: false, lookup });
  onTestFinished(() => web.close());
  const inspection = new Inspection();
  const base = `http://both.example.org:${port}/`;
  const options = signalingKind.schema.parse({ url: base, timeout: '2s', ...more });
  const context = { signal: new AbortController().signal };
  await lookAtFamilies({ base, web, options, context, inspection });
  return inspection.findings.map(({ cause, outcome }) => ({
    said: `${outcome} ${cause.id}`,
    text: sentence('signaling', cause, 'en'),
  }));
}

describe('the address families of a web front', () => {
  it('that is not where its AAAA record leads is degraded', async () => {
    const found = await looked(['::1', '127.0.0.1']);
    // A machine without IPv6 says nothing of it.
    if (found.length === 0) return;
    expect(found).toMatchObject([{ said: 'degraded address-family-broken' }]);
    expect(found[0]!.text).toMatch(
      /IPv6 address ::1, too, where it is not: nothing listens at \[::1\]:\d+.+remove the AAAA record/,
    );
  });

  it.each([
    ['one family alone', ['127.0.0.1'], {}],
    ['a family that was not asked for', ['::1', '127.0.0.1'], { family: 4 }],
    ['no address that answers', ['::1', '127.0.0.2'], {}],
  ])('are nothing to say with %s', async (_what, addresses, more) => {
    expect(await looked(addresses, more)).toEqual([]);
  });
});
