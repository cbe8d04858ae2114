/**
 * The faults of the sandbox, in words: `vigie sandbox --break "audio A->B"`, the same over the API of
 * a running sandbox, and in tests. This file is the only home of the words; the parts of the sandbox ask the
 * `ActiveFaults` whether something is broken at the moment they would do it, so that a fault takes effect at once.
 *
 * Participants are named by a capital letter: see `nameParticipants` in meet/names.ts.
 */
import { parseDuration } from '../base/durations.ts';
import { nearest } from '../base/suggest.ts';
import { MAIL_FAULTS, MAIL_WORDS, type MailWord, type RecordGone, readRecordGone } from './mail/faults.ts';
import type { MediaKind } from './meet/messages.ts';

export const MEDIA_KINDS = ['audio', 'video', 'screen'] as const satisfies readonly MediaKind[];
const DEVICE_KINDS = ['audio', 'video'] as const satisfies readonly MediaKind[];

/** Faults of the conference that are on or off. */
const MEET_SWITCHES = [
  'no-ice',
  'no-ice-second',
  'regions-ignored',
  'join-refused',
  'library-missing',
  'page-error',
  'account-required',
  'clock-ahead',
  'lobby-deaf',
  'lobby-stuck',
  'no-restart',
  'lobby-open',
  'app-exception',
  'app-refuses',
  'app-csp',
  'app-prejoin',
  'app-tiles',
  'app-deaf',
  'embed-missing',
  'embed-broken',
  'embed-refused',
  'embed-undelegated',
  'embed-sandboxed',
  'embed-silent',
] as const;
export type MeetSwitch = (typeof MEET_SWITCHES)[number];

/** What the media of one participant is held in. */
export type HeldWord = 'frozen' | 'silent' | 'small' | 'kept' | 'mixed';

type FaultData =
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
  | { readonly what: HeldWord; readonly from: string }
  | { readonly what: 'slow' | 'slow-signaling'; readonly ms: number }
  | { readonly what: 'loss'; readonly share: number }
  | { readonly what: MeetSwitch }
  | { readonly what: MailWord }
  | RecordGone;

/** A parsed fault. `text` is its one canonical spelling; of one `key` the later takes the earlier's place. */
export type Fault = FaultData & { readonly text: string; readonly key: string };

/** The longest delay that `slow` takes: beyond it a call looks cut rather than slow. */
const SLOW_MAX_MS = 10_000;

/** One line of the vocabulary: for `--help`, the API's answer and error messages. */
export interface FaultDescription {
  /** As it is written, with A, B for participants. */
  readonly syntax: string;
  /** What participants see, or what happens to mail and records, while the fault is active. */
  readonly sees: string;
}

