/**
 * What can be broken in the sandbox, in words: `vigie sandbox --break "audio A->B"`, the same over the API of
 * a running sandbox, and in tests. This file is the only home of the words; the parts of the sandbox ask the
 * `SwitchBoard` whether something is broken at the moment they would do it, so that a switch works at once.
 *
 * Participants are named by a capital letter: see `nameParticipants` in meet/names.ts.
 */
import { parseDuration } from '../base/durations.ts';
import { nearest } from '../base/suggest.ts';
import {
  MAIL_WORDINGS,
  MAIL_WORDS,
  type MailWord,
  type RecordGone,
  readRecordGone,
  takesAway,
  type ZoneRecordName,
} from './mail/faults.ts';
import type { MediaKind } from './meet/messages.ts';

export const MEDIA_KINDS = ['audio', 'video'] as const satisfies readonly MediaKind[];

type Fault =
  | {
      readonly what: 'stream';
      readonly kinds: readonly MediaKind[];
      readonly from: string;
      readonly to: string;
    }
  | { readonly what: 'uplink'; readonly kinds: readonly MediaKind[]; readonly from: string }
  | { readonly what: 'downlink'; readonly to: string }
  | { readonly what: 'bridge-channel'; readonly to: string | null }
  | {
      readonly what: 'swapped';
      readonly kinds: readonly MediaKind[];
      readonly pair: readonly [string, string];
    }
  | { readonly what: 'frozen' | 'silent'; readonly from: string }
  | { readonly what: 'slow'; readonly ms: number }
  | { readonly what: 'loss'; readonly share: number }
  | { readonly what: 'library-missing' | 'page-error' | 'join-refused' | 'no-ice' }
  | { readonly what: MailWord }
  | RecordGone;

/** A parsed switch. `text` is its one canonical spelling; of one `key` the later takes the earlier's place. */
export type Switch = Fault & { readonly text: string; readonly key: string };

/** The longest delay that `slow` takes: beyond it a call looks cut rather than slow. */
const SLOW_MAX_MS = 10_000;

/** One line of the vocabulary: for `--help`, the API's answer and error messages. */
export interface Wording {
  /** As it is written, with A, B for participants. */
  readonly syntax: string;
  /** What the participants see, or becomes of mail and records, while it is broken. */
  readonly sees: string;
}

export const WORDINGS: readonly Wording[] = [
  { syntax: 'audio A->B', sees: 'B cannot hear A; everybody else can, and B sees A' },
  { syntax: 'video A->B', sees: 'B cannot see A: the last picture stays; B hears A' },
  { syntax: 'A->B', sees: 'B can neither hear nor see A' },
  { syntax: 'audio A', sees: 'nobody can hear A: the sound does not reach the bridge' },
  { syntax: 'video A', sees: 'nobody can see A: the video does not reach the bridge' },
  { syntax: 'uplink A', sees: 'nobody can hear or see A; A hears and sees everybody' },
  { syntax: 'downlink B', sees: 'B can hear and see nobody; everybody hears and sees B' },
  {
    syntax: 'bridge-channel B',
    sees: 'the bridge channel of B closes for good: B gets no tracks of participants who join later (without a name: of everybody)',
  },
  {
    syntax: 'swapped A B',
    sees: 'the media of A and B are swapped for all receivers ("swapped audio A B", "swapped video A B": one kind)',
  },
  { syntax: 'frozen A', sees: 'the picture of A stands still, while its packets flow' },
  { syntax: 'silent A', sees: 'A is silent for everybody, while its packets flow' },
  { syntax: 'slow 500ms', sees: 'everything arrives 500 ms later, in order (at most 10s)' },
  { syntax: 'loss 10%', sees: '10 % of the packets from the bridge are lost, at random' },
  {
    syntax: 'no-ice',
    sees: 'the bridge answers no ICE checks and sends no media: calls in progress break off',
  },
  {
    syntax: 'join-refused',
    sees: 'joining fails with connection.conferenceRequestFailed; calls in progress continue',
  },
  { syntax: 'library-missing', sees: '/libs/lib-jitsi-meet.min.js answers 404' },
  { syntax: 'page-error', sees: 'all pages, config.js and the library answer 502' },
  ...MAIL_WORDINGS,
];

/** A mistake in somebody's words; the message is for that person. */
export class SwitchError extends Error {
  override readonly name = 'SwitchError';
}

const WORDS = [
  'audio',
  'video',
  'uplink',
  'downlink',
  'bridge-channel',
  'swapped',
  'frozen',
  'silent',
  'slow',
  'loss',
  'no-ice',
  'join-refused',
  'library-missing',
  'page-error',
  ...MAIL_WORDS,
  'record-gone',
];

