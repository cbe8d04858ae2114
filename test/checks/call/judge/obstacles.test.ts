import { describe, expect, it } from 'vitest';
import { list } from '../../../../src/base/words.ts';
import { BrowserFault } from '../../../../src/browsers/faults.ts';
import type { Obstacle } from '../../../../src/checks/call/drive/obstacle.ts';
import {
  type Attempt,
  ownFaults,
  refusals,
  standstills,
} from '../../../../src/checks/call/judge/obstacles.ts';
import { type Scripted, START, scene, WELL } from '../../../support/call/scene.ts';

/** What was said to a participant. */
const refused = (participant: string, error: string, stage = 'conference'): Obstacle => ({
  whose: 'target',
  participant,
  detail: { stage, error },
  at: START,
});

const attempt = (people: readonly Scripted[], ...obstacles: Obstacle[]): Attempt => ({
  ...scene(people),
  obstacles,
});

const said = (call: Attempt) =>
  refusals(call).map(({ finding: { id, outcome, where, text }, participants }) => ({
    id,
    outcome,
    where,
    text,
    participants,
  }));
const stuck = (call: Attempt) =>
  standstills(call, refusals(call)).map(({ finding: { id, where, text } }) => ({ id, where, text }));

/** The events of somebody who came so far and no further. */
const until = (name: string) => WELL.slice(0, WELL.findIndex((event) => event.name === name) + 1);
const signaling: Scripted = { events: until('signaling'), noPeer: true };
const connected: Scripted = { events: until('connected'), noPeer: true };
const joined: Scripted = { events: until('joined'), noPeer: true };

it('names are listed as in a sentence', () => {
  expect([[], ['A'], ['A', 'B'], ['A', 'B', 'C']].map(list)).toEqual(['', 'A', 'A and B', 'A, B and C']);
});

describe('what the deployment told participants', () => {
  it('is one finding where it told everybody the same', () => {
    const call = attempt(
      [connected, connected, connected],
      ...['C', 'A', 'B'].map((name) => refused(name, 'conference.videobridgeNotAvailable')),
    );
    expect(said(call)).toEqual([
      {
        id: 'bridge-unavailable',
        outcome: 'fail',
        where: 'bridge',
        text: 'Nobody can talk: jicofo has no videobridge to offer.',
        participants: ['A', 'B', 'C'],
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
        id: 'room-full',
        where: 'signaling',
        text: 'A and C cannot take part: the deployment allows no more participants in a room.',
      },
    ]);
  });

  it('is told apart where it differs', () => {
    const call = attempt(
      [connected, connected, {}],
      refused('A', 'conference.connectionError.membersOnly'),
      refused('B', 'conference.passwordRequired'),
    );
    expect(said(call).map(({ id, text }) => `${id}: ${text}`)).toEqual([
      'lobby: A cannot take part: the room has a lobby; somebody would have to let us in.',
      'room-locked: B cannot take part: the room asks for a password, though nobody has set one.',
    ]);
  });

  it('is quoted where it is unknown, or an exception in the page', () => {
    expect(said(attempt([connected, {}], refused('A', 'conference.newInTheNextRelease')))).toMatchObject([
      {
        id: 'call-failed',
        text: 'A cannot take part: lib-jitsi-meet gave up (conference.newInTheNextRelease).',
      },
    ]);
    expect(said(attempt([{}, {}], refused('A', 'JitsiMeetJS.init is not a function', 'page')))).toMatchObject(
      [{ text: 'A cannot take part: lib-jitsi-meet gave up (JitsiMeetJS.init is not a function).' }],
    );
  });

  it('tells a signaling connection that broke from one that never was', () => {
    const never = attempt([signaling, {}], refused('A', 'connection.otherError', 'connection'));
    expect(said(never)).toMatchObject([
      {
        id: 'signaling-failed',
        text: 'A cannot take part: no connection over WebSocket to the signaling server (XMPP).',
      },
    ]);
    const bosh: Scripted = {
      events: [{ name: 'signaling', detail: { transport: 'bosh' } }, { name: 'connected' }],
    };
    const broke = attempt([bosh, {}], refused('A', 'connection.droppedError', 'connection'));
    expect(said(broke)).toMatchObject([
      { id: 'signaling-lost', text: 'A cannot take part: the signaling connection over BOSH breaks off.' },
    ]);
  });
});

describe('where nobody was told anything', () => {
  it.each<[string, Scripted, string, string, string]>([
    [
      'no signaling',
      signaling,
      'signaling-failed',
      'signaling',
      'no connection to the signaling server (XMPP) over WebSocket',
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
      'in the room, but jicofo offers no media session (no videobridge to offer?)',
    ],
    [
      'no ICE',
      { ice: 'checking' },
      'ice-failed',
      'unknown',
      'no media connection to the bridge (ICE finds no way: UDP and TURN blocked or down?)',
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
      'a way for media was found (ICE), but its encryption is not agreed on (DTLS; packets lost on the way?)',
    ],
    [
      'a channel that never opened',
      { events: until('joined') },
      'bridge-channel-closed',
      'signaling',
      'media is connected, but the bridge channel (colibri WebSocket or SCTP) is not open, so nobody is told of any stream',
    ],
  ])('%s is said of how far everybody came', (_what, person, id, where, text) => {
    expect(stuck(attempt([person, person, person]))).toEqual([
      { id, where, text: `Nobody can talk: ${text}.` },
    ]);
    expect(stuck(attempt([{}, person, {}]))).toEqual([{ id, where, text: `B cannot take part: ${text}.` }]);
  });

  it('is nothing where everybody is in the call', () => {
    expect(stuck(attempt([{}, {}, {}]))).toEqual([]);
  });

  it('a direct connection needs no bridge channel', () => {
    expect(standstills(scene([{ events: until('joined') }, {}], { p2p: true }), [])).toEqual([]);
  });

  it('says nothing of those who were told why', () => {
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

describe('a fault of ours', () => {
  const fault = (name: string): Obstacle => ({
    whose: 'ours',
    fault: new BrowserFault('browser-died', `Our ${name} was killed.`, 'x'.repeat(5000)),
    at: START,
  });

  it('is an error, the first one alone, with the end of what the browser said', () => {
    const found = ownFaults([refused('A', 'conference.focusLeft'), fault('chromium'), fault('firefox')]);
    expect(found).toEqual([
      {
        id: 'browser-died',
        outcome: 'error',
        text: 'Our chromium was killed.',
        evidence: { output: 'x'.repeat(1000) },
      },
    ]);
  });

  it('is nothing the target told', () => {
    expect(ownFaults([refused('A', 'conference.focusLeft')])).toEqual([]);
    expect(refusals(attempt([{}, {}], fault('chromium')))).toEqual([]);
  });
});
