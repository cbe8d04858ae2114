/** What a step holds for well: who flows, who rests, which way. Times are the real clock's, as in a call. */
import { describe, expect, it } from 'vitest';
import { now } from '../../../../src/checks/call/drive/clock.ts';
import type { Participant } from '../../../../src/checks/call/drive/participant.ts';
import { Step } from '../../../../src/checks/call/drive/step.ts';
import { cutFindings } from '../../../../src/checks/call/judge/expectations.ts';
import { sharingFindings } from '../../../../src/checks/call/judge/sharing.ts';
import { judgeStep } from '../../../../src/checks/call/judge/step-verdict.ts';
import type { Cell } from '../../../../src/checks/call/observe/cells.ts';
import { callOptions } from '../../../../src/checks/call/options.ts';
import { choreograph } from '../../../../src/checks/call/scene/choreography.ts';
import { type ParticipantPlan, plainParticipant } from '../../../../src/checks/call/scene/participants.ts';
import { track } from '../../../support/call/scene.ts';

interface Person {
  readonly direct?: boolean;
  /** Its network was replaced, and its media is not connected anew. */
  readonly moving?: boolean;
  /** Whether the deployment lets two talk directly. */
  readonly directAllowed?: boolean;
  readonly plan?: Partial<ParticipantPlan>;
  readonly barred?: boolean;
  /** When it changed its path, in milliseconds before now. */
  readonly changedMsAgo?: number;
}

/** A step of a scene with people who are in the room and report at this moment. */
function stepOf(
  scene: Parameters<typeof choreograph>[0],
  index: number,
  people: readonly Person[],
): { step: Step; cell: (sender: string, receiver: string, kind?: 'audio' | 'video') => Cell } {
  const plans = choreograph(scene, people.length, { watch: undefined, completeWithin: 1000 });
  const participants = people.map((person, i) => {
    const name = 'ABC'[i]!;
    const timeline =
      person.changedMsAgo !== undefined
        ? [{ at: now() - person.changedMsAgo, name: 'p2p', detail: { active: false } }]
        : [];
    return {
      ...{ name, index: i, endpointId: `id-${name}`, stalls: [], samples: [], timeline },
      plan: { ...plainParticipant('chromium'), ...person.plan },
      directAllowed: person.directAllowed ?? true,
      barred: person.barred ?? false,
      conditions: { moving: person.moving ?? false, relayed: null },
      direct: () => person.direct ?? false,
      get lastReport() {
        return { at: now() };
      },
    } as unknown as Participant;
  });
  const step = new Step(plans[index]!, { participants, obstacles: [] });
  const cell = (sender: string, receiver: string, kind: 'audio' | 'video' = 'audio') =>
    step.cells.get({ sender, receiver, kind });
  return { step, cell };
}

it('nothing more is waited for once all are there but those who can never take part', () => {
  const scene = [{ name: 'all', acts: [{ act: 'join' as const, who: ['A', 'B', 'C'] }] }];
  const { step, cell } = stepOf(scene, 0, [{ barred: true }, {}, {}]);
  expect(step.exhausted()).toBe(false);
  everybodyFlows(step);
  expect(step.exhausted()).toBe(true);
  cell('B', 'C', 'video').restart(now());
  expect(step.exhausted()).toBe(false);
  const { step: moving } = stepOf(scene, 0, [{ barred: true }, { moving: true }, {}]);
  everybodyFlows(moving);
  expect(moving.exhausted()).toBe(false);
  const { step: usual } = stepOf(scene, 0, [{}, {}, {}]);
  everybodyFlows(usual);
  expect(usual.exhausted()).toBe(false);
});