/** Reads one switch. Letters of participants may be small, `→` stands for `->`. Throws `SwitchError`. */
export function parseSwitch(text: string): Switch {
  const words = text
    .trim()
    .replace(/\s*(->|→)\s*/g, '->')
    .split(/\s+/);
  const parsed = read(words);
  if (parsed === null) throw new SwitchError(`"${text}" is nothing that can be broken.${hint(words)}`);
  return parsed;
}

const NAME = /^[a-z]$/i;
const ARROW = /^([a-z])->([a-z])$/i;

function read(words: readonly string[]): Switch | null {
  const [word = '', ...rest] = words;
  if (words.length === 1 && ARROW.test(word)) return readStream(MEDIA_KINDS, word);
  switch (word.toLowerCase()) {
    case 'audio':
    case 'video': {
      const kinds = [word.toLowerCase() as MediaKind];
      if (rest.length !== 1) return null;
      if (ARROW.test(rest[0]!)) return readStream(kinds, rest[0]!);
      return readOne(rest, (from) => keyed({ what: 'uplink', kinds, from }, `${kinds[0]} ${from}`));
    }
    case 'uplink':
      return readOne(rest, (from) => keyed({ what: 'uplink', kinds: MEDIA_KINDS, from }, `uplink ${from}`));
    case 'downlink':
      return readOne(rest, (to) => keyed({ what: 'downlink', to }, `downlink ${to}`));
    case 'bridge-channel':
      if (rest.length === 0) return keyed({ what: 'bridge-channel', to: null }, 'bridge-channel');
      return readOne(rest, (to) => keyed({ what: 'bridge-channel', to }, `bridge-channel ${to}`));
    case 'frozen':
    case 'silent': {
      const what = word.toLowerCase() as 'frozen' | 'silent';
      return readOne(rest, (from) => keyed({ what, from }, `${what} ${from}`));
    }
    case 'swapped':
      return readSwapped(rest);
    case 'slow':
      return readSlow(rest);
    case 'loss':
      return readLoss(rest);
    case 'no-ice':
    case 'join-refused':
    case 'library-missing':
    case 'page-error': {
      const what = word.toLowerCase() as 'no-ice' | 'join-refused' | 'library-missing' | 'page-error';
      return rest.length === 0 ? keyed({ what }, what) : null;
    }
    case 'record-gone': {
      const gone = readRecordGone(rest);
      return gone && keyed(gone, gone.text);
    }
    default: {
      const what = MAIL_WORDS.find((known) => known === word.toLowerCase());
      return what && rest.length === 0 ? keyed({ what }, what) : null;
    }
  }
}

function keyed(fault: Fault, text: string, key = text): Switch {
  return { ...fault, text, key };
}

function readOne(rest: readonly string[], make: (name: string) => Switch): Switch | null {
  return rest.length === 1 && NAME.test(rest[0]!) ? make(rest[0]!.toUpperCase()) : null;
}

function readStream(kinds: readonly MediaKind[], arrow: string): Switch {
  const [, from, to] = ARROW.exec(arrow.toUpperCase())!;
  if (from === to) {
    throw new SwitchError(
      `"${from}->${to}": nobody is sent their own stream. Name two participants, as in "A->B".`,
    );
  }
  const text = `${kinds.length === 1 ? `${kinds[0]} ` : ''}${from}->${to}`;
  return keyed({ what: 'stream', kinds, from: from!, to: to! }, text);
}

function readSwapped(rest: readonly string[]): Switch | null {
  const only = MEDIA_KINDS.find((kind) => kind === rest[0]?.toLowerCase());
  const names = (only ? rest.slice(1) : rest).map((name) => name.toUpperCase());
  if (names.length !== 2 || !names.every((name) => NAME.test(name))) return null;
  const [one, other] = names.sort() as [string, string];
  if (one === other)
    throw new SwitchError(`"swapped ${one} ${other}": name two participants, as in "swapped A B".`);
  const text = `swapped ${only ? `${only} ` : ''}${one} ${other}`;
  return keyed({ what: 'swapped', kinds: only ? [only] : MEDIA_KINDS, pair: [one, other] }, text);
}

function readSlow(rest: readonly string[]): Switch | null {
  if (rest.length !== 1) return null;
  const ms = parseDuration(rest[0]!);
  if (ms === null || ms <= 0 || ms > SLOW_MAX_MS) {
    throw new SwitchError(
      `"slow ${rest[0]}": expected a delay of up to 10s with its unit, as in "slow 500ms".`,
    );
  }
  return keyed({ what: 'slow', ms }, `slow ${rest[0]}`, 'slow');
}

function readLoss(rest: readonly string[]): Switch | null {
  if (rest.length !== 1) return null;
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(rest[0]!)?.[1];
  if (percent === undefined || Number(percent) <= 0 || Number(percent) > 100) {
    throw new SwitchError(`"loss ${rest[0]}": expected a share of up to 100%, as in "loss 10%".`);
  }
  return keyed({ what: 'loss', share: Number(percent) / 100 }, `loss ${percent}%`, 'loss');
}

