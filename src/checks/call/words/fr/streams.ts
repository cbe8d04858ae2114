import { frenchList as list } from '../../../../base/words.ts';
import type { CallCauseOf } from '../../causes.ts';
import type { MediaKind } from '../../media.ts';
import type { StreamVerdict } from '../../result.ts';
import { clock, type StreamSentences } from '../contract.ts';
import { of, seconds } from './names.ts';
import { reasons } from './reasons.ts';
import { inStep } from './step.ts';

type Streams = CallCauseOf<'stream-missing'>;
type Why = NonNullable<Streams['why']>;
type About = Pick<Streams, 'scope' | 'receivers' | 'senders' | 'kinds'> & Partial<Pick<Streams, 'why'>>;

/** « l’écran partagé de B ». */
const screenOf = (whose: string): string => `l’écran partagé ${whose}`;

const hears = (kind: MediaKind, plural: boolean): string =>
  kind === 'audio' ? (plural ? 'entendent' : 'entend') : plural ? 'voient' : 'voit';

/** « l’un de l’autre », « de personne », « de B » : à qui est l’écran que l’on ne voit pas. */
function screenOwner({ scope, senders }: About): string {
  if (scope === 'all') return 'de personne';
  return scope === 'each-other' ? 'l’un de l’autre' : ofAll(senders);
}

/** « C n’entend ni ne voit B », sans point final. */
function perceives(about: About, never: 'pas' | 'plus'): string {
  const { scope, receivers, senders, kinds } = about;
  const devices = kinds.filter((kind) => kind !== 'screen');
  const screen = kinds.includes('screen') ? screenOf(screenOwner(about)) : null;
  const both = devices.length === 2;
  const [first = 'screen'] = devices;
  const negation = first === 'audio' ? 'n’' : 'ne ';
  if (scope === 'all' || scope === 'sender') {
    const longer = never === 'plus' ? ' plus' : '';
    const people = scope === 'all' ? 'personne' : list(senders);
    const whom = devices.length === 0 ? screen : people;
    const also = devices.length > 0 && screen ? ` ni ${screen}` : '';
    return both
      ? `Personne n’entend${longer} ni ne voit${longer} ${whom}${also}`
      : `Personne ${negation}${hears(first, false)}${longer} ${whom}${also}`;
  }
  const plural = receivers.length > 1;
  const who = list(receivers);
  const also = devices.length > 0 && screen ? `, ni ${screen}` : '';
  if (devices.length === 0) return `${who} ne ${hears('screen', plural)} ${never} ${screen}`;
  // « A et B ne s’entendent pas » : l’un l’autre.
  if (scope === 'each-other')
    return both
      ? `${who} ne s’entendent ${never} et ne se voient ${never}${also}`
      : `${who} ne ${first === 'audio' ? 's’entendent' : 'se voient'} ${never}${also}`;
  return both
    ? `${who} n’${hears('audio', plural)} ${never} et ne ${hears('video', plural)} ${never} ${list(senders)}${also}`
    : `${who} ${negation}${hears(first, plural)} ${never} ${list(senders)}${also}`;
}

const ofAll = (names: readonly string[]): string => list(names.map((name) => of(name)));

const THINGS: Readonly<Record<MediaKind, string>> = {
  audio: 'le son',
  video: 'l’image',
  screen: 'l’écran partagé',
};

/** Le pronom de ce qui est reçu à la place : « celui de B ». */
function pronoun(kinds: readonly MediaKind[]): string {
  if (kinds.length > 1) return 'ceux';
  return kinds[0] === 'video' ? 'celle' : 'celui';
}

function streamClause(about: About, verdict: Exclude<StreamVerdict, 'ok'>): string {
  const { scope, receivers, senders, kinds, why } = about;
  const nobody = scope === 'all' || scope === 'sender';
  const plural = receivers.length > 1 && !nobody;
  const who = nobody ? 'Tout le monde' : list(receivers);
  const whose =
    scope === 'all' ? 'de tout le monde' : scope === 'each-other' ? 'l’un de l’autre' : ofAll(senders);
  const things = list(kinds.map((kind) => THINGS[kind]));
  switch (verdict) {
    case 'missing':
      return perceives(about, 'pas');
    case 'lost':
      return perceives(about, 'plus');
    case 'frozen': {
      const screenOnly = kinds.every((kind) => kind === 'screen');
      const also = !screenOnly && kinds.includes('screen') ? ' et de son écran partagé' : '';
      return `${who} ne ${plural ? 'voient' : 'voit'} qu’une image figée ${screenOnly ? `de ${screenOf(whose)}` : whose}${also}`;
    }
    case 'silent':
      return `${perceives(about, 'pas')}, bien que des paquets arrivent`;
    case 'wrong':
      return why?.id === 'other-picture'
        ? `${who} ${plural ? 'reçoivent' : 'reçoit'} une autre image à la place de ${things} ${whose}`
        : `${who} ${plural ? 'reçoivent' : 'reçoit'} ${things} d’un autre participant à la place de ${pronoun(kinds)} ${whose}`;
    case 'late':
      return `${who} ${plural ? 'reçoivent' : 'reçoit'} ${things} ${whose} en retard`;
  }
}

