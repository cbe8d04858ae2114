/** What a run looked at, piece by piece, so that each can be followed from run to run. */
import type { Stream } from '../checks/call/result.ts';
import type { Run } from '../checks/check.ts';
import type { Tone } from './format.ts';
import { arrival, mechanism, submission } from './mail.ts';
import { verdict } from './matrix.ts';
import { partState } from './signaling.ts';
import type { Words } from './words/index.ts';
import { toneOf } from './zone.ts';

export interface Cell {
  /** The same in every run, and in every language. */
  readonly key: string;
  readonly label: string;
  readonly tone: Tone;
  readonly word: string;
}

/** A stream in all steps of a call, a mechanism of a letter, a part of the way into a call, a domain's record. */
export function cellsOf({ call, mail, signaling, zone }: Run, t: Words): Cell[] {
  return [
    ...(call ? streamCells(call.streams, t) : []),
    ...(signaling?.parts ?? []).map((part) => ({
      key: `${part.name} ${part.target ?? ''}`,
      label: `${t.part[part.name]}${part.target === null ? '' : ` (${part.target})`}`,
      ...partState(part, t),
    })),
    ...(mail?.letters ?? []).flatMap((letter) =>
      [
        { what: t.mail.relay, key: 'relay', ...submission(letter, t) },
        { what: t.mail.arrived, key: 'arrived', ...arrival(letter, t) },
        { what: 'DKIM', key: 'dkim', ...mechanism(letter.dkim, t) },
        { what: 'SPF', key: 'spf', ...mechanism(letter.spf, t) },
        { what: 'DMARC', key: 'dmarc', ...mechanism(letter.dmarc, t) },
      ].map(({ what, key, tone, word }) => ({
        key: `${letter.from} ${key}`,
        label: `${letter.from} ${what}`,
        tone,
        word,
      })),
    ),
    ...(zone?.domains ?? []).flatMap(({ domain, records }) =>
      records.map(({ record, level }) => ({
        key: `${domain} ${record}`,
        label: `${domain} ${record}`,
        tone: toneOf(level),
        word: t.level[level],
      })),
    ),
  ];
}

/** The worst that a stream was in any step. */
function streamCells(streams: readonly Stream[], t: Words): Cell[] {
  const worst = new Map<string, Stream>();
  for (const stream of streams) {
    const key = `${stream.receiver} ${stream.sender} ${stream.kind}`;
    const before = worst.get(key);
    if (!before || RANK.indexOf(verdict(stream, t).tone) < RANK.indexOf(verdict(before, t).tone)) {
      worst.set(key, stream);
    }
  }
  return [...worst].map(([key, stream]) => ({
    key,
    label: (stream.kind === 'audio' ? t.call.hears : t.call.sees)(stream.receiver, stream.sender),
    ...verdict(stream, t),
  }));
}

const RANK: readonly Tone[] = ['bad', 'warn', 'unsure', 'quiet', 'good'];
