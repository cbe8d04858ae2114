import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readFigures, serverFindings, watchServers } from '../../../src/checks/call/serverview.ts';
import type { Finding } from '../../../src/checks/check.ts';

const BRIDGE = (failed: number) => `# HELP jitsi_jvb_healthy Whether the bridge is healthy
# TYPE jitsi_jvb_healthy gauge
jitsi_jvb_healthy 1.0
jitsi_jvb_current_endpoints 3.0
jitsi_jvb_endpoints_sending_audio 3.0
jitsi_jvb_endpoints_sending_video 1.0
jitsi_jvb_endpoints_ice_failed_total ${failed}.0
jitsi_jvb_endpoints_ice_failed_created 1.795382777636E9
jitsi_jvb_conferences_by_size_bucket{le="3.0"} 0.0
`;

const broken: Finding = { id: 'stream-missing', outcome: 'fail', text: 'A does not see B.' };
const servers: Server[] = [];

async function serve(answer: () => { status?: number; body: string }): Promise<string> {
  const server = createServer((_, response) => {
    const { status = 200, body } = answer();
    response.writeHead(status).end(body);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const never = new AbortController().signal;

describe("the servers' own view", () => {
  it('has gauges as they are and counters as they grew', async () => {
    let asked = 0;
    const videobridge = await serve(() => ({ body: BRIDGE(asked++ === 0 ? 5 : 7) }));
    const views = await watchServers({ videobridge }, never).views();
    const [finding] = serverFindings(views, [broken]);
    expect(finding).toMatchObject({
      id: 'server-view',
      outcome: 'pass',
      text: 'The videobridge says of itself: healthy, 3 endpoints, 3 of them send sound, 1 of them sends a picture, 2 failures of ICE meanwhile.',
    });
  });

  it('is not told where all is well', async () => {
    const videobridge = await serve(() => ({ body: BRIDGE(0) }));
    expect(serverFindings(await watchServers({ videobridge }, never).views(), [])).toEqual([]);
  });

  it.each<[string, () => { status?: number; body: string }, RegExp]>([
    ['it refuses', () => ({ status: 403, body: 'no' }), /jicofo could not be read: it answers 403/],
    ['it is something else', () => ({ body: '<html>' }), /not with the metrics of this server/],
  ])('says why it is missing: %s', async (_, answer, text) => {
    const views = await watchServers({ jicofo: await serve(answer) }, never).views();
    expect(serverFindings(views, [broken])[0]!.text).toMatch(text);
  });

  it('says why it is missing: nobody answers', async () => {
    const jicofo = await serve(() => ({ body: '' }));
    await new Promise((resolve) => servers.pop()!.close(resolve));
    const views = await watchServers({ jicofo }, never).views();
    expect(views[0]!.fault).toMatch(/ECONNREFUSED/);
  });

  it('adds up the series of one name', () => {
    expect(
      readFigures('jicofo', 'jitsi_jicofo_conferences{a="1"} 2\njitsi_jicofo_conferences{a="2"} 3\n'),
    ).toEqual({
      conferences: 5,
    });
  });
});
