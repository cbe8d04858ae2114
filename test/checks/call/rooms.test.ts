/** Several rooms at once: one run of theirs, whose participants have names of their own, and what a machine can carry. */
import { describe, expect, it } from 'vitest';
import { bridgesElsewhere } from '../../../src/checks/call/judge/regions.ts';
import { tooSmall } from '../../../src/checks/call/observe/machine.ts';
import { callOptions } from '../../../src/checks/call/options.ts';
import { type CallResult, expectedStreams, roomsOf } from '../../../src/checks/call/result.ts';
import { inRooms, type RoomRun } from '../../../src/checks/call/rooms.ts';
import type { CheckContext, CheckResult, Found } from '../../../src/checks/check.ts';
import { sentence } from '../../../src/checks/sentence.ts';
import { silent } from '../../support/schedule/kinds.ts';

const URL = 'https://meet.example.org/';
const options = (given: object = {}) => callOptions.parse({ url: URL, rooms: 2, ...given });
const context = (progress: CheckContext<'call'>['progress'] = () => {}): CheckContext<'call'> => ({
  name: 'rooms',
  signal: new AbortController().signal,
  evidence: null,
  log: silent,
  progress,
});

/** What a room comes to where all is well: the names are those of its steps. */
function well({ options: { steps, participants }, first }: RoomRun, findings: Found<'call'>[] = []) {
  const names = steps[0]!.present;
  const call: CallResult = {
    url: URL,
    room: `room-${first}`,
    version: '1',
    participants: participants.map(({ browser }, index) => ({
      ...{ name: names[index]!, browser, version: null, endpointId: null, transport: null },
    })),
    steps: steps.map(({ name, present }) => ({ name, present, atMs: first, ms: 100 + first })),
    streams: names.flatMap((receiver) =>
      names
        .filter((sender) => sender !== receiver)
        .map((sender) => ({
          ...{ step: steps[0]!.name, receiver, sender, kind: 'audio' as const, verdict: 'ok' as const },
          ...{ muted: false, path: null, firstMs: 1, lostAt: null, noticedAt: null, latencyMs: 1 },
          ...{ gaps: [], ssrc: null, reason: null },
        })),
    ),
  };
  return Promise.resolve<CheckResult<'call'>>({ summary: '', findings, phases: [], call });
}

const gap = (sender: string, receiver: string): Found<'call'> => ({
  cause: { id: 'stream-gap', receiver, sender, kind: 'audio', from: '2026-11-29T12:00:00.000Z', ms: 2000 },
  outcome: 'degraded',
});

describe('rooms of one run', () => {
  it('have participants of their own, who do the same under their own names', async () => {
    const seen: RoomRun[] = [];
    await inRooms(options({ steps: 'mute' }), context(), (room) => {
      seen.push(room);
      return well(room);
    });
    expect(seen.map(({ first }) => first)).toEqual([0, 3]);
    const [, second] = seen.map((room) => room.options.steps);
    expect(second!.map(({ name }) => name)).toEqual(seen[0]!.options.steps.map(({ name }) => name));
    expect(second![1]).toMatchObject({
      name: 'mute-A',
      present: ['D', 'E', 'F'],
      acts: [{ act: 'mute', who: ['D'] }],
      moment: { what: 'muted', who: ['D'] },
      muted: new Set(['D audio', 'D video']),
    });
  });

  it('are one call: who is in which room, and nobody is expected to hear another room', async () => {
    const { call } = await inRooms(options(), context(), well);
    expect(call!.rooms).toEqual([
      { room: 1, name: 'room-0' },
      { room: 2, name: 'room-3' },
    ]);
    expect(call!.participants.map(({ name, room }) => `${name}${room}`).join(' ')).toBe('A1 B1 C1 D2 E2 F2');
    expect(call!.steps).toMatchObject([{ name: 'join', atMs: 0, ms: 103, present: 'ABCDEF'.split('') }]);
    expect(new Set(call!.streams.map(({ room, receiver }) => `${receiver}${room}`)).size).toBe(6);
    expect(expectedStreams(call!, 'join')).toBe(24);
    const parts = roomsOf(call!);
    expect(parts.map((part) => [part.room, expectedStreams(part.call, 'join')])).toEqual([
      [1, 12],
      [2, 12],
    ]);
  });

  it('show what is known of all of them while they go on', async () => {
    const shown: number[] = [];
    await inRooms(
      options(),
      context(({ partial }) => shown.push(partial?.call?.participants.length ?? 0)),
      async (room) => {
        const result = await well(room);
        room.context.progress({ phase: 'watch', text: '', partial: { call: result.call! } });
        return result;
      },
    );
    expect(shown).toEqual([3, 6]);
  });

  it('say which room a finding is of; what all rooms found alike is said once, of none', async () => {
    const shared: Found<'call'> = { cause: { id: 'direct-off' }, outcome: 'pass' };
    const busy: Found<'call'> = {
      cause: { id: 'machine-busy', strain: 0.9, consequence: 'excused' },
      outcome: 'pass',
    };
    const { findings } = await inRooms(options(), context(), (room) =>
      well(room, room.first === 0 ? [shared, busy] : [gap('D', 'E'), shared]),
    );
    expect(findings.map(({ cause }) => [cause.id, 'room' in cause ? cause.room : null])).toEqual([
      ['direct-off', null],
      ['machine-busy', null],
      ['stream-gap', 2],
    ]);
    expect(sentence('call', findings[2]!.cause, 'en')).toMatch(/^Room 2: E /);
    expect(sentence('call', findings[2]!.cause, 'fr')).toMatch(/^Salle 2 : /);
  });

  it('end together: what one of them throws is thrown once all have ended', async () => {
    let ended = false;
    const both = inRooms(options(), context(), async (room) => {
      if (room.first === 0) throw new Error('given up');
      const result = await well(room);
      ended = true;
      return result;
    });
    await expect(both).rejects.toThrow('given up');
    expect(ended).toBe(true);
  });
});

