import { describe, expect, it } from 'vitest';
import { list } from '../../../../src/base/words.ts';
import { type Attempt, refusals, standstills } from '../../../../src/checks/call/judge/obstacles.ts';
import type { Refusal } from '../../../../src/checks/call/observe/facts.ts';
import { sentence } from '../../../../src/checks/sentence.ts';
import { type Scripted, scene, WELL } from '../../../support/call/scene.ts';

/** What was reported to a participant. */
const refused = (participant: string, error: string, stage = 'conference'): Refusal => ({
  participant,
  detail: { stage, error },
});

const attempt = (people: readonly Scripted[], ...refusals_: Refusal[]): Attempt => ({
  ...scene(people),
  refusals: refusals_,
});

const words = (cause: { readonly id: string }) => sentence('call', cause, 'en');
const said = (call: Attempt) =>
  refusals(call).map(({ finding: { cause, outcome, where }, participants }) => ({
    cause,
    outcome,
    where,
    text: words(cause),
    participants,
  }));
const stuck = (call: Attempt) =>
  standstills(call, refusals(call)).map(({ finding: { cause, where } }) => ({
    id: cause.id,
    where,
    text: words(cause),
  }));

/** The events of somebody who came so far and no further. */
const until = (name: string) => WELL.slice(0, WELL.findIndex((event) => event.name === name) + 1);
const signaling: Scripted = { events: until('signaling'), noPeer: true };
const connected: Scripted = { events: until('connected'), noPeer: true };
const joined: Scripted = { events: until('joined'), noPeer: true };

it('names are listed as in a sentence', () => {
  expect([[], ['A'], ['A', 'B'], ['A', 'B', 'C']].map(list)).toEqual(['', 'A', 'A and B', 'A, B and C']);
});

describe('what the deployment reported to participants', () => {
  it('is one finding where it reported to everybody the same', () => {
    const call = attempt(
      [connected, connected, connected],
      ...['C', 'A', 'B'].map((name) => refused(name, 'conference.videobridgeNotAvailable')),
    );
    expect(said(call)).toEqual([
      {
        cause: {
          id: 'bridge-unavailable',
          how: 'none',
          participants: ['A', 'B', 'C'],
          everybody: true,
          stage: 'conference',
          error: 'conference.videobridgeNotAvailable',
        },
        outcome: 'fail',
        where: 'bridge',
        text: 'Nobody can talk: jicofo has no videobridge to offer: none is in the brewery room that it watches or none is healthy ("There are no operational bridges" in its log), all are shutting down ("All operational bridges are SHUTTING_DOWN"), or none has the version that the conference needs ("There are no bridges with the required version").',
        participants: ['A', 'B', 'C'],
      },
    ]);
  });

  it.each([
    [429, /answered with status 429, a limit of how often it is asked; jicofo was not asked/],
    [502, /answered with status 502; jicofo, or the path to it/],
    [null, /the conference request fails; jicofo/],
  ])('has the status of a conference request that fails: %s', (status, text) => {
    const detail = { of: 'conference-request', status };
    const refusal = status === null ? [] : [{ at: 0, name: 'server-refused', detail }];
    const one: Scripted = { ...connected, events: [...connected.events!, ...refusal] };
    const call = attempt([one, {}, {}], refused('A', 'connection.conferenceRequestFailed'));
    expect(said(call)[0]!.text).toMatch(text);
  });

  it('is that they are visitors, where jicofo sends them to another node', () => {
    const call = attempt([connected, connected, {}], refused('B', 'connection.redirected'));
    expect(said(call)).toMatchObject([
      {
        cause: { id: 'visitors-only', participants: ['B'] },
        where: 'signaling',
        text: expect.stringMatching(/^B cannot take part: jicofo makes them visitors/),
      },
    ]);
  });

  it('names those who are out, each once', () => {
    const call = attempt(
      [connected, {}, connected],
      refused('C', 'conference.max_users'),
      refused('A', 'conference.max_users'),
      refused('C', 'conference.max_users'),
    );
    expect(said(call)).toMatchObject([
      {
        cause: { id: 'room-full', participants: ['A', 'C'], everybody: false },
        where: 'signaling',
        text: 'A and C cannot take part: the deployment allows no more participants in a room.',
      },
    ]);
  });

  it('is reported separately where it differs', () => {
    const call = attempt(
      [connected, connected, {}],
      refused('A', 'conference.connectionError.membersOnly'),
      refused('B', 'conference.passwordRequired'),
    );
    expect(said(call).map(({ cause, text }) => `${cause.id}: ${text}`)).toEqual([
      'lobby: A cannot take part: the room has a lobby; a moderator would have to let Vigie in.',
      'room-locked: B cannot take part: the room asks for a password, although none was set.',
    ]);
  });

  it('is quoted where it is unknown, or an exception in the page', () => {
    expect(said(attempt([connected, {}], refused('A', 'conference.newInTheNextRelease')))).toMatchObject([
      {
        cause: { id: 'call-failed', error: 'conference.newInTheNextRelease' },
        text: 'A cannot take part: lib-jitsi-meet gave up (conference.newInTheNextRelease).',
      },
    ]);
    expect(said(attempt([{}, {}], refused('A', 'JitsiMeetJS.init is not a function', 'page')))).toMatchObject(
      [{ text: 'A cannot take part: lib-jitsi-meet gave up (JitsiMeetJS.init is not a function).' }],
    );
  });

  it('distinguishes a signaling connection that broke from one that never was', () => {
    const never = attempt([signaling, {}], refused('A', 'connection.otherError', 'connection'));
    expect(said(never)).toMatchObject([
      {
        cause: { id: 'signaling-failed', how: 'none', transport: 'websocket' },
        text: 'A cannot take part: no connection to the XMPP server (prosody) over WebSocket.',
      },
    ]);
    const bosh: Scripted = {
      events: [{ name: 'signaling', detail: { transport: 'bosh' } }, { name: 'connected' }],
    };
    const broke = attempt([bosh, {}], refused('A', 'connection.droppedError', 'connection'));
    expect(said(broke)).toMatchObject([
      {
        cause: { id: 'signaling-lost', transport: 'bosh' },
        text: 'A cannot take part: the signaling connection over BOSH breaks off.',
      },
    ]);
  });
});

