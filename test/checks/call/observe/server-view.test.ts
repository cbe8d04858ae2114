import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  readFigures,
  readVersion,
  serverFindings,
  watchServers,
} from '../../../../src/checks/call/observe/server-view.ts';
import type { Finding, Found } from '../../../../src/checks/check.ts';
import { sentence } from '../../../../src/checks/sentence.ts';

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
const words = (found: Found<'call'> | undefined) => sentence('call', found!.cause, 'en');

describe("the servers' own view", () => {
  it('has gauges as they are and counters as they grew', async () => {
    let asked = 0;
    const videobridge = await serve(() => ({ body: BRIDGE(asked++ === 0 ? 5 : 7) }));
    const views = await watchServers({ videobridge }, never).views();
    const [finding] = serverFindings(views, [broken]);
    expect(finding).toMatchObject({
      cause: { id: 'server-view', server: 'videobridge', healthy: 1, current_endpoints: 3 },
      outcome: 'pass',
    });
    expect(words(finding)).toBe(
      'The videobridge reports: healthy, 3 endpoints, 3 of them send sound, 1 of them sends a picture, 2 ICE failures during the call.',
    );
  });

  it('is not reported where all is well', async () => {
    const videobridge = await serve(() => ({ body: BRIDGE(0) }));
    expect(serverFindings(await watchServers({ videobridge }, never).views(), [])).toEqual([]);
  });

  it.each<[string, () => { status?: number; body: string }, RegExp]>([
    ['it refuses', () => ({ status: 403, body: 'no' }), /jicofo could not be read: it answers 403/],
    ['it is something else', () => ({ body: '<html>' }), /not with the metrics of this server/],
  ])('says why it is missing: %s', async (_, answer, text) => {
    const views = await watchServers({ jicofo: await serve(answer) }, never).views();
    const [finding] = serverFindings(views, [broken]);
    expect(finding!.cause.id).toBe('server-view-missing');
    expect(words(finding)).toMatch(text);
  });

  it('says why it is missing: nobody answers', async () => {
    const jicofo = await serve(() => ({ body: '' }));
    await new Promise((resolve) => servers.pop()!.close(resolve));
    const views = await watchServers({ jicofo }, never).views();
    expect(views[0]!.fault).toEqual({
      trouble: 'no-answer',
      message: expect.stringMatching(/ECONNREFUSED/),
    });
  });

  describe('of their versions', () => {
    /** A server of these paths; all else is not there. */
    const serveAll = (paths: Record<string, string>) => {
      const server = createServer((request, response) => {
        const body = paths[request.url!];
        asked.push(request.url!);
        response.writeHead(body === undefined ? 404 : 200).end(body);
      }).listen(0, '127.0.0.1');
      servers.push(server);
      return new Promise<string>((resolve) =>
        server.once('listening', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
      );
    };
    let asked: string[] = [];
    afterEach(() => {
      asked = [];
    });
    const JICOFO = `# TYPE jitsi_jicofo_version info
# HELP jitsi_jicofo_version Application version
jitsi_jicofo_version_info{version="1.1.SNAPSHOT"} 1.0
# TYPE jitsi_jicofo_bridge_selector_bridge_version_count gauge
jitsi_jicofo_bridge_selector_bridge_version_count 1.0
jitsi_jicofo_conferences 0.0
`;
    const ABOUT = '{"name":"JVB","version":"2.3.SNAPSHOT","os":"Linux"}';

    it('takes that of the metrics, and otherwise what stands beside them', async () => {
      const jicofo = `${await serveAll({ '/metrics': JICOFO })}/metrics`;
      const videobridge = `${await serveAll({ '/jvb/metrics': BRIDGE(0), '/jvb/about/version': ABOUT })}/jvb/metrics`;
      const watch = watchServers({ jicofo, videobridge }, never);
      await expect
        .poll(() => watch.software().toSorted((a, b) => a.part.localeCompare(b.part)))
        .toEqual([
          { part: 'jicofo', name: 'JiCoFo', version: '1.1.SNAPSHOT' },
          { part: 'videobridge', name: 'JVB', version: '2.3.SNAPSHOT' },
        ]);
      expect(asked.toSorted()).toEqual(['/jvb/about/version', '/jvb/metrics', '/metrics']);
      watch.close();
    });

    it('knows it also where the metrics cannot be read', async () => {
      const origin = await serveAll({ '/about/version': ABOUT });
      const watch = watchServers({ videobridge: `${origin}/metrics` }, never);
      await expect.poll(() => watch.software()).toMatchObject([{ version: '2.3.SNAPSHOT' }]);
    });

    it.each([
      ['nothing', undefined],
      ['a page', '<!DOCTYPE html>'],
      ['something else', '{"version":{"major":2}}'],
      ['a list', '["2.3"]'],
      ['too much', `{"name":"JVB","version":"2.3","os":"${'x'.repeat(10_000)}"}`],
    ])('does not know it where the server answers with %s', async (_what, body) => {
      const origin = await serveAll({ '/metrics': BRIDGE(0), ...(body && { '/about/version': body }) });
      const watch = watchServers({ videobridge: `${origin}/metrics` }, never);
      await expect.poll(() => asked).toContain('/about/version');
      const [view] = await watch.views();
      expect(view!.fault).toBeNull();
      expect(watch.software()).toEqual([]);
    });

    it('waits for nobody, and leaves no question open', async () => {
      let closed = false;
      const server = createServer((request, response) => {
        if (request.url === '/metrics') response.end(BRIDGE(0));
        else
          request.once('close', () => {
            closed = true;
          });
        asked.push(request.url!);
      }).listen(0, '127.0.0.1');
      servers.push(server);
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      const watch = watchServers({ videobridge: `http://127.0.0.1:${port}/metrics` }, never);
      await expect.poll(() => asked).toContain('/about/version');
      expect(watch.software()).toEqual([]);
      watch.close();
      await expect.poll(() => closed).toBe(true);
    });

    it.each([
      ['jitsi_jicofo_version_info{a="1",version="1.1",} 1', '1.1'],
      ['jitsi_jicofo_version_info{version="a\\"b\\\\c"} 1', 'a"b\\c'],
      ['jitsi_jicofo_version_info{bridge_version="1.1"} 1', undefined],
      ['jitsi_jicofo_version_info{version=""} 1', undefined],
      ['# jitsi_jicofo_version_info{version="1.1"} 1', undefined],
      ['jitsi_jvb_version_info{version="1.1"} 1', undefined],
    ])('reads %s', (text, version) => {
      expect(readVersion('jicofo', `jitsi_jicofo_conferences 1\n${text}\n`)?.version).toBe(version);
    });
  });

  it('adds up the series of one name', () => {
    expect(
      readFigures('jicofo', 'jitsi_jicofo_conferences{a="1"} 2\njitsi_jicofo_conferences{a="2"} 3\n'),
    ).toEqual({
      conferences: 5,
    });
  });
});