export const FAULTS: readonly FaultDescription[] = [
  { syntax: 'audio A->B', sees: 'B cannot hear A; everybody else can, and B sees A' },
  { syntax: 'video A->B', sees: 'B cannot see A: the last picture stays; B hears A' },
  { syntax: 'screen A->B', sees: 'B cannot see the screen that A shares; B sees and hears A' },
  { syntax: 'A->B', sees: 'B can neither hear nor see A' },
  { syntax: 'audio A', sees: 'nobody can hear A: the sound does not reach the bridge' },
  { syntax: 'video A', sees: 'nobody can see A: the video does not reach the bridge' },
  { syntax: 'screen A', sees: 'nobody can see the screen that A shares' },
  { syntax: 'uplink A', sees: 'nobody can hear or see A; A hears and sees everybody' },
  { syntax: 'downlink B', sees: 'B can hear and see nobody; everybody hears and sees B' },
  {
    syntax: 'bridge-channel B',
    sees: 'the bridge channel of B closes for good: no tracks of who joins later (without a name: of everybody)',
  },
  {
    syntax: 'swapped A B',
    sees: 'the media of A and B are swapped for all receivers ("swapped audio A B", "swapped video A B": one kind)',
  },
  { syntax: 'frozen A', sees: 'the picture of A stands still, while its packets flow' },
  { syntax: 'silent A', sees: 'A is silent for everybody, while its packets flow' },
  { syntax: 'mixed A', sees: 'the camera of A and the screen that A shares are swapped' },
  { syntax: 'kept A', sees: 'the screen of A is still sent after A stopped sharing' },
  { syntax: 'small A', sees: 'the picture of A arrives at a quarter of its height' },
  { syntax: 'slow 500ms', sees: 'everything arrives 500 ms later, in order (at most 10s)' },
  { syntax: 'slow-signaling 2s', sees: 'pings to signaling are answered 2 s later (at most 10s)' },
  { syntax: 'loss 10%', sees: '10 % of the packets from the bridge are lost, at random' },
  { syntax: 'no-ice', sees: 'no ICE checks are answered; calls in progress break off' },
  { syntax: 'no-ice-second', sees: 'the second bridge answers no ICE checks' },
  { syntax: 'regions-ignored', sees: 'bridges are chosen without a look at regions' },
  { syntax: 'join-refused', sees: 'joining fails with connection.conferenceRequestFailed' },
  { syntax: 'library-missing', sees: '/libs/lib-jitsi-meet.min.js answers 404' },
  { syntax: 'page-error', sees: 'all pages, config.js and the library answer 502' },
  {
    syntax: 'account-required',
    sees: 'only a host with an account opens a room (docs/accounts.md)',
  },
  { syntax: 'clock-ahead', sees: 'the clock that tokens are judged by is an hour ahead' },
  { syntax: 'lobby-deaf', sees: 'moderators are not informed of those in the lobby' },
  { syntax: 'no-restart', sees: 'a media session that failed is never offered anew' },
  { syntax: 'lobby-stuck', sees: 'who is admitted from the lobby stays in it' },
  { syntax: 'lobby-open', sees: 'a lobby lets everybody in' },
  { syntax: 'app-exception', sees: 'the web app stops at its start with an exception' },
  { syntax: 'app-refuses', sees: 'the web app supports no browser' },
  { syntax: 'app-csp', sees: 'a content security policy forbids the web app' },
  { syntax: 'app-prejoin', sees: 'the web app stays on the page before the meeting' },
  { syntax: 'app-tiles', sees: 'the web app shows no tiles' },
  { syntax: 'app-deaf', sees: 'the web app asks for no camera and microphone' },
  { syntax: 'embed-missing', sees: '/external_api.js answers 404: no site can embed a room' },
  { syntax: 'embed-broken', sees: 'external_api.js stops with an exception' },
  { syntax: 'embed-refused', sees: 'other sites may not embed a room (frame-ancestors)' },
  { syntax: 'embed-undelegated', sees: 'external_api.js does not let its frame use camera and microphone' },
  { syntax: 'embed-sandboxed', sees: 'external_api.js gives its frame no storage (sandbox)' },
  { syntax: 'embed-silent', sees: 'external_api.js does not say who joined' },
  ...MAIL_FAULTS,
];

/** A fault that is not understood; the message is for the user. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
}

const WORDS = [
  'audio',
  'video',
  'screen',
  'uplink',
  'downlink',
  'bridge-channel',
  'swapped',
  'frozen',
  'silent',
  'small',
  'kept',
  'mixed',
  'slow',
  'slow-signaling',
  'loss',
  ...MEET_SWITCHES,
  ...MAIL_WORDS,
  'record-gone',
];

/** Reads one fault. Letters of participants may be lower-case, `→` stands for `->`. Throws `FaultError`. */
export function parseFault(text: string): Fault {
  const words = text
    .trim()
    .replace(/\s*(->|→)\s*/g, '->')
    .split(/\s+/);
  const parsed = read(words);
  if (parsed === null) throw new FaultError(`unknown fault "${text}".${hint(words)}`);
  return parsed;
}

const NAME = /^[a-z]$/i;
const ARROW = /^([a-z])->([a-z])$/i;

