/** Findings about streams: which, since when, why; those that share a sender or a receiver are one. */

import { list } from '../../../base/words.ts';
import type { Finding, Where } from '../../check.ts';
import type { CallStream, MediaKind, StreamVerdict } from '../result.ts';
import type { Diagnosis } from './diagnosis.ts';

export interface Judged {
  readonly stream: CallStream;
  readonly diagnosis: Diagnosis;
}

/** Who is in a sentence in place of a list of names. */
const NOBODY = 'Nobody';
const EVERYBODY = 'Everybody';

/** "C does not see B", "Nobody hears B any more"; with `Nobody` and `anybody` for the whole matrix. */
export function sentence(
  receivers: string,
  senders: string,
  kinds: readonly MediaKind[],
  verdict: StreamVerdict,
): string {
  const both = kinds.length === 2;
  const nobody = receivers === NOBODY;
  const plural = receivers.includes(' and ');
  const perceive = both ? 'hear or see' : kinds[0] === 'audio' ? 'hear' : 'see';
  const perceives = plural ? perceive : perceive.replaceAll(/hear|see/g, (verb) => `${verb}s`);
  const thing = both ? 'sound and picture' : kinds[0] === 'audio' ? 'sound' : 'picture';
  // What comes wrong or late comes to everybody; what does not come, comes to nobody.
  const whoever = nobody ? EVERYBODY : receivers;
  const whose = senders === 'anybody' ? 'everybody' : senders;
  switch (verdict) {
    case 'lost':
      return nobody
        ? `Nobody ${perceives} ${senders} any more`
        : `${receivers} no longer ${perceives} ${senders}`;
    case 'frozen':
      return nobody
        ? `Nobody sees more than a still picture of ${senders}`
        : `${receivers} ${plural ? 'see' : 'sees'} only a still picture of ${senders}`;
    case 'silent':
      return `${nobody ? 'Nobody hears anything' : `${receivers} ${plural ? 'hear' : 'hears'} nothing`} of ${senders}, though packets arrive`;
    case 'wrong':
      return `${whoever} ${plural ? 'get' : 'gets'} somebody else's ${thing} as ${whose}'s`;
    case 'late':
      return `${whoever} ${plural ? 'get' : 'gets'} the ${thing} of ${whose} late`;
    case 'missing':
    case 'ok':
      return nobody
        ? `Nobody ${perceives} ${senders}`
        : `${receivers} ${plural ? 'do' : 'does'} not ${perceive} ${senders}`;
  }
}

interface Group {
  readonly receivers: readonly string[];
  readonly senders: readonly string[];
  readonly members: readonly Judged[];
}

/** One finding for each group of streams that went wrong in the same way. */
export function streamFindings(judged: readonly Judged[], names: readonly string[]): Finding[] {
  const broken = judged.filter(({ stream }) => stream.verdict !== 'ok' && !stream.muted);
  const findings: Finding[] = [];
  for (const verdict of ['missing', 'lost', 'frozen', 'silent', 'wrong', 'late'] as const) {
    const left = new Set(broken.filter(({ stream }) => stream.verdict === verdict));
    for (const group of groups(left, names)) findings.push(findingOf(group, verdict, names));
  }
  return findings;
}

/** Takes whole matrices, columns and rows out first, then what is left, stream by stream. */
function groups(left: Set<Judged>, names: readonly string[]): Group[] {
  const found: Group[] = [];
  const take = (receivers: readonly string[], senders: readonly string[], kinds: readonly MediaKind[]) => {
    const want = receivers.flatMap((receiver) =>
      senders
        .filter((sender) => sender !== receiver)
        .flatMap((sender) => kinds.map((kind) => `${receiver} ${sender} ${kind}`)),
    );
    const members = [...left].filter(({ stream: { receiver, sender, kind } }) =>
      want.includes(`${receiver} ${sender} ${kind}`),
    );
    if (members.length !== want.length || members.length === 0) return;
    for (const member of members) left.delete(member);
    found.push({ receivers, senders, members });
  };
  const both: MediaKind[] = ['audio', 'video'];
  const kindSets: MediaKind[][] = [both, ['audio'], ['video']];
  for (const kinds of kindSets) take(names, names, kinds);
  for (const kinds of kindSets) {
    for (const name of names) {
      const others = names.filter((other) => other !== name);
      if (others.length < 2) continue;
      take(others, [name], kinds);
      take([name], others, kinds);
    }
  }
  for (const kinds of kindSets) {
    for (const receiver of names)
      for (const sender of names) if (receiver !== sender) take([receiver], [sender], kinds);
  }
  return found;
}

function findingOf(
  { receivers, senders, members }: Group,
  verdict: StreamVerdict,
  names: readonly string[],
): Finding {
  const kinds = [...new Set(members.map(({ stream }) => stream.kind))];
  const text = sentence(...people(receivers, senders, names), kinds, verdict);
  const since = sinceWhen(members);
  const where = onePlace(members);
  return {
    id: `stream-${verdict}`,
    outcome: verdict === 'late' ? 'degraded' : 'fail',
    text: `${text}${since}${because(members)}.`,
    where,
    evidence: {
      streams: members.map(({ stream, diagnosis }) => ({
        receiver: stream.receiver,
        sender: stream.sender,
        kind: stream.kind,
        lostAt: stream.lostAt,
        reason: stream.reason,
        where: diagnosis.where,
        ...diagnosis.evidence,
      })),
    },
  };
}

