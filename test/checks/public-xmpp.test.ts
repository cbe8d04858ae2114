/** XMPP servers as they are out there: logins, rooms and lists of TURN servers that people have reported, each with what is right. */
import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/checks/check.ts';
import { NS } from '../../src/checks/signaling/xmpp/stream.ts';
import type { Behaviour } from '../support/signaling/fake-xmpp.ts';
import { check, deployment, reported } from '../support/signaling/harness.ts';

const asked = async (behaviour: Behaviour, more: object = {}) =>
  check((await deployment(behaviour)).url, more);
const said = (run: Run) => reported(run).filter((finding) => !/-not-offered$/.test(finding));

describe('a room that jicofo has made ready', () => {
  const refusing = (condition: string, text: string): Behaviour => ({
    xmpp: ({ name, attributes: { to, type } }) =>
      name === 'presence' && type === undefined
        ? [
            `<presence xmlns="jabber:client" from="${to}" type="error"><error type="cancel"><${condition} xmlns="${NS.stanzaErrors}"/><text xmlns="${NS.stanzaErrors}">${text}</text></error></presence>`,
          ]
        : null,
  });

  it('and that lets nobody in is a fail, with what the server says', async () => {
    const restricted = refusing('not-allowed', 'Room creation is restricted');
    const run = await asked(restricted);
    expect(said(run)).toEqual(['fail room-refused']);
    expect(run.findings[0]!.text).toMatch(/muc\.meet\.test .+ not-allowed \("Room creation is restricted"\)/);
    const meant = await asked(restricted, { expect: { guests: 'optional' } });
    expect(said(meant)).toEqual(['pass room-refused']);
  });

  it.each([
    ['registration-required', 'a lobby'],
    ['not-authorized', 'a password'],
    ['service-unavailable', 'a limit of participants'],
    ['not-acceptable', 'a name that is wanted'],
  ])('and that answers %s has %s', async (condition) =>
    expect(said(await asked(refusing(condition, '')))).toEqual([]),
  );
});

describe('TURN servers that browsers refuse', () => {
  const CREDENTIALS = 'username="1795370000" password="x"';
  // Tried in Chromium: with one of these in its list, no connection is made at all.
  it.each([
    [
      'a scheme in the host',
      'type="turns" host="https://turn.example.invalid" port="443" transport="tcp"',
      'fail',
    ],
    ['a port in the host', 'type="turn" host="192.0.2.1:3478" port="3478" transport="tcp"', 'fail'],
    ['IPv6 without brackets', 'type="turn" host="2001:db8::1" port="443" transport="tcp"', 'fail'],
    ['no host', 'type="turn" host="" port="3478" transport="tcp"', 'fail'],
    ['port 0, over UDP', 'type="turn" host="192.0.2.1" port="0" transport="udp"', 'degraded'],
    ['another transport', 'type="turns" host="192.0.2.1" port="5349" transport="tls"', 'degraded'],
  ])('%s', async (_what, attributes, outcome) => {
    const run = await asked({ services: `<service ${attributes} ${CREDENTIALS}/>` });
    expect(reported(run)).toEqual([`${outcome} turn-server-invalid`]);
  });
});

describe('a login', () => {
  it('that needs encryption, which a proxy before the server has, is no question of accounts', async () => {
    const run = await asked({
      xmpp: ({ name }) =>
        name === 'auth' ? [`<failure xmlns="${NS.sasl}"><encryption-required/></failure>`] : null,
    });
    expect(said(run)).toEqual(['fail login-failed']);
    expect(run.findings[0]!.text).toMatch(/consider_websocket_secure/);
  });
});