/** « , pendant que B partage son écran ». */
function meanwhile({ whileSharing, moment }: Streams): string {
  if (!whileSharing || moment?.what === 'shared') return '';
  return `, pendant que ${list(whileSharing)} ${whileSharing.length > 1 ? 'partagent leur' : 'partage son'} écran`;
}

function since(streams: Streams['streams']): string {
  const [first] = streams.flatMap(({ lostAt }) => lostAt ?? []).sort();
  return first ? ` depuis ${clock(first)} UTC` : '';
}

function because({ why, otherReasons: more }: Streams): string {
  if (!why) return '';
  const others = more > 0 ? ` (et ${more} ${more === 1 ? 'autre raison' : 'autres raisons'})` : '';
  return ` : ${(reasons[why.id] as (reason: Why) => string)(why)}${others}`;
}

const streams = (verdict: Exclude<StreamVerdict, 'ok'>) => (cause: Omit<Streams, 'id'>) => {
  const all = cause as Streams;
  return inStep(all, `${streamClause(all, verdict)}${since(all.streams)}${meanwhile(all)}${because(all)}`);
};

export const streamSentences: StreamSentences = {
  'stream-missing': streams('missing'),
  'stream-lost': streams('lost'),
  'stream-frozen': streams('frozen'),
  'stream-silent': streams('silent'),
  'stream-wrong': streams('wrong'),
  'stream-late': streams('late'),
  'stream-gap': ({ receiver, sender, kind, from, ms, duringPathChange, ...step }) => {
    const change = duringPathChange
      ? ', pendant que l’appel changeait de chemin (connexion directe ou pont)'
      : '';
    return inStep(
      step,
      `${receiver} n’a pas ${kind === 'audio' ? 'entendu' : 'vu'} ${kind === 'screen' ? screenOf(of(sender)) : sender} pendant ${seconds(ms)} (à partir de ${clock(from, 3)} UTC), puis de nouveau${change}`,
    );
  },
  'stream-slow': ({ streams: slow, since: start, ...step }) => {
    // There is no finding without one.
    const { receiver, sender, kind, firstMs, waitedMs = firstMs } = slow[0]!;
    const others = slow.length - 1;
    const more =
      others > 0
        ? ` ; ${others} ${others === 1 ? 'autre flux est arrivé' : 'autres flux sont arrivés'} en retard`
        : '';
    return inStep(
      step,
      `${receiver} n’a ${kind === 'audio' ? 'entendu' : 'vu'} ${kind === 'screen' ? screenOf(of(sender)) : sender} qu’après ${seconds(waitedMs)}${start === 'joining' ? ' dans la salle' : ''}${more}`,
    );
  },
  'share-failed': ({ failures, ...step }) =>
    inStep(
      step,
      failures
        .map(
          ({ participant, stopping, message }) =>
            `${participant} ne peut pas ${stopping ? 'arrêter de partager' : 'partager'} son écran : « ${message} »`,
        )
        .join(' ; '),
    ),
  'share-not-stopped': ({ streams: left, ...step }) =>
    inStep(
      step,
      `Un écran qui n’est plus partagé est encore montré : ${left.map(({ receiver, sender }) => `${receiver} voit ce que ${sender} a montré après avoir arrêté`).join(' ; ')}`,
    ),
  'mute-ignored': ({ streams: leaking, ...step }) =>
    inStep(
      step,
      `La sourdine n’a pas d’effet : ${leaking.map((one) => reasons['mute-leaks']({ id: 'mute-leaks', ...one })).join(' ; ')}`,
    ),
  'mute-untold': ({ streams: untold, ...step }) =>
    inStep(
      step,
      `La sourdine n’est pas signalée : ${untold.map((one) => reasons['mute-not-signaled']({ id: 'mute-not-signaled', ...one })).join(' ; ')}`,
    ),
};
