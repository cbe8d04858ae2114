import { describe, expect, it } from 'vitest';
import { ChoreographyFault, type StepWords } from '../../../../src/checks/call/scene/acts.ts';
import { choreograph } from '../../../../src/checks/call/scene/choreography.ts';
import { CHOREOGRAPHIES } from '../../../../src/checks/call/scene/scenes.ts';

const pace = { watch: undefined, completeWithin: 20_000 };
const plan = (scene: Parameters<typeof choreograph>[0], size = 3) => choreograph(scene, size, pace);
const fault = (scene: readonly StepWords[], size = 3) => {
  try {
    plan(scene, size);
  } catch (cause) {
    if (cause instanceof ChoreographyFault) return { step: cause.step, message: cause.message };
    throw cause;
  }
  return null;
};

describe('built-in choreographies', () => {
  it.each([
    ['join', ['join ABC']],
    ['trickle', ['join-B AB', 'join-C ABC']],
    ['handover', ['duo AB', 'third-joins ABC', 'third-leaves AB']],
    ['reload', ['join ABC', 'reload-A ABC', 'reload-B ABC', 'reload-C ABC']],
    ['rejoin', ['join ABC', 'rejoin-A ABC', 'rejoin-B ABC', 'rejoin-C ABC']],
    [
      'mute',
      ['join ABC', 'mute-A ABC', 'unmute-A ABC', 'mute-B ABC', 'unmute-B ABC', 'mute-C ABC', 'unmute-C ABC'],
    ],
    ['long', ['long ABC']],
    ['crash', ['join ABC', 'crash-A ABC', 'crash-B ABC', 'crash-C ABC']],
    ['outage', ['join ABC', 'outage-A ABC', 'outage-B ABC', 'outage-C ABC']],
    [
      'share',
      [
        ...['join ABC', 'share-A ABC', 'unshare-A ABC', 'share-B ABC', 'unshare-B ABC'],
        ...['share-C ABC', 'unshare-C ABC'],
      ],
    ],
    ['roam', ['join ABC', 'roam-A ABC', 'roam-B ABC', 'roam-C ABC']],
    ['sleep', ['join ABC', 'sleep-A ABC', 'sleep-B ABC', 'sleep-C ABC']],
  ] as const)('%s: who is there in each step', (name, steps) => {
    expect(plan(name).map((step) => `${step.name} ${step.present.join('')}`)).toEqual(steps);
  });

  it.each(CHOREOGRAPHIES)('%s works with five, and its names fit a label', (name) => {
    const steps = plan(name, 5);
    expect(steps.at(-1)!.present.length).toBeGreaterThanOrEqual(2);
    for (const step of steps) expect(step.name).toMatch(/^[A-Za-z0-9-]+$/);
    expect(new Set(steps.map((step) => step.name)).size).toBe(steps.length);
  });

  it('host and lobby: who stands at the door, and who is in', () => {
    const door = (name: 'host' | 'lobby') =>
      choreograph(name, 3, { watch: undefined, completeWithin: 20_000 }).map(
        ({ name: step, waiting, present }) => `${step} ${waiting.join('')}|${present.join('')}`,
      );
    expect(door('host')).toEqual(['guests-wait BC|', 'host-opens |ABC']);
    expect(door('lobby')).toEqual(['closed |A', 'knock BC|A', 'admit |ABC']);
  });

  it.each([
    [[{ acts: [{ act: 'admit', who: ['A'] }] }], 'A cannot be admitted: A does not wait at that moment'],
    [
      [
        {
          acts: [
            { act: 'knock', who: ['A'] },
            { act: 'admit', who: ['A'] },
          ],
        },
      ],
      'A cannot be admitted: nobody is in the room who could',
    ],
    [
      [
        {
          acts: [
            { act: 'knock', who: ['A'] },
            { act: 'join', who: ['A'] },
          ],
        },
      ],
      'A cannot join: A is at the door already',
    ],
    [[{ acts: [{ act: 'lobby', who: ['A'] }] }], 'A cannot lobby: A is not in the room at that moment'],
  ] as const)('a door that nobody can go through so is refused', (steps, message) => {
    expect(() => choreograph(steps, 3, { watch: undefined, completeWithin: 20_000 })).toThrow(message);
  });

  it('mute: what is muted in each step', () => {
    expect(plan('mute').map(({ muted }) => [...muted].join())).toEqual([
      '',
      'A audio,A video',
      '',
      'B audio,B video',
      '',
      'C audio,C video',
      '',
    ]);
  });

  it('a call of one step has no moment to name, steps of several have', () => {
    expect(plan('join').map(({ moment }) => moment)).toEqual([null]);
    expect(plan('handover').map(({ moment }) => moment)).toEqual([
      { what: 'two-alone', who: ['A', 'B'] },
      { what: 'joined-the-two', who: ['C'] },
      { what: 'left-the-two', who: ['C'] },
    ]);
  });

  it('the watch suits the scene unless it is given', () => {
    expect(plan('join')[0]!.watch).toBe(5000);
    expect(plan('reload').map(({ watch }) => watch)).toEqual([3000, 3000, 3000, 3000]);
    expect(plan('long')[0]!.watch).toBe(180_000);
    expect(choreograph('long', 3, { watch: 700, completeWithin: 1000 })[0]).toMatchObject({
      watch: 700,
      completeWithin: 1000,
    });
  });

  it('handover needs a third', () => {
    expect(() => plan('handover', 2)).toThrow('at least 3 participants');
  });
});

