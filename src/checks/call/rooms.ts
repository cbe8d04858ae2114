/**
 * Several rooms at once: each is a call of its own with its own participants, and the run is all of them. Participants are named
 * across the rooms (A, B, C in the first, D, E, F in the second), so that a receiver and a sender name a stream in any number of rooms.
 */
import type { CheckContext, CheckResult, EvidenceSink, Found, Phase, Progress } from '../check.ts';
import { type CallCause, callCauses } from './causes.ts';
import { playedBy } from './keep/played.ts';
import type { CallRecording } from './keep/recording.ts';
import type { CallOptions } from './options.ts';
import type { CallResult, CallStep } from './result.ts';
import { stepsFrom } from './scene/rooms.ts';

/** One room's part of a run. */
export interface RoomRun {
  readonly options: CallOptions;
  readonly context: CheckContext<'call'>;
  /** The number of its first participant among those of all rooms. */
  readonly first: number;
}

/** Holds the calls of all rooms at the same time, and makes one result of theirs. */
export async function inRooms(
  options: CallOptions,
  context: CheckContext<'call'>,
  hold: (room: RoomRun) => Promise<CheckResult<'call'>>,
): Promise<CheckResult<'call'>> {
  const { rooms, participants, steps } = options;
  if (rooms === 1) return hold({ options, context, first: 0 });
  const live = new Live(context.progress);
  const recordings: CallRecording[] = [];
  const held = await Promise.allSettled(
    Array.from({ length: rooms }, (_, index) => {
      const first = index * participants.length;
      const evidence = context.evidence && recordingTo(context.evidence, recordings, index);
      const own = { ...context, evidence, progress: live.of(index) };
      return hold({ options: { ...options, steps: stepsFrom(first, steps) }, context: own, first });
    }),
  );
  const failed = held.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  const results = held.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const kept = recordings.filter((one) => one !== undefined);
  if (kept.length > 0) context.evidence?.record(oneRecording(kept, options));
  const calls = results.map(({ call }) => call);
  const software = results.find((result) => (result.software?.length ?? 0) > 0)?.software;
  const call = oneCall(calls);
  return {
    summary: '',
    findings: oneStory(results.map(({ findings }) => findings)),
    phases: slowest(results.flatMap(({ phases }) => phases)),
    ...(call && { call }),
    ...(software && { software }),
  };
}

/** What is known of all rooms so far, for whoever looks on. */
class Live {
  readonly #progress: (progress: Progress<'call'>) => void;
  readonly #calls: (CallResult | undefined)[] = [];
  /** What the first room is doing; the others do the same at about that time. */
  #doing: Progress<'call'> | null = null;

  constructor(progress: (progress: Progress<'call'>) => void) {
    this.#progress = progress;
  }

