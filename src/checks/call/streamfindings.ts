/** Findings about streams: which, since when, why; those that share a sender or a receiver are one. */
import type { Finding, Place } from '../check.ts';
import type { Diagnosis } from './diagnosis.ts';
import { list } from './obstacles.ts';
import type { MediaKind, Stream, Verdict } from './result.ts';

export interface Judged {
  readonly stream: Stream;
  readonly diagnosis: Diagnosis;
}

/** "C does not see B". */
export function sentence(
  receivers: string,
  senders: string,
  kinds: readonly MediaKind[],
  verdict: Verdict,
): string {
  const plural = receivers.includes(' and ') || receivers.includes(',');
  const does = plural ? 'do' : 'does';
  const nobody = receivers === 'Nobody';
  const perceives = kinds.length === 2 ? 'hear or see' : kinds[0] === 'audio' ? 'hear' : 'see';
  const verb = nobody ? perceives.replaceAll(/hear|see/g, (word) => `${word}s`) : `${does} not ${perceives}`;
  const gets = plural ? 'get' : 'gets';
  const thing = kinds.length === 2 ? 'sound and picture' : kinds[0] === 'audio' ? 'sound' : 'picture';
  switch (verdict) {
    case 'lost':
      return nobody
        ? `Nobody ${verb} ${senders} any more`
        : `${receivers} no longer ${plural ? perceives : perceives.replaceAll(/hear|see/g, (w) => `${w}s`)} ${senders}`;
    case 'frozen':
      return `${receivers} ${nobody ? 'sees' : plural ? 'see' : 'sees'} ${nobody ? 'more than ' : ''}a still picture of ${senders}`;
    case 'silent':
      return `${nobody ? 'Nobody hears anything' : `${receivers} ${plural ? 'hear' : 'hears'} nothing`} of ${senders}, though packets arrive`;
    case 'wrong':
      return `${receivers === 'Nobody' ? 'Everybody' : receivers} ${receivers === 'Nobody' ? 'gets' : gets} somebody else's ${thing} as ${senders}'s`;
    case 'late':
      return `${receivers === 'Nobody' ? 'Everybody' : receivers} ${receivers === 'Nobody' ? 'gets' : gets} the ${thing} of ${senders} late`;
    case 'missing':
    case 'ok':
      return `${receivers} ${verb} ${senders}`;
  }
}

interface Group {
  readonly receivers: readonly string[];
  readonly senders: readonly string[];
  readonly members: readonly Judged[];
}

/** One finding for each group of streams that went wrong in the same way. */
export function streamFindings(judged: readonly Judged[], names: readonly string[]): Finding[] {
  const broken = judged.filter(({ stream }) => stream.verdict !== 'ok');
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
  verdict: Verdict,
  names: readonly string[],
): Finding {
  const kinds = [...new Set(members.map(({ stream }) => stream.kind))];
  const all = receivers.length === names.length;
  // "Nobody sees B" where everybody but B is a receiver, and there are at least two of them.
  const column = senders.length === 1 && receivers.length === names.length - 1 && receivers.length > 1;
  const text = sentence(
    all || column ? 'Nobody' : list(receivers),
    all ? 'anybody' : list(senders),
    kinds,
    verdict,
  );
  const reasons = [...new Set(members.flatMap(({ stream }) => stream.reason ?? []))];
  const since = sinceWhen(members);
  const where = onePlace(members);
  return {
    id: `stream-${verdict}`,
    outcome: verdict === 'late' ? 'degraded' : 'fail',
    text: `${text}${since}${reasons.length > 0 ? `: ${reasons[0]}${reasons.length > 1 ? ` (and ${reasons.length - 1} more ${reasons.length === 2 ? 'reason' : 'reasons'})` : ''}` : ''}.`,
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

function sinceWhen(members: readonly Judged[]): string {
  const [first] = members.flatMap(({ stream }) => stream.lostAt ?? []).sort();
  return first ? ` since ${first.slice(11, 19)} UTC` : '';
}

function onePlace(members: readonly Judged[]): Place {
  const places = new Set(members.map(({ diagnosis }) => diagnosis.where ?? 'unknown'));
  return places.size === 1 ? [...places][0]! : 'unknown';
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
