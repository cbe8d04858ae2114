/** Two connections in a real Chromium: which candidates each gives away, and over what they meet. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { launch } from '../../../../src/browsers/launch.ts';
import { needs } from '../../../support/needs.ts';

const FOLDER = join(import.meta.dirname, '../../../../src/checks/call/page');
const outside = Object.values(networkInterfaces())
  .flat()
  .filter((one) => one && !one.internal && !one.address.startsWith('fe80:'));
const both = ['IPv4', 'IPv6'].every((family) => outside.some((one) => one?.family === family))
  ? null
  : 'this machine has no addresses of both families';

/** What the page does; the first connection is limited. */
const meet = (family: 4 | 6 | null) => `(async () => {
  const { ofFamily } = await import('/family.ts');
  const Limited = ofFamily(RTCPeerConnection, () => ${family});
  const [one, other] = [new Limited(), new RTCPeerConnection()];
  const given = [];
  one.onicecandidate = ({ candidate }) => {
    if (!candidate?.address) return;
    given.push(candidate.address);
    void other.addIceCandidate(candidate);
  };
  other.onicecandidate = ({ candidate }) => candidate && void one.addIceCandidate(candidate);
  const channel = one.createDataChannel('x');
  const open = new Promise((done) => { channel.onopen = done; });
  await one.setLocalDescription(await one.createOffer());
  await other.setRemoteDescription(one.localDescription);
  await other.setLocalDescription(await other.createAnswer());
  await one.setRemoteDescription(other.localDescription);
  await open;
  const stats = [...(await one.getStats()).values()];
  return {
    given,
    sdp: one.localDescription.sdp,
    remote: stats.filter(({ type }) => type === 'remote-candidate').map(({ address }) => address),
  };
})()`;

const families = (addresses: readonly string[]) =>
  [...new Set(addresses.map((address) => (address.includes(':') ? 6 : 4)))].toSorted((a, b) => a - b);

async function page(path: string): Promise<[type: string, body: string]> {
  if (!path.endsWith('.ts')) return ['text/html', '<title>page</title>'];
  return ['text/javascript', stripTypeScriptTypes(await readFile(join(FOLDER, path), 'utf8'))];
}

describe('media', needs(both), () => {
  it.each([4, 6, null] as const)(
    'over family %s',
    async (family) => {
      const server = createServer((request, response) => {
        void page(request.url!).then(([type, body]) => response.setHeader('content-type', type).end(body));
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      onTestFinished(() => void server.close());
      const browser = await launch('chromium', { insecure: false, signal: AbortSignal.timeout(30_000) });
      onTestFinished(() => browser.close());
      const opened = await browser.open();
      await opened.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const seen = (await opened.evaluate(meet(family))) as {
        given: string[];
        sdp: string;
        remote: string[];
      };
      const described = [...seen.sdp.matchAll(/^a=candidate:(?:\S+ ){4}(\S+)/gm)].map(([, at = '']) => at);
      const expected = family ? [family] : [4, 6];
      expect(families(seen.given)).toEqual(expected);
      expect(families(described)).toEqual(expected);
      expect(families(seen.remote)).toEqual(expected);
    },
    60_000,
  );
});
