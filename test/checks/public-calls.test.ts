/** Calls of public reports, recreated from what participants would tell: what is said of them is right, and nobody else is accused. */
import { describe, expect, it } from 'vitest';
import { now } from '../../src/checks/call/drive/clock.ts';
import { Conditions } from '../../src/checks/call/drive/conditions.ts';
import { Step } from '../../src/checks/call/drive/step.ts';
import { judgeStep } from '../../src/checks/call/judge/step-verdict.ts';
import { callOptions } from '../../src/checks/call/options.ts';
import { choreograph } from '../../src/checks/call/scene/choreography.ts';
import { plainParticipant } from '../../src/checks/call/scene/participants.ts';
import { sentence } from '../../src/checks/sentence.ts';
import { type Scripted, track, WELL, witness } from '../support/call/scene.ts';

const NAMES = ['A', 'B', 'C'] as const;
const ssrcOf = (sender: string, kind: string) =>
  100 + NAMES.indexOf(sender as 'A') * 10 + Number(kind === 'video');

interface Reported {
  readonly people?: readonly Scripted[];
  readonly refused?: Readonly<Record<string, string>>;
  /** Whether everything arrives. */
  readonly arrives?: boolean;
  readonly options?: object;
}

function judged({ people = [{}, {}, {}], refused = {}, arrives = true, options = {} }: Reported) {
  const parsed = callOptions.parse({ url: 'https://meet.example.org/', ...options });
  const participants = NAMES.map((name, index) => ({
    ...witness(name, false, people[index]!),
    index,
    plan: plainParticipant('chromium'),
    stalls: [],
    conditions: new Conditions(null, false),
    direct: () => false,
    allSamples: [],
    history: [],
  }));
  const obstacles = Object.entries(refused).map(([participant, error]) => ({
    ...{ whose: 'target', participant, at: 0 },
    detail: { stage: 'conference', error },
  }));
  const [plan] = choreograph('join', 3, { watch: 3000, completeWithin: 20_000 });
  const session = { participants, obstacles } as unknown as ConstructorParameters<typeof Step>[1];
  const step = new Step(plan!, session);
  for (const cell of step.cells.all) {
    const { kind, sender } = cell.key;
    if (!arrives) continue;
    cell.track = track(cell.key, ssrcOf(sender, kind));
    cell.good([[now() - 60, now() - 10]]);
  }
  const { findings } = judgeStep(step.facts(), parsed);
  return findings.map(({ cause, outcome }) => ({
    said: `${outcome} ${cause.id}`,
    text: sentence('call', cause, 'en'),
  }));
}

const reported = (call: Reported) => judged(call).map(({ said }) => said);
const restricted = (key: string, value?: number): Reported => ({
  people: NAMES.map(() => ({ events: [...WELL, { name: 'restricted', detail: { key, value } }] })),
});

describe('options by which people get less', () => {
  it.each([
    ['case 40: startSilent', restricted('startSilent'), /no sound is sent or received/],
    ['case 42: channelLastN', restricted('channelLastN', 1), /no more than 1 others/],
    ['case 39: muted from the second on', restricted('startAudioMuted', 1), /after the first 1 is muted/],
    ['audio only', restricted('startAudioOnly'), /no pictures are asked for/],
  ])('%s is said as what it is', (_what, call, text) => {
    const findings = judged(call);
    expect(findings.map(({ said }) => said)).toEqual(['degraded restricted']);
    expect(findings[0]!.text).toMatch(text);
  });

  it.each([
    ['channelLastN that nobody here reaches', restricted('channelLastN', 2)],
    ['muting that begins after everybody here', restricted('startAudioMuted', 10)],
    ['what is meant so', { ...restricted('startSilent'), options: { restrictions: 'expected' } }],
  ])('%s is nothing to say', (_what, call) => expect(reported(call)).toEqual([]));
});

describe('no second accusation', () => {
  const until = (name: string) => WELL.slice(0, WELL.findIndex((event) => event.name === name) + 1);
  const joined: Scripted = { events: until('joined'), noPeer: true };

  it('case 47: who had no time left, because another was refused', () => {
    const call = { people: [{ events: until('connected'), noPeer: true }, joined, joined], arrives: false };
    expect(reported({ ...call, refused: { A: 'conference.max_users' } })).toEqual(['fail room-full']);
  });

  it.each([
    ['case 49: a lobby', 'conference.connectionError.membersOnly', 'fail lobby'],
    ['case 52: a bridge in another brewery', 'conference.videobridgeNotAvailable', 'fail bridge-unavailable'],
    ['a bridge that shuts down', 'conference.gracefulShutdown', 'fail bridge-unavailable'],
  ])('%s is one finding', (_what, error, finding) => {
    const everybody = Object.fromEntries(NAMES.map((name) => [name, error]));
    expect(reported({ people: [joined, joined, joined], refused: everybody, arrives: false })).toEqual([
      finding,
    ]);
  });

  it('case 53: a bridge that is drained while everything arrives is nothing to say', () => {
    expect(reported({})).toEqual([]);
  });

  it('case 51: who is alone in a room of another server', () => {
    const alone = { events: joined.events!.filter(({ name }) => name !== 'user-joined'), noPeer: true };
    expect(reported({ people: [{}, alone, {}], arrives: false })).toContain('fail room-split');
  });
});
