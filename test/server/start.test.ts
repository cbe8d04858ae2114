/** Runs that are started from a page. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/base/units.ts';
import type { Access } from '../../src/server/access.ts';
import { aRun } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let server: TestServer;
let access: Access;
beforeEach(async () => {
  access = { token: new Secret('open-sesame'), open: false };
  server = testServer({ access: () => access });
  server.scheduler.update([fakeCheck({ ms: 5, schedule: { everyMs: 3_600_000 } })]);
  await expect.poll(() => server.scheduler.checks()[0]!.activity).toBeNull();
});
afterEach(() => server.close());

const send = (payload: string, headers: Record<string, string> = {}, name = 'meet') =>
  server.app.inject({
    method: 'POST',
    url: `/checks/${name}/run`,
    headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload,
  });
const page = async (url: string) => (await server.app.inject({ url, headers: { accept: 'text/html' } })).body;
const started = () => server.scheduler.checks()[0]!.activity !== null;

describe('a form', () => {
  it('asks for the token, and leads to the run that it starts', async () => {
    const form = await page('/checks/meet');
    expect(form).toContain('<form class="start" method="post" action="/checks/meet/run">');
    expect(form).toMatch(/<label for="token">.*<input id="token" name="token" type="password"/s);
    const { statusCode, headers } = await send('token=open-sesame');
    expect(statusCode).toBe(303);
    const { activity } = server.scheduler.checks()[0]!;
    expect(headers.location).toBe(`/runs/${activity!.id}`);
    expect(activity).toMatchObject({ trigger: 'hand' });
  });

  it('leads to the run that is on already', async () => {
    server.scheduler.update([fakeCheck({ ms: 3000, schedule: { everyMs: 3_600_000 } })]);
    const [first, second] = await Promise.all([send('token=open-sesame'), send('token=open-sesame')]);
    expect([second.statusCode, second.headers.location]).toEqual([303, first.headers.location]);
  });

  it.each([
    ['', 401, 'The token of the configuration (server.token) is needed'],
    ['token=', 401, 'The token of the configuration (server.token) is needed'],
    ['token=guess', 403, 'The token is not the configured one.'],
  ])('with "%s" is refused with %i', async (payload, status, words) => {
    const { statusCode, body } = await send(payload);
    expect([statusCode, body.includes(words), started()]).toEqual([status, true, false]);
    expect(body).not.toContain('open-sesame');
  });

  it('is on the page of a run, unless its check is not configured any more', async () => {
    const [run, other] = [aRun(), aRun({ check: 'gone' })];
    for (const each of [run, other]) server.store.append(each);
    expect(await page(`/runs/${run.id}`)).toContain('action="/checks/meet/run"');
    expect(await page(`/runs/${other.id}`)).not.toContain('<form');
  });

  it('is not there where no token is configured, and what is sent all the same is refused', async () => {
    access = { token: null, open: false };
    const closed = await page('/checks/meet');
    expect(closed).not.toContain('<form');
    expect(closed).toContain('the configuration has no server.token');
    expect((await send('token=')).statusCode).toBe(403);
    expect(started()).toBe(false);
  });

  it('needs no token on the sandbox', async () => {
    access = { token: null, open: true };
    const form = await page('/checks/meet');
    expect(form).toContain('<form');
    expect(form).not.toContain('password');
    expect((await send('')).statusCode).toBe(303);
  });

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:80', host: 'localhost:80' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ])('of another site is refused: %o', async (headers) => {
    access = { token: null, open: true };
    const { statusCode, body } = await send('', headers as unknown as Record<string, string>);
    expect([statusCode, started()]).toEqual([403, false]);
    expect(body).toContain('page of another site');
  });

  it('of our own is taken, also where a proxy calls us by another name', async () => {
    access = { token: null, open: true };
    const headers = {
      'sec-fetch-site': 'same-origin',
      origin: 'https://vigie.example.org',
      host: 'vigie:9797',
    };
    expect((await send('', headers)).statusCode).toBe(303);
  });

  it('for a check that does not exist is refused', async () => {
    expect((await send('token=open-sesame', {}, 'none')).statusCode).toBe(404);
    expect((await send('token=open-sesame', {}, '..%2f..%2fhealthz')).statusCode).toBe(404);
  });

  it('that is too large is refused', async () => {
    expect((await send(`token=${'x'.repeat(5000)}`)).statusCode).toBe(413);
  });
});