describe('a screen', () => {
  const scene = [
    { name: 'all', acts: [{ act: 'join' as const, who: ['A', 'B', 'C'] }] },
    { acts: [{ act: 'share' as const, who: ['A'] }] },
    { acts: [{ act: 'unshare' as const, who: ['A'] }] },
  ];
  const read = (step: Step, madeAt: number) =>
    step.read(
      step.participant('B')!,
      [{ endpointId: 'id-A', kind: 'screen', index: 0, watermarks: [[madeAt, madeAt]] }],
      [],
    );

  it('is expected of whoever shares one, from when they were asked to', () => {
    const { step } = stepOf(scene, 1, [{}, {}, {}]);
    expect(step.cells.all).toHaveLength(14);
    everybodyFlows(step);
    step.shareBegins(['A']);
    expect(step.cells.get({ receiver: 'B', sender: 'A', kind: 'screen' }).lastAt).toBeNull();
    expect([...step.facts().sharedAt!.keys()]).toEqual(['A']);
    expect(step.complete()).toBe(false);
  });

  it('that is seen long after it was shared no longer is a finding, what was on its way is none', () => {
    const { step } = stepOf(scene, 2, [{}, {}, {}]);
    expect(step.cells.all).toHaveLength(12);
    read(step, now());
    step.shareEnded(['A']);
    read(step, now() + 100);
    expect(sharingFindings(step.facts())).toEqual([]);
    read(step, now() + 2000);
    expect(sharingFindings(step.facts())).toEqual([
      {
        cause: { id: 'share-not-stopped', streams: [{ receiver: 'B', sender: 'A' }] },
        outcome: 'fail',
        where: 'sender',
      },
    ]);
  });
});

describe('a network that is cut', () => {
  const cut = [
    { name: 'all', acts: [{ act: 'join' as const, who: ['A', 'B'] }] },
    {
      acts: [
        { act: 'network' as const, who: ['A'], on: false },
        { act: 'network' as const, who: ['A'], on: true },
      ],
    },
  ];

  it('makes its streams begin anew, from when it is back', () => {
    const { step, cell } = stepOf(cut, 1, [{}, {}]);
    everybodyFlows(step);
    step.networkChanged(['A'], false);
    step.networkChanged(['A'], true);
    expect(cell('A', 'B').lastAt).toBeNull();
    expect(step.disturbedAt).not.toBeNull();
    expect(step.facts()).toMatchObject({ uncut: [] });
    expect([...step.facts().backAt!.keys()]).toEqual(['A']);
  });

  it('through which media passes is none', () => {
    const { step, cell } = stepOf(cut, 1, [{}, {}]);
    step.networkChanged(['A'], false);
    // Made two seconds after the cut.
    cell('A', 'B').good([[now() + 2000, now() + 2000]]);
    step.networkChanged(['A'], true);
    expect(step.facts().uncut).toEqual(['A']);
    expect(cutFindings(step.facts())).toEqual([
      { cause: { id: 'network-not-cut', participants: ['A'] }, outcome: 'error' },
    ]);
  });
});

describe('a network that is replaced, and a lid that is closed', () => {
  const all = { name: 'all', acts: [{ act: 'join' as const, who: ['A', 'B'] }] };
  const move = [all, { acts: [{ act: 'move' as const, who: ['A'], to: 'slow' as const }] }];

  it('is not over before media is connected anew', () => {
    const { step, cell } = stepOf(move, 1, [{ moving: true }, {}]);
    step.renewed(['A']);
    expect(cell('A', 'B').lastAt).toBeNull();
    everybodyFlows(step, 0);
    expect(step.complete()).toBe(false);
    expect(step.facts()).toMatchObject({ renewed: ['A'], expectedPath: null, uncut: [] });
  });

  it('through which media of before passes is none', () => {
    const { step, cell } = stepOf(move, 1, [{ moving: true }, {}]);
    step.renewed(['A']);
    cell('B', 'A').good([[now() + 2000, now() + 2000]]);
    step.notice();
    expect(step.facts().uncut).toEqual(['A']);
  });

  it('has its times counted from the end of what was done', () => {
    const lid = [
      all,
      {
        acts: [
          { act: 'sleep' as const, who: ['A'] },
          { act: 'wake' as const, who: ['A'] },
        ],
      },
    ];
    const { step } = stepOf(lid, 1, [{}, {}]);
    step.networkChanged(['A'], false);
    step.networkChanged(['A'], true);
    // What arrives while the page wakes was sent after the cut, and is no sign that it did not hold.
    everybodyFlows(step, 0);
    step.renewed(['A']);
    everybodyFlows(step, 0);
    expect(step.complete()).toBe(true);
    const facts = step.facts();
    expect(facts).toMatchObject({ renewed: ['A'], uncut: [] });
    expect([...facts.disturbed!.keys()]).toEqual(['A']);
    const { streams } = judgeStep(facts, callOptions.parse({ url: 'https://meet.example.org/' }));
    expect(streams.map(({ recoveredMs }) => typeof recoveredMs)).toEqual(streams.map(() => 'number'));
  });
});

