/** Limits of a real prosody and a real nginx: what they do to a participant is said as what it is. */
import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/checks/check.ts';
import { needs, programs } from '../../support/needs.ts';
import { nginx } from '../../support/nginx.ts';
import { configWith } from '../../support/signaling/fake-xmpp.ts';
import { check, deployment, part, reported } from '../../support/signaling/harness.ts';
import { noProsody, type ProsodySetup, prosody } from '../../support/signaling/prosody.ts';

const conferenceRequestUrl = '/conference-request/v1';
const wrong = (run: Run) => reported(run).filter((finding) => !finding.startsWith('pass '));
const text = (run: Run) => run.findings[0]!.text;

/** A check of a deployment with a prosody that has these limits. */
async function limited(
  setup: ProsodySetup,
  { over = 'websocket', ...more }: { over?: 'websocket' | 'bosh'; maxRoundTrip?: string } = {},
): Promise<Run> {
  const { websocket, bosh } = await prosody('authentication = "anonymous"', setup);
  const address = over === 'websocket' ? { websocket } : { bosh };
  const made = await deployment({
    config: (host) =>
      configWith({ ...address, conferenceRequestUrl: `http://${host}${conferenceRequestUrl}` }),
  });
  return check(made.url, { timeout: '5s', ...more });
}

describe('a real prosody with limits', needs(noProsody), () => {
  it('of its rate (mod_limits) is slow from the second question on: degraded', async () => {
    // Its unit "b" is ten bytes (`rate_units` of mod_limits). With twice this rate a busy machine asks too slowly to meet the limit.
    const limits = { modules: ['limits'], everywhere: 'limits = { c2s = { rate = "50b/s", burst = "2s" } }' };
    const run = await limited(limits, { maxRoundTrip: '200ms' });
    expect(wrong(run)).toEqual(['degraded signaling-slow']);
    expect(part(run, 'round-trip')!.ms).toBeGreaterThan(200);
    expect(text(run)).toContain('mod_limits');
  });

  it('of the size of stanzas throws out whoever is logged in: fail, once', async () => {
    const everywhere = 'c2s_stanza_size_limit = 120; websocket_frame_buffer_limit = 100000';
    let run = await limited({ everywhere });
    // Prosody closes the connection with stanzas of ours unread, which resets it: what it said is then lost with it, now and then.
    for (let again = 0; again < 5 && wrong(run)[0] === 'fail session-ended'; again++) {
      expect(wrong(run)).toHaveLength(1);
      run = await limited({ everywhere });
    }
    expect(wrong(run)).toEqual(['fail signaling-limited']);
    expect(run.findings[0]!.cause).toMatchObject({
      why: { kind: 'stream-error', condition: 'policy-violation', text: 'stanza too large' },
    });
    expect(text(run)).toMatch(
      /policy-violation \("stanza too large"\): a limit of size or rate \(in prosody c2s_stanza_size_limit/,
    );
  });

  it('of a WebSocket’s buffer ends the login, which is said with the limit', async () => {
    const run = await limited({ everywhere: 'websocket_frame_buffer_limit = 100' });
    expect(wrong(run)).toEqual(['fail login-failed']);
    expect(text(run)).toMatch(
      /resource-constraint \("frame buffer exceeded"\): a limit .*websocket_frame_buffer_limit/,
    );
  });
});

describe('a real nginx with limit_req', needs(programs('nginx')), () => {
  const zone = 'limit_req_zone $binary_remote_addr zone=z:1m rate=1r/m;';
  /** The second of two checks of a deployment of which this path is limited. */
  async function second(path: string, more = 'limit_req_status 429;'): Promise<Run> {
    const made = await deployment();
    const proxied = `proxy_pass ${made.url}; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; proxy_set_header Host $http_host;`;
    const port = await nginx({
      http: zone,
      server: `location / { ${proxied} } location ${path} { limit_req zone=z; ${more} ${proxied} }`,
    });
    const url = `http://127.0.0.1:${port}/`;
    await check(url, { timeout: '5s', bridge: false });
    return check(url, { timeout: '5s', bridge: false });
  }

  it('answers the conference request 429, which is a limit and not jicofo', async () => {
    const run = await second(conferenceRequestUrl);
    expect(wrong(run)).toEqual(['fail conference-request-failed']);
    expect(text(run)).toMatch(/^Not everybody can join: .*429 \(Too Many Requests: .*limit_req/);
  });

  it('and 503 without limit_req_status, which may be one', async () => {
    const run = await second(conferenceRequestUrl, '');
    expect(wrong(run)).toEqual(['fail conference-request-failed']);
    expect(text(run)).toContain('503 (nothing behind the web server answers; or a limit of it, as limit_req');
  });

  it('answers the WebSocket 429', async () => {
    const run = await second('/xmpp-websocket');
    expect(wrong(run)).toEqual(['fail websocket-failed']);
    expect(text(run)).toMatch(/status 429 where a WebSocket should open \(Too Many Requests/);
  });

  it('answers BOSH 429', async () => {
    const run = await second('/http-bind');
    expect(wrong(run)).toEqual(['degraded bosh-failed']);
    expect(text(run)).toMatch(/status 429 where BOSH should answer \(Too Many Requests/);
  });
});