  of(index: number): (progress: Progress<'call'>) => void {
    return ({ partial, ...doing }) => {
      if (partial?.call) this.#calls[index] = partial.call;
      // A room that has not begun has its place: the others keep their numbers.
      const call = oneCall(Array.from(this.#calls));
      if (index === 0 || this.#doing === null) this.#doing = doing;
      this.#progress({ ...this.#doing, ...(call && { partial: { call } }) });
    };
  }
}

/** A sink of one room: files are named after participants, of whom no two rooms have the same; the recording is of all rooms. */
function recordingTo(sink: EvidenceSink, recordings: CallRecording[], index: number): EvidenceSink {
  return {
    write: (name, content) => sink.write(name, content),
    wanted: (outcome) => sink.wanted(outcome),
    record: (recording) => {
      recordings[index] = recording;
    },
  };
}

function oneRecording(recordings: readonly CallRecording[], options: CallOptions): CallRecording {
  return {
    startedAt: Math.min(...recordings.map(({ startedAt }) => startedAt)),
    endedAt: Math.max(...recordings.map(({ endedAt }) => endedAt)),
    played: playedBy(options),
    participants: recordings.flatMap(({ participants }) => participants),
  };
}

/** The calls of the rooms as one; undefined where there was none. Exported for tests. */
export function oneCall(calls: readonly (CallResult | undefined)[]): CallResult | undefined {
  const first = calls.find((call) => call !== undefined);
  if (!first) return undefined;
  const numbered = calls.flatMap((call, index) => (call ? [{ call, room: index + 1 }] : []));
  return {
    ...first,
    version: numbered.find(({ call }) => call.version !== null)?.call.version ?? null,
    rooms: numbered.map(({ call, room }) => ({ room, name: call.room })),
    participants: numbered.flatMap(({ call, room }) => call.participants.map((one) => ({ ...one, room }))),
    steps: oneCourse(numbered.map(({ call }) => call.steps)),
    streams: numbered.flatMap(({ call, room }) => call.streams.map((one) => ({ ...one, room }))),
  };
}

/** The steps of the rooms, those of one name as one: begun when the first room began it, and as long as the slowest needed. */
function oneCourse(courses: readonly (readonly CallStep[])[]): CallStep[] {
  const names = [...new Set(courses.flat().map(({ name }) => name))];
  return names.map((name) => {
    const steps = courses.flatMap((course) => course.find((step) => step.name === name) ?? []);
    const sharing = steps.flatMap((step) => step.sharing ?? []);
    const recovered = steps.flatMap(({ recoveredMs }) => (recoveredMs === undefined ? [] : [recoveredMs]));
    return {
      name,
      atMs: Math.min(...steps.map(({ atMs }) => atMs)),
      ms: Math.max(...steps.map(({ ms }) => ms)),
      ...(recovered.length > 0 && { recoveredMs: most(recovered, true) }),
      present: steps.flatMap(({ present }) => present),
      ...(sharing.length > 0 && { sharing }),
      cpuPressure: most(steps.map(({ cpuPressure = null }) => cpuPressure)),
    };
  });
}

/** The largest; null where nothing, or (`strict`) not everything, is known. */
function most(values: readonly (number | null)[], strict = false): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 || (strict && known.length < values.length) ? null : Math.max(...known);
}

/** What each room found says which room it was; what several rooms found alike is one finding, of the deployment or this machine. */
function oneStory(rooms: readonly (readonly Found<'call'>[])[]): Found<'call'>[] {
  const times = new Map<string, number>();
  for (const finding of rooms.flat()) times.set(alike(finding), (times.get(alike(finding)) ?? 0) + 1);
  const seen = new Set<string>();
  return rooms.flatMap((findings, index) =>
    findings.flatMap((finding) => {
      const key = alike(finding);
      if (seen.has(key)) return [];
      seen.add(key);
      if (times.get(key)! > 1 || !saysRoom(finding.cause)) return [finding];
      // All causes that a room may have, have it beside their own.
      return [{ ...finding, cause: { ...finding.cause, room: index + 1 } as CallCause }];
    }),
  );
}

/** Equal for what is one thing in whatever room it was found. */
function alike({ cause, outcome }: Found<'call'>): string {
  if (cause.id === 'server-view' || cause.id === 'server-view-missing') return `${cause.id} ${cause.server}`;
  if (ofMachine(cause)) return cause.id;
  return JSON.stringify([cause, outcome]);
}

/** The machine is the same for all rooms. */
const ofMachine = (cause: Found<'call'>['cause']): boolean =>
  cause.id === 'machine-busy' && cause.consequence === 'excused';

/** Whether a cause has a place for the room, and is of one. */
function saysRoom(cause: Found<'call'>['cause']): boolean {
  const schema = Object.entries(callCauses).find(([id]) => id === cause.id)?.[1];
  return !ofMachine(cause) && schema !== undefined && 'shape' in schema && 'room' in schema.shape;
}

/** How long each part took in the room in which it took longest. */
function slowest(phases: readonly Phase[]): Phase[] {
  const all = new Map<string, Phase>();
  for (const phase of phases) {
    const key = `${phase.step ?? ''} ${phase.name}`;
    const known = all.get(key);
    if (!known || phase.ms > known.ms) all.set(key, phase);
  }
  return [...all.values()];
}
