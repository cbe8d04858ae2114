/** What is compared between runs that fail and runs that work, and what of a run can fail for itself. */
import { arrives, type CallResult, type CallStream } from '../checks/call/result.ts';
import type { Run } from '../checks/check.ts';
import { versionText } from '../checks/software.ts';
import type { ComparedRun, Loss } from '../statistics/common-cause.ts';

/** A part of what a check looks at, which can be lost while the rest works. */
export interface Subject {
  readonly aspect: 'stream' | 'step' | 'part' | 'mechanism';
  /** `join: B video from A`, `join`, `websocket`, `dkim`. */
  readonly name: string;
}

/** Whether each subject of a run worked; what the run could not judge is absent. By `subjectKey`. */
export type Subjects = ReadonlyMap<string, boolean>;

export function subjectKey({ aspect, name }: Subject): string {
  return `${aspect} ${name}`;
}

/** The subject that a key stands for. */
export function subjectOf(key: string): Subject {
  const space = key.indexOf(' ');
  return { aspect: key.slice(0, space) as Subject['aspect'], name: key.slice(space + 1) };
}

/** A stream in the words of the metric's labels. */
export function streamName({
  step,
  receiver,
  sender,
  kind,
}: Pick<CallStream, 'step' | 'receiver' | 'sender' | 'kind'>): string {
  return `${step}: ${receiver} ${kind} from ${sender}`;
}

/** The mechanisms of a test message; `delivery` is its arrival. */
export const MAIL_MECHANISMS = ['delivery', 'dkim', 'spf', 'dmarc'] as const;

/** What of a run worked and what did not. A run that could not tell says nothing. */
export function subjectsOf(run: Run): Subjects {
  const found = new Map<string, boolean>();
  if (run.outcome === 'error') return found;
  const add = (aspect: Subject['aspect'], name: string, ok: boolean | null) => {
    if (ok === null) return;
    const key = subjectKey({ aspect, name });
    found.set(key, (found.get(key) ?? true) && ok);
  };
  for (const stream of run.call?.streams ?? []) {
    add('stream', streamName(stream), arrives(stream));
    add('step', stream.step, arrives(stream));
  }
  for (const part of run.signaling?.parts ?? []) add('part', part.name, part.ok);
  for (const message of run.mail?.letters ?? []) {
    add('mechanism', 'delivery', message.delivery !== null);
    for (const mechanism of ['dkim', 'spf', 'dmarc'] as const) {
      const verdict = message[mechanism];
      if (verdict === null || verdict.result === 'temperror') continue;
      const aligned = 'aligned' in verdict ? verdict.aligned : true;
      add('mechanism', mechanism, verdict.result === 'pass' && aligned);
    }
  }
  return found;
}

/** A run as `commonCauses` compares it; null for one that could not tell. */
export function comparedRun(run: Run): ComparedRun | null {
  if (run.outcome === 'error') return null;
  const failed = run.outcome === 'fail';
  return { failed, circumstances: circumstancesOf(run), losses: failed ? lossesOf(run) : new Map() };
}

/** Known of every run: versions, how media travelled, the hour. */
function circumstancesOf({ call, startedAt, software = [], configuration }: Run): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const add = (trait: string, value: string | null | undefined) => {
    if (value) found.set(trait, [...(found.get(trait) ?? []), value]);
  };
  add('lib-jitsi-meet', call?.version);
  for (const each of software) add(each.part, versionText(each));
  for (const { name, browser, version, transport } of call?.participants ?? []) {
    add('browser version', version && `${browser} ${version}`);
    if (!transport) continue;
    add('path', `${name} ${transport.path === 'p2p' ? 'direct' : 'bridge'}`);
    add('transport', `${name} ${transport.protocol}`);
    add('relay', `${name} ${transport.candidateType === 'relay' ? 'relayed' : 'not relayed'}`);
  }
  add('hour of day', `${startedAt.slice(11, 13)}:00 UTC`);
  add('configuration', configuration);
  return found;
}

type Losses = Map<string, Loss | null>;

/** Known of failing runs alone: what was lost, and where. */
function lossesOf(run: Run): Losses {
  const losses: Losses = new Map();
  if (run.call) addStreamLosses(run.call, losses);
  for (const [aspect, trait] of [
    ['part', 'part'],
    ['mechanism', 'mechanism'],
  ] as const) {
    const judged = [...subjectsOf(run)].filter(([key]) => subjectOf(key).aspect === aspect);
    const lost = judged.filter(([, ok]) => !ok).map(([key]) => subjectOf(key).name);
    if (lost.length > 0) losses.set(trait, only(lost, 1 / judged.length));
  }
  const wheres = run.findings.flatMap(({ outcome, where }) => (outcome === 'fail' && where ? [where] : []));
  // Places have no natural share; one that has more than half of the losses stands out.
  if (wheres.length > 0) losses.set('place', only(wheres, 0.5));
  const ids = run.findings.flatMap(({ id, outcome }) => (outcome === 'fail' ? [id] : []));
  if (ids.length > 0 && !run.call) losses.set('finding', only(ids, 0.5));
  return losses;
}

/** What can be said of a stream that was lost; participants before browsers, which follow from them. */
const STREAM_TRAITS = ['sender', 'receiver', 'medium', 'sending browser', 'receiving browser'] as const;
type StreamTrait = (typeof STREAM_TRAITS)[number];

/** Each trait with the share of all judged streams that has the value: what chance would give. */
function addStreamLosses({ streams, participants, steps }: CallResult, losses: Losses): void {
  const order = new Map(steps.map(({ name }, index) => [name, index]));
  const lost = streams
    .filter((stream) => !arrives(stream))
    .sort((a, b) => (order.get(a.step) ?? 0) - (order.get(b.step) ?? 0));
  if (lost.length === 0) return;
  // What is lost in one step is often still lost in the next: the first one tells when it broke.
  const judged = new Set(streams.map(({ step }) => step)).size;
  if (judged > 1) losses.set('step', { value: lost[0]!.step, expected: 1 / judged });
  const browsers = new Map(participants.map(({ name, browser }) => [name, browser]));
  const traitOf = (trait: StreamTrait, { sender, receiver, kind }: CallStream): string => {
    if (trait === 'medium') return kind;
    const name = trait.startsWith('send') ? sender : receiver;
    return trait.endsWith('browser') ? (browsers.get(name) ?? '') : name;
  };
  const share = (among: readonly CallStream[], trait: StreamTrait, value: string) =>
    among.filter((stream) => traitOf(trait, stream) === value).length / among.length;
  for (const trait of STREAM_TRAITS) {
    const value = traitOf(trait, lost[0]!);
    const expected = share(streams, trait, value);
    // Where there is but one value, all runs share it and it says nothing.
    if (expected === 1) continue;
    const given = STREAM_TRAITS.map((other) => {
      const such = streams.filter((stream) => traitOf(other, stream) === traitOf(other, lost[0]!));
      return [other, share(such, trait, value)] as const;
    });
    const all = lost.map((stream) => traitOf(trait, stream));
    losses.set(trait, only(all, expected, new Map(given)));
  }
}

/** The one value that all share; null where they do not. */
function only(
  values: readonly string[],
  expected: number,
  given: ReadonlyMap<string, number> = new Map(),
): Loss | null {
  const [value] = values;
  if (value === undefined || values.some((each) => each !== value)) return null;
  return { value, expected, given };
}