function read(words: readonly string[]): Fault | null {
  const [word = '', ...rest] = words;
  if (words.length === 1 && ARROW.test(word)) return readStream(MEDIA_KINDS, word);
  switch (word.toLowerCase()) {
    case 'audio':
    case 'video':
    case 'screen': {
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
    case 'silent':
    case 'small':
    case 'kept':
    case 'mixed': {
      const what = word.toLowerCase() as HeldWord;
      return readOne(rest, (from) => keyed({ what, from }, `${what} ${from}`));
    }
    case 'swapped':
      return readSwapped(rest);
    case 'slow':
      return readSlow('slow', rest);
    case 'slow-signaling':
      return readSlow('slow-signaling', rest);
    case 'loss':
      return readLoss(rest);
    case 'record-gone': {
      const gone = readRecordGone(rest);
      return gone && keyed(gone, gone.text);
    }
    default: {
      if (rest.length > 0) return null;
      const meet = MEET_SWITCHES.find((known) => known === word.toLowerCase());
      if (meet) return keyed({ what: meet }, meet);
      const mail = MAIL_WORDS.find((known) => known === word.toLowerCase());
      return mail ? keyed({ what: mail }, mail) : null;
    }
  }
}

function keyed(fault: FaultData, text: string, key = text): Fault {
  return { ...fault, text, key };
}

function readOne(rest: readonly string[], make: (name: string) => Fault): Fault | null {
  return rest.length === 1 && NAME.test(rest[0]!) ? make(rest[0]!.toUpperCase()) : null;
}

function readStream(kinds: readonly MediaKind[], arrow: string): Fault {
  const [, from, to] = ARROW.exec(arrow.toUpperCase())!;
  if (from === to) {
    throw new FaultError(
      `"${from}->${to}": nobody receives their own stream. Name two participants, as in "A->B".`,
    );
  }
  const text = `${kinds.length === 1 ? `${kinds[0]} ` : ''}${from}->${to}`;
  return keyed({ what: 'stream', kinds, from: from!, to: to! }, text);
}

function readSwapped(rest: readonly string[]): Fault | null {
  const only = DEVICE_KINDS.find((kind) => kind === rest[0]?.toLowerCase());
  const names = (only ? rest.slice(1) : rest).map((name) => name.toUpperCase());
  if (names.length !== 2 || !names.every((name) => NAME.test(name))) return null;
  const [one, other] = names.sort() as [string, string];
  if (one === other)
    throw new FaultError(`"swapped ${one} ${other}": name two participants, as in "swapped A B".`);
  const text = `swapped ${only ? `${only} ` : ''}${one} ${other}`;
  return keyed({ what: 'swapped', kinds: only ? [only] : DEVICE_KINDS, pair: [one, other] }, text);
}

function readSlow(what: 'slow' | 'slow-signaling', rest: readonly string[]): Fault | null {
  if (rest.length !== 1) return null;
  const ms = parseDuration(rest[0]!);
  if (ms === null || ms <= 0 || ms > SLOW_MAX_MS) {
    throw new FaultError(
      `"${what} ${rest[0]}": expected a delay of up to 10s with its unit, as in "${what} 500ms".`,
    );
  }
  return keyed({ what, ms }, `${what} ${rest[0]}`, what);
}

function readLoss(rest: readonly string[]): Fault | null {
  if (rest.length !== 1) return null;
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(rest[0]!)?.[1];
  if (percent === undefined || Number(percent) <= 0 || Number(percent) > 100) {
    throw new FaultError(`"loss ${rest[0]}": expected a share of up to 100%, as in "loss 10%".`);
  }
  return keyed({ what: 'loss', share: Number(percent) / 100 }, `loss ${percent}%`, 'loss');
}

function hint(words: readonly string[]): string {
  const known = `\nFaults: ${FAULTS.map(({ syntax }) => `"${syntax}"`).join(', ')}.`;
  const first = words[0]?.toLowerCase() ?? '';
  const near = nearest(first, WORDS);
  if (near === null) return known;
  const corrected = [near, ...words.slice(1)].join(' ');
  try {
    if (read([near, ...words.slice(1)])) return ` Did you mean "${corrected}"?${known}`;
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
  }
  const wording = FAULTS.find(({ syntax }) => syntax.startsWith(near));
  return wording ? ` Write it like "${wording.syntax}".${known}` : known;
}