/** A watermark that was made and read this number of milliseconds ago. */
const watermark = (cell: Cell, msAgo: number) => cell.good([[now() - msAgo, now() - msAgo]]);
const everybodyFlows = (step: Step, msAgo = 10) => {
  for (const each of step.cells.all) watermark(each, msAgo);
};

describe('the way that media must take', () => {
  it.each<[string, Person[], 'direct' | 'bridge', string[]]>([
    ['two, where they may', [{ direct: true }, { direct: true }], 'direct', []],
    ['two who stay on the bridge', [{}, {}], 'direct', ['A', 'B']],
    ['two, where they may not', [{ directAllowed: false }, {}], 'bridge', []],
    ['three', [{}, {}, {}], 'bridge', []],
    ['three, one of whom is left behind', [{}, { direct: true }, {}], 'bridge', ['B']],
  ])('of %s', (_, people, meant, off) => {
    const { step } = stepOf('join', 0, people);
    expect(step.pathMeant()).toBe(meant);
    expect(step.offPath()).toEqual(off);
    everybodyFlows(step);
    expect(step.complete()).toBe(off.length === 0);
  });

  it('is not judged where the configuration says so', () => {
    const { step } = stepOf([{ acts: [{ act: 'join', who: ['A', 'B'] }], path: 'any' }], 0, [{}, {}]);
    expect(step.pathMeant()).toBeNull();
  });
});

describe('a muted stream', () => {
  const muting = () => stepOf('mute', 1, [{}, {}, {}]);

  it('is as meant when nothing arrives and the receiver was notified', () => {
    const { step, cell } = muting();
    const one = cell('A', 'B');
    one.track = track(one.key, 1, { muted: true });
    expect(step.asMeant(one)).toBe(true);
    expect(step.leaks(one)).toBe(false);
  });

  it('is not when the receiver was not notified, or still hears it', () => {
    const { step, cell } = muting();
    const untold = cell('A', 'B');
    untold.track = track(untold.key, 1);
    expect(step.asMeant(untold)).toBe(false);
    const heard = cell('A', 'C');
    heard.track = track(heard.key, 1, { muted: true });
    watermark(heard, 10);
    expect(step.asMeant(heard)).toBe(false);
  });

  it('leaks what was made after muting, not what was on its way', () => {
    const { step, cell } = muting();
    step.startedAt = now() - 10_000;
    step.muteChanged(['A'], ['audio'], true);
    const one = cell('A', 'B');
    // Two seconds in a jitter buffer: read now, made before.
    one.good([[now() - 2000, now()]]);
    expect(step.leaks(one)).toBe(false);
    one.good([[now() + 900, now() + 900]]);
    expect(step.leaks(one)).toBe(true);
  });

  it('of somebody else is none', () => {
    const { step, cell } = muting();
    watermark(cell('B', 'A'), 10);
    expect(step.asMeant(cell('B', 'A'))).toBe(true);
  });
});

describe('a verdict waits', () => {
  it('for a stream that has only just stopped, longer where the path has changed', () => {
    for (const [changedMsAgo, settled] of [
      [undefined, true],
      [4500, false],
    ] as const) {
      const { step, cell } = stepOf('join', 0, [
        { ...(changedMsAgo === undefined ? {} : { changedMsAgo }) },
        {},
        {},
      ]);
      everybodyFlows(step);
      const one = cell('A', 'B');
      one.restart(0);
      watermark(one, 4500);
      one.noticedAt = now() - 3800;
      expect(step.settled()).toBe(settled);
    }
  });
});

it('of whoever is known not to get through nothing is expected', () => {
  const { step } = stepOf('join', 0, [{}, {}, { plan: { expect: 'none' } }]);
  expect(step.cells.all.map(({ key }) => `${key.sender}${key.receiver}`)).toEqual(['BA', 'BA', 'AB', 'AB']);
});

it('who begins anew is judged by what came after', () => {
  const { step, cell } = stepOf('reload', 1, [{}, {}, {}]);
  everybodyFlows(step);
  step.restart(['A']);
  expect([cell('A', 'B').firstAt, cell('B', 'A').firstAt]).toEqual([null, null]);
  expect(cell('B', 'C').firstAt).not.toBeNull();
  // A watermark that was made before does not count.
  watermark(cell('A', 'B'), 500);
  expect(cell('A', 'B').firstAt).toBeNull();
});