function hint(words: readonly string[]): string {
  const known = `\nWhat exists: ${WORDINGS.map(({ syntax }) => `"${syntax}"`).join(', ')}.`;
  const first = words[0]?.toLowerCase() ?? '';
  const near = nearest(first, WORDS);
  if (near === null) return known;
  const corrected = [near, ...words.slice(1)].join(' ');
  try {
    if (read([near, ...words.slice(1)])) return ` Did you mean "${corrected}"?${known}`;
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
  }
  const wording = WORDINGS.find(({ syntax }) => syntax.startsWith(near));
  return wording ? ` Write it like "${wording.syntax}".${known}` : known;
}

/** What is broken now. The parts of the sandbox ask it; whoever must act on a change listens. */
export class SwitchBoard {
  readonly #broken = new Map<string, Switch>();
  readonly #listeners = new Set<() => void>();

  /** Breaks all of these or, where one is not understood, none. Throws `SwitchError`. */
  break(texts: readonly string[]): void {
    this.change({ break: texts, mend: [] });
  }

  /** Mends all of these or, where one is not broken, none. `slow` and `loss` need no figure. Throws `SwitchError`. */
  mend(texts: readonly string[] | 'all'): void {
    this.change({ break: [], mend: texts });
  }

  /** Mends, then breaks; nothing at all where one word is wrong. Throws `SwitchError`. */
  change(wanted: { readonly break: readonly string[]; readonly mend: readonly string[] | 'all' }): void {
    const switches = wanted.break.map(parseSwitch);
    const keys =
      wanted.mend === 'all' ? [...this.#broken.keys()] : wanted.mend.map((text) => this.#keyOf(text));
    for (const key of keys) this.#broken.delete(key);
    for (const parsed of switches) this.#broken.set(parsed.key, parsed);
    if (switches.length + keys.length > 0) for (const listener of this.#listeners) listener();
  }

  #keyOf(text: string): string {
    const bare = text.trim().toLowerCase();
    const key = bare === 'slow' || bare === 'loss' ? bare : parseSwitch(text).key;
    if (this.#broken.has(key)) return key;
    const list = this.list();
    throw new SwitchError(
      `"${text}" is not broken. ${list.length > 0 ? `Broken: ${list.map((entry) => `"${entry}"`).join(', ')}.` : 'Nothing is.'}`,
    );
  }

  /** What is broken, in canonical words, in the order it was broken. */
  list(): string[] {
    return [...this.#broken.values()].map(({ text }) => text);
  }

  /** Calls back after every change, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #some(test: (entry: Switch) => boolean): boolean {
    for (const entry of this.#broken.values()) if (test(entry)) return true;
    return false;
  }

  /** Whether what `from` sends of this kind is lost before the bridge. */
  uplinkCut(kind: MediaKind, from: string): boolean {
    return this.#some(
      (entry) => entry.what === 'uplink' && entry.from === from && entry.kinds.includes(kind),
    );
  }

  /** Whether the stream announced to `to` as that of `from` is not forwarded. */
  streamCut(kind: MediaKind, from: string, to: string): boolean {
    return this.#some(
      (entry) =>
        (entry.what === 'stream' && entry.from === from && entry.to === to && entry.kinds.includes(kind)) ||
        (entry.what === 'downlink' && entry.to === to),
    );
  }

  /** Whose media is sent where `announced` is announced: themselves, or the one they are swapped with. */
  swappedWith(kind: MediaKind, announced: string): string {
    for (const entry of this.#broken.values()) {
      if (entry.what !== 'swapped' || !entry.kinds.includes(kind)) continue;
      const [one, other] = entry.pair;
      if (announced === one) return other;
      if (announced === other) return one;
    }
    return announced;
  }

  bridgeChannelCut(to: string): boolean {
    return this.#some((entry) => entry.what === 'bridge-channel' && (entry.to === null || entry.to === to));
  }

  /** Whether this participant's page is to send a still picture (`frozen`) or near silence (`silent`). */
  held(what: 'frozen' | 'silent', from: string): boolean {
    return this.#some((entry) => entry.what === what && entry.from === from);
  }

  is(what: 'library-missing' | 'page-error' | 'join-refused' | 'no-ice' | MailWord): boolean {
    return this.#broken.has(what);
  }

  /** Whether this record of a domain is not to be published. */
  recordGone(record: ZoneRecordName, domain: string): boolean {
    return this.#some((entry) => entry.what === 'record-gone' && takesAway(entry, record, domain));
  }

  /** Milliseconds that every forwarded packet is held back. */
  get delayMs(): number {
    const entry = this.#broken.get('slow');
    return entry?.what === 'slow' ? entry.ms : 0;
  }

  /** The share of forwarded packets to lose, 0 to 1. */
  get lossShare(): number {
    const entry = this.#broken.get('loss');
    return entry?.what === 'loss' ? entry.share : 0;
  }
}
