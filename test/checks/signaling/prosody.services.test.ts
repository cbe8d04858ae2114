/** A real prosody: its version, which the Jitsi of the other tests does not report, and accounts. */
import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/checks/check.ts';
import { keys, rsa } from '../../support/accounts.ts';
import { needs, programs } from '../../support/needs.ts';
import { configWith } from '../../support/signaling/fake-xmpp.ts';
import { check, deployment, part, reported } from '../../support/signaling/harness.ts';
import { installed, noPlugins, noProsody, type Prosody, prosody } from '../../support/signaling/prosody.ts';

/** A check of a deployment with this prosody, over one transport. */
async function checkWith(
  { websocket, bosh }: Prosody,
  more: object = {},
  over: 'websocket' | 'bosh' = 'websocket',
): Promise<Run> {
  const address = over === 'websocket' ? { websocket } : { bosh };
  const made = await deployment({
    config: (host) =>
      configWith({ ...address, conferenceRequestUrl: `http://${host}/conference-request/v1` }),
  });
  return check(made.url, { timeout: '5s', ...more });
}

const wrong = (run: Run) => reported(run).filter((finding) => !finding.startsWith('pass '));
const causeOf = (run: Run, id: string) => run.findings.find((finding) => finding.id === id)?.cause;

describe('a real prosody', needs(noProsody), () => {
  it('reports its version over WebSocket and over BOSH', async () => {
    const server = await prosody('authentication = "anonymous"');
    for (const over of ['websocket', 'bosh'] as const) {
      const run = await checkWith(server, {}, over);
      expect(wrong(run)).toEqual([]);
      expect(run.software).toEqual([{ part: 'prosody', name: 'Prosody', version: installed }]);
    }
  });

  it('takes a user with a password, over WebSocket and over BOSH, by SCRAM', async () => {
    const server = await prosody('authentication = "internal_hashed"', { accounts: { host: 'pa,ss=wörd' } });
    for (const over of ['websocket', 'bosh'] as const) {
      const run = await checkWith(server, { account: { user: 'host', password: 'pa,ss=wörd' } }, over);
      expect(wrong(run)).toEqual([]);
      expect(part(run, 'login')).toMatchObject({
        ok: true,
        detail: expect.stringMatching(/^with user and password/),
      });
    }
  });

  it('takes it by PLAIN where it offers nothing else', async () => {
    const server = await prosody(
      'authentication = "internal_hashed"\n disable_sasl_mechanisms = { "SCRAM-SHA-1", "SCRAM-SHA-256" }',
      {
        accounts: { host: 'wörd' },
      },
    );
    const run = await checkWith(server, { account: { user: 'host@meet.test', password: 'wörd' } });
    expect(wrong(run)).toEqual([]);
  });

  it('refuses a wrong password, and an account where there are none', async () => {
    const closed = await prosody('authentication = "internal_hashed"', { accounts: { host: 'right' } });
    const run = await checkWith(closed, { account: { user: 'host', password: 'WrongOne42' } });
    expect(wrong(run)).toEqual(['fail account-refused']);
    expect(causeOf(run, 'account-refused')).toMatchObject({ domain: 'meet.test' });
    expect(JSON.stringify(run)).not.toContain('WrongOne42');
    const open = await prosody('authentication = "anonymous"');
    const none = await checkWith(open, { account: { user: 'host', password: 'right' } });
    expect(causeOf(none, 'account-not-offered')).toMatchObject({ by: 'user' });
  });
});

describe('a real prosody with tokens', needs(noPlugins), () => {
  const SECRET = 'lab-secret-of-tokens';
  const TOKENS = `authentication = "token"; app_id = "vigie"; app_secret = "${SECRET}"; allow_empty_token = false`;
  const mint = { secret: SECRET, issuer: 'vigie', audience: 'vigie', subject: 'meet.test' };

  it('takes a token that is minted for the run (HS256)', async () => {
    const server = await prosody(TOKENS);
    for (const over of ['websocket', 'bosh'] as const) {
      const run = await checkWith(server, { account: { mint } }, over);
      expect(wrong(run)).toEqual([]);
      expect(part(run, 'login')).toMatchObject({ ok: true, detail: expect.stringMatching(/^with a token/) });
    }
  });

  it('refuses guests, a wrong secret, another issuer, and a token that has expired: each is another finding', async () => {
    const server = await prosody(TOKENS);
    expect(wrong(await checkWith(server))).toEqual(['fail password-required']);
    const forged = await checkWith(server, { account: { mint: { ...mint, secret: 'another' } } });
    expect(wrong(forged)).toEqual(['fail jwt-signature-invalid']);
    const foreign = await checkWith(server, { account: { mint: { ...mint, issuer: 'somebody' } } });
    expect(wrong(foreign)).toEqual(['fail jwt-refused']);
    expect(causeOf(foreign, 'jwt-refused')).toMatchObject({ said: expect.stringContaining('iss') });
    const token = keys.hs256(
      { iss: 'vigie', aud: 'vigie', sub: 'meet.test', room: '*', exp: 1_700_000_000 },
      SECRET,
    );
    const old = await checkWith(server, { account: { token } });
    expect(wrong(old)).toEqual(['fail jwt-expired']);
    expect(causeOf(old, 'jwt-expired')).toMatchObject({ expiredAt: '2023-11-14T22:13:20.000Z' });
    for (const run of [forged, foreign, old]) expect(JSON.stringify(run)).not.toMatch(/eyJ|another/);
  });

  it(
    'has another time: a token that is valid here is expired there',
    needs(programs('faketime')),
    async () => {
      const server = await prosody(TOKENS, { aheadMinutes: 60 });
      const run = await checkWith(server, { account: { mint } });
      expect(wrong(run)).toEqual(['fail jwt-clock-skew']);
      const { secondsAhead } = causeOf(run, 'jwt-clock-skew') as { secondsAhead?: number };
      expect(secondsAhead).toBeGreaterThan(3590);
      expect(secondsAhead).toBeLessThan(3610);
    },
  );

  it('takes a token of a private key (RS256), and no other', async () => {
    const { keyFile, publicKey } = rsa();
    const other = rsa();
    const server = await prosody(
      `authentication = "token"; app_id = "vigie"; signature_algorithm = "RS256"; asap_accepted_issuers = { "vigie" }; asap_accepted_audiences = { "vigie" }; app_secret = [[${publicKey}]]`,
    );
    const { secret: _none, ...claims } = mint;
    expect(wrong(await checkWith(server, { account: { mint: { ...claims, keyFile } } }))).toEqual([]);
    const forged = await checkWith(server, { account: { mint: { ...claims, keyFile: other.keyFile } } });
    expect(wrong(forged)).toEqual(['fail jwt-signature-invalid']);
  });
});
