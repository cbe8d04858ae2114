/** A guest who is led through a call from a page: who may begin it, what its page shows, how it ends. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Language } from '../../src/base/language.ts';
import { Secret } from '../../src/base/units.ts';
import { type GuestCall, Guests, type GuestTarget } from '../../src/server/guests.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

const LINK = 'https://meet.example.org/vigie-1a2b3c4d';

/** A call with a guest that goes on until it is stopped. */
class Call implements GuestCall {
  over = false;
  link: string | null = null;
  readonly asked: readonly [GuestTarget, Language];
  constructor(...asked: [GuestTarget, Language]) {
    this.asked = asked;
  }
  view(language: Language) {
    const report = this.over ? `The report <${language}>` : null;
    return { link: this.link, lines: ['A hears the guest'], steps: ['opens the link: works'], report };
  }
  async stop() {
    this.over = true;
  }
}

let server: TestServer;
let guests: Guests;
let calls: Call[];
beforeEach(async () => {
  calls = [];
  const start = (...asked: [GuestTarget, Language]) => {
    calls.push(new Call(...asked));
    return calls.at(-1)!;
  };
  const target = { url: 'https://meet.example.org/', insecure: false };
  guests = new Guests(start, (check) => (check === 'meet' ? target : undefined));
  server = testServer({ guests, access: () => ({ token: new Secret('open-sesame'), open: false }) });
  server.scheduler.update([fakeCheck({ ms: 5, schedule: { everyMs: 3_600_000 } })]);
  await expect.poll(() => server.scheduler.checks()[0]!.activity).toBeNull();
});
afterEach(() => server.close());

const post = (url: string, payload = '', headers: Record<string, string> = {}) =>
  server.app.inject({
    ...{ method: 'POST', url, payload },
    headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });
const page = (url: string, language = 'en') =>
  server.app.inject({ url, headers: { accept: 'text/html', 'accept-language': language } });
const begin = async (headers = {}) =>
  String((await post('/checks/meet/guest', 'token=open-sesame', headers)).headers.location);

describe('a guest', () => {
  it('is offered on the page of a call check, and begun with the token alone', async () => {
    expect((await page('/checks/meet')).body).toContain('action="/checks/meet/guest"');
    for (const payload of ['', 'token=guess'])
      expect((await post('/checks/meet/guest', payload)).statusCode).toBeGreaterThanOrEqual(401);
    const foreign = { 'sec-fetch-site': 'cross-site' };
    expect((await post('/checks/meet/guest', 'token=open-sesame', foreign)).statusCode).toBe(403);
    expect(calls).toEqual([]);
    expect(await begin({ 'accept-language': 'fr' })).toMatch(/^\/guests\/[0-9a-f]{32}$/);
    expect(calls[0]!.asked).toEqual([{ url: 'https://meet.example.org/', insecure: false }, 'fr']);
  });

  it('has a page with the link, a code of it, and what is known, in the reader’s language', async () => {
    const address = await begin();
    expect((await page(address)).body).toContain('The room is being opened');
    calls[0]!.link = LINK;
    const { body, headers } = await page(address, 'fr');
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toContain(`<a href="${LINK}">`);
    expect(body).toMatch(/<svg class="qr" role="img" aria-label="Code QR du lien"/);
    expect(body).toContain('<li>A hears the guest</li>');
    expect(body).toContain('<li>opens the link: works</li>');
    // Nobody else learns of the room.
    expect((await page('/checks/meet')).body).not.toContain('vigie-1a2b3c4d');
  });

  it('is one at a time, until it is stopped on its page, which then has the report', async () => {
    const address = await begin();
    expect((await post('/checks/meet/guest', 'token=open-sesame')).statusCode).toBe(409);
    const foreign = { 'sec-fetch-site': 'cross-site' };
    expect((await post(`${address}/stop`, '', foreign)).statusCode).toBe(403);
    expect((await post(`${address}/stop`)).headers.location).toBe(address);
    const { body } = await page(address);
    expect(body).toContain('<pre class="report-text">The report &lt;en&gt;</pre>');
    expect(body).not.toContain('/stop');
    expect(await begin()).not.toBe(address);
  });

  it('is not offered for other checks, and an address that nobody has is none', async () => {
    expect((await post('/checks/relay/guest', 'token=open-sesame')).statusCode).toBe(404);
    expect((await page('/guests/0123456789abcdef0123456789abcdef')).statusCode).toBe(404);
  });

  it('ends with the service', async () => {
    await begin();
    await guests.stop();
    expect(calls[0]!.over).toBe(true);
  });
});