describe('where nobody was given a reason', () => {
  it.each<[string, Scripted, string, string, string]>([
    [
      'no signaling',
      signaling,
      'signaling-failed',
      'signaling',
      'no connection to the XMPP server (prosody) over WebSocket',
    ],
    [
      'not in the room',
      connected,
      'join-timeout',
      'signaling',
      'connected, but the room does not let them in (no answer)',
    ],
    [
      'no media session',
      joined,
      'bridge-unavailable',
      'bridge',
      'in the room, but jicofo offers no media session: perhaps the videobridge that it chose refuses, or does not answer it (its log has the name of this room)',
    ],
    [
      'no ICE',
      { ice: 'checking' },
      'ice-failed',
      'unknown',
      'no media connection to the bridge (ICE finds no working transport: are UDP and TURN blocked or down?)',
    ],
    [
      'ICE that broke',
      {
        ice: 'disconnected',
        events: [
          ...WELL,
          { name: 'peer-connectionstatechange', detail: { ice: 'connected', connection: 'connected' } },
        ],
      },
      'media-connection-lost',
      'unknown',
      'the media connection broke off',
    ],
    [
      'DTLS that is never agreed on',
      {
        ice: 'disconnected',
        events: [...WELL, { name: 'peer-iceconnectionstatechange', detail: { ice: 'connected' } }],
      },
      'dtls-failed',
      'unknown',
      'a transport for media was found (ICE), but its encryption is not established (DTLS; are packets lost?)',
    ],
    [
      'a channel that never opened',
      { events: until('joined') },
      'bridge-channel-closed',
      'signaling',
      'media is connected, but the bridge channel (colibri WebSocket or SCTP) is not open, so no stream is announced',
    ],
  ])('%s is said of how far everybody came', (_what, person, id, where, text) => {
    expect(stuck(attempt([person, person, person]))).toEqual([
      { id, where, text: `Nobody can talk: ${text}.` },
    ]);
    expect(stuck(attempt([{}, person, {}]))).toEqual([{ id, where, text: `B cannot take part: ${text}.` }]);
  });

  it('who is in the room and sees nobody there is in another one', () => {
    const alone: Scripted = {
      events: joined.events!.filter(({ name }) => name !== 'user-joined'),
      noPeer: true,
    };
    expect(stuck(attempt([{}, alone, {}]))).toMatchObject([{ id: 'room-split', where: 'signaling' }]);
  });

  it('is nothing where everybody is in the call', () => {
    expect(stuck(attempt([{}, {}, {}]))).toEqual([]);
  });

  it('a direct connection needs no bridge channel', () => {
    expect(standstills(scene([{ events: until('joined') }, {}], { p2p: true }), [])).toEqual([]);
  });

  it('says nothing of those who were given a reason', () => {
    const call = attempt([connected, connected, {}], refused('A', 'conference.max_users'));
    expect(stuck(call)).toMatchObject([{ id: 'join-timeout', text: expect.stringMatching(/^B cannot/) }]);
  });

  it('says nothing of somebody who waits alone: nobody is offered a session with himself', () => {
    expect(
      stuck(attempt([joined, connected], refused('B', 'conference.connectionError.notAllowed'))),
    ).toEqual([]);
    expect(stuck(attempt([joined, connected, connected])).map(({ text }) => text)).toEqual([
      'B and C cannot take part: connected, but the room does not let them in (no answer).',
    ]);
  });
});