describe('written choreographies', () => {
  it('take their names from their acts, each once', () => {
    const steps = plan([
      { acts: [{ act: 'join', who: ['A', 'B'] }] },
      { acts: [{ act: 'mute', who: ['A'], kinds: ['audio'] }] },
      { acts: [{ act: 'wait', ms: 1500 }] },
      { acts: [{ act: 'wait', ms: 1500 }] },
      { name: 'mine', acts: [{ act: 'reload', who: ['A'] }] },
    ]);
    expect(steps.map(({ name }) => name)).toEqual([
      'join-A-B',
      'mute-A-audio',
      'wait-1.5s',
      'wait-1.5s-2',
      'mine',
    ]);
    expect(steps.map(({ muted }) => muted.size)).toEqual([0, 1, 1, 1, 0]);
  });

  it.each<[string, StepWords[], { step: number; message: string }]>([
    [
      'somebody joins twice',
      [{ acts: [{ act: 'join', who: ['A', 'B'] }] }, { acts: [{ act: 'join', who: ['B'] }] }],
      { step: 1, message: 'B cannot join: B is in the room already' },
    ],
    [
      'somebody leaves who is not there',
      [{ acts: [{ act: 'join', who: ['A', 'B'] }] }, { acts: [{ act: 'leave', who: ['C'] }] }],
      { step: 1, message: 'C cannot leave: C is not in the room at that moment' },
    ],
    [
      'somebody reloads before joining',
      [{ acts: [{ act: 'reload', who: ['A'] }] }],
      { step: 0, message: 'A cannot reload: A is not in the room at that moment' },
    ],
    [
      'a name that nobody has',
      [{ acts: [{ act: 'join', who: ['D'] }] }],
      { step: 0, message: 'there is no participant D; there are A, B and C' },
    ],
    [
      'a network that stays away',
      [
        {
          acts: [
            { act: 'join', who: ['A', 'B'] },
            { act: 'network', who: ['A'], on: false },
          ],
        },
      ],
      {
        step: 0,
        message:
          'the network of A is off at the end of this step, where everybody should hear everybody: end it with "network on"',
      },
    ],
    [
      'somebody who sleeps on',
      [
        {
          acts: [
            { act: 'join', who: ['A', 'B'] },
            { act: 'sleep', who: ['A'] },
          ],
        },
      ],
      {
        step: 0,
        message:
          'A is asleep at the end of this step, where everybody should hear everybody: end it with "wake"',
      },
    ],
    [
      'somebody wakes who does not sleep',
      [
        {
          acts: [
            { act: 'join', who: ['A', 'B'] },
            { act: 'wake', who: ['A'] },
          ],
        },
      ],
      { step: 0, message: 'A cannot wake: A is not asleep at that moment' },
    ],
    [
      'somebody leaves asleep',
      [
        {
          acts: [
            { act: 'join', who: ['A', 'B'] },
            { act: 'sleep', who: ['A'] },
            { act: 'leave', who: ['A'] },
          ],
        },
      ],
      { step: 0, message: 'A cannot leave: A is asleep at that moment' },
    ],
    [
      'a cut after media goes through TURN',
      [
        {
          acts: [
            { act: 'join', who: ['A', 'B'] },
            { act: 'move', who: ['A'], to: 'relay-only' },
            { act: 'sleep', who: ['A'] },
          ],
        },
      ],
      {
        step: 0,
        message:
          'the network of A cannot be cut again: media through a TURN server would go round it ("network to relay-only" and "network to udp-blocked" come last)',
      },
    ],
    [
      'somebody mutes without a network',
      [
        {
          acts: [
            { act: 'join', who: ['A', 'B'] },
            { act: 'network', who: ['A'], on: false },
            { act: 'mute', who: ['A'], kinds: ['audio'] },
          ],
        },
      ],
      { step: 0, message: 'A cannot mute: its network is off at that moment' },
    ],
    [
      'a network that is there comes back',
      [
        {
          acts: [
            { act: 'join', who: ['A', 'B'] },
            { act: 'network', who: ['A'], on: true },
          ],
        },
      ],
      { step: 0, message: 'the network of A is on already' },
    ],
    [
      'a screen is shared twice',
      [
        {
          acts: [
            { act: 'join', who: ['A', 'B'] },
            { act: 'share', who: ['A'] },
            { act: 'share', who: ['A'] },
          ],
        },
      ],
      { step: 0, message: 'A cannot share: A shares a screen already' },
    ],
    [
      'a screen that nobody shares is shared no longer',
      [
        {
          acts: [
            { act: 'join', who: ['A', 'B'] },
            { act: 'share', who: ['A'] },
            { act: 'reload', who: ['A'] },
            { act: 'unshare', who: ['A'] },
          ],
        },
      ],
      { step: 0, message: 'A cannot unshare: A shares no screen at that moment' },
    ],
    [
      'everybody leaves',
      [
        {
          acts: [
            { act: 'join', who: ['A'] },
            { act: 'leave', who: ['A'] },
          ],
        },
      ],
      { step: 0, message: 'nobody is in the room after this step' },
    ],
  ])('%s', (_, steps, expected) => {
    expect(fault(steps)).toEqual(expected);
  });
});