it('what cannot be in several rooms is refused: one name, one token, too many people', () => {
  const refusal = (given: object) =>
    callOptions.safeParse({ url: URL, rooms: 3, ...given }).error?.issues.map(({ message }) => message);
  expect(refusal({ room: 'daily' })).toEqual([expect.stringMatching(/^several rooms need several names/)]);
  expect(refusal({ participants: Array(7).fill('chromium') })).toEqual([
    '3 rooms of 7 are 21 participants: 20 at most',
  ]);
  const account = { tokenFile: '/tmp/token' };
  expect(refusal({ participants: [{ account }, 'chromium'] })).toEqual([
    expect.stringMatching(/^a token may be for one room alone/),
  ]);
});

describe('a machine', () => {
  const of = (processors: number, freeMb: number | null) => () => Promise.resolve({ processors, freeMb });

  it('that cannot carry the rooms places no call', async () => {
    expect(await tooSmall(options(), of(2, 4000))).toBeNull();
    const small = await tooSmall(options({ rooms: 3 }), of(2, 4000));
    expect(small).toMatchObject({ outcome: 'error', cause: { id: 'machine-too-small', rooms: 3 } });
    expect(sentence('call', small!.cause, 'en')).toMatch(
      /^3 rooms of 3 participants need about 2\.8 processors and 1425 MB of memory; this machine has 2 and 4000 MB free\. No call was placed\./,
    );
    expect(await tooSmall(options(), of(8, 900))).toMatchObject({ cause: { has: { memoryMb: 900 } } });
    expect(await tooSmall(options(), of(8, null))).toBeNull();
  });

  it('need not carry browsers elsewhere', async () => {
    const away = { browser: 'chromium', endpoint: 'http://10.0.0.2:9222' };
    expect(await tooSmall(options({ rooms: 5, participants: [away, away] }), of(1, 100))).toBeNull();
  });
});

describe('a bridge in another region', () => {
  const bridge = (region: string | null) => ({ server: 'jvb', address: null, port: null, region });
  const met = (name: string, wanted: string | null, region: string | null) => ({
    ...{ name, region: wanted, bridge: bridge(region) },
  });

  it('is degraded where somebody else met one in that region, and advice where nobody did', () => {
    expect(bridgesElsewhere([met('A', 'west', 'west'), met('B', null, 'east')])).toEqual([]);
    const all = [met('A', 'west', 'west'), met('B', 'east', 'west'), met('C', 'south', 'west')];
    expect(bridgesElsewhere(all).map(({ outcome }) => outcome)).toEqual(['pass', 'pass']);
    const [known] = bridgesElsewhere([...all.slice(0, 2), met('D', null, 'east')]);
    expect(known).toMatchObject({ outcome: 'degraded', cause: { region: 'east', there: ['D'] } });
    expect(sentence('call', known!.cause, 'en')).toMatch(
      /^B is in region east and met a bridge in west\. The deployment has a bridge there: D met it\. /,
    );
  });

  it('may be one that jicofo does not name', () => {
    const [unnamed] = bridgesElsewhere([met('A', 'west', null)]);
    expect(sentence('call', unnamed!.cause, 'fr')).toMatch(/une région que jicofo ne nomme pas/);
  });
});