/** Receivers and senders in words: by name, or "nobody" and "anybody" where that says it all. */
function people(
  receivers: readonly string[],
  senders: readonly string[],
  names: readonly string[],
): [receivers: string, senders: string] {
  if (receivers.length === names.length) {
    return names.length === 2 ? [list(names), 'each other'] : [NOBODY, 'anybody'];
  }
  // "Nobody sees B" where everybody but B is a receiver, and there are at least two of them.
  const column = senders.length === 1 && receivers.length === names.length - 1 && receivers.length > 1;
  return [column ? NOBODY : list(receivers), list(senders)];
}

/** `: the first reason (and 2 more reasons)`; reasons that differ in their figures alone are one. */
function because(members: readonly Judged[]): string {
  const reasons = new Map<string, string>();
  for (const { stream } of members) {
    const kind = stream.reason?.replaceAll(/\d+(\.\d+)?/g, '0');
    if (stream.reason && kind && !reasons.has(kind)) reasons.set(kind, stream.reason);
  }
  const [first] = reasons.values();
  const more = reasons.size - 1;
  return first
    ? `: ${first}${more > 0 ? ` (and ${more} more ${more === 1 ? 'reason' : 'reasons'})` : ''}`
    : '';
}

function sinceWhen(members: readonly Judged[]): string {
  const [first] = members.flatMap(({ stream }) => stream.lostAt ?? []).sort();
  return first ? ` since ${first.slice(11, 19)} UTC` : '';
}

function onePlace(members: readonly Judged[]): Where {
  const places = new Set(members.map(({ diagnosis }) => diagnosis.where ?? 'unknown'));
  return places.size === 1 ? [...places][0]! : 'unknown';
}

/** Muted streams that are heard or seen all the same, or of which the receiver was not told. */
export function muteFindings(judged: readonly Judged[]): Finding[] {
  const muted = judged.filter(({ stream }) => stream.muted && stream.verdict !== 'ok');
  const of = (verdict: StreamVerdict) => muted.filter(({ stream }) => stream.verdict === verdict);
  const streams = (members: readonly Judged[]) =>
    members.map(({ stream: { receiver, sender, kind, reason } }) => ({ receiver, sender, kind, reason }));
  const reasons = (members: readonly Judged[]) =>
    members.flatMap(({ stream }) => stream.reason ?? []).join('; ');
  const findings: Finding[] = [];
  if (of('wrong').length > 0) {
    findings.push({
      id: 'mute-ignored',
      outcome: 'fail',
      text: `Muting does not mute: ${reasons(of('wrong'))}.`,
      where: 'sender',
      evidence: { streams: streams(of('wrong')) },
    });
  }
  if (of('lost').length > 0) {
    findings.push({
      id: 'mute-untold',
      outcome: 'degraded',
      text: `Muting is not signalled: ${reasons(of('lost'))}.`,
      where: 'signaling',
      evidence: { streams: streams(of('lost')) },
    });
  }
  return findings;
}

/** Pauses after which a stream came back. */
export function gapFindings(judged: readonly Judged[]): Finding[] {
  return judged.flatMap(({ stream }) =>
    stream.gaps.map((gap) => ({
      id: 'stream-gap',
      outcome: 'degraded' as const,
      text: `${stream.receiver} did not ${stream.kind === 'audio' ? 'hear' : 'see'} ${stream.sender} for ${(gap.ms / 1000).toFixed(1)} s (from ${gap.from.slice(11, 23)} UTC), then again.`,
      where: 'unknown' as const,
      evidence: { receiver: stream.receiver, sender: stream.sender, kind: stream.kind, ...gap },
    })),
  );
}

/** A person waits this long for a picture or a sound, and then begins to ask. */
const SLOW_MS = 6000;

/**
 * Streams that came, but late in the call: what heals itself would otherwise never be seen. Advice up to
 * `completeWithin` milliseconds. `after`: what began then.
 */
export function slowFindings(judged: readonly Judged[], after: string, completeWithin: number): Finding[] {
  const slow = judged
    .filter(({ stream }) => stream.verdict === 'ok' && (stream.firstMs ?? 0) > SLOW_MS)
    .map(({ stream: { receiver, sender, kind, firstMs, ssrc } }) => ({
      ...{ receiver, sender, kind, ssrc },
      firstMs: firstMs ?? 0,
    }))
    .sort((a, b) => b.firstMs - a.firstMs);
  const [slowest] = slow;
  if (!slowest) return [];
  const { receiver, sender, kind, firstMs } = slowest;
  const worst = `${receiver} ${kind === 'audio' ? 'heard' : 'saw'} ${sender} only ${(firstMs / 1000).toFixed(1)} s ${after}`;
  const others = slow.length - 1;
  return [
    {
      id: 'stream-slow',
      outcome: firstMs > completeWithin ? ('degraded' as const) : ('pass' as const),
      text: `${worst}${others === 0 ? '' : `; ${others} more ${others === 1 ? 'stream' : 'streams'} came late`}.`,
      where: 'unknown' as const,
      evidence: { streams: slow },
    },
  ];
}
