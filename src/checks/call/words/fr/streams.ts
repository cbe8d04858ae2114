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
type About = Pick<Streams, 'scope' | 'receivers' | 'senders' | 'kinds'>;

const hears = (kinds: readonly MediaKind[], plural: boolean, joint: string): string =>
  kinds
    .map((kind) => (kind === 'audio' ? (plural ? 'entendent' : 'entend') : plural ? 'voient' : 'voit'))
    .join(` ${joint} `);

/** « C n’entend ni ne voit B », sans point final. */
function perceives({ scope, receivers, senders, kinds }: About, never: 'pas' | 'plus'): string {
  const both = kinds.length === 2;
  const [first = 'audio'] = kinds;
  if (scope === 'all' || scope === 'sender') {
    const whom = scope === 'all' ? 'personne' : list(senders);
    const longer = never === 'plus' ? ' plus' : '';
    const negated = kinds[0] === 'audio' ? 'n’' : 'ne ';
    return both
      ? `Personne n’entend${longer} ni ne voit${longer} ${whom}`
      : `Personne ${negated}${hears([first], false, '')}${longer} ${whom}`;
  }
  const plural = receivers.length > 1;
  const who = list(receivers);
  // « A et B ne s’entendent pas » : l’un l’autre.
  if (scope === 'each-other')
    return both
      ? `${who} ne s’entendent ${never} et ne se voient ${never}`
      : `${who} ne ${first === 'audio' ? 's’entendent' : 'se voient'} ${never}`;
  return both
    ? `${who} n’${hears(['audio'], plural, '')} ${never} et ne ${hears(['video'], plural, '')} ${never} ${list(senders)}`
    : `${who} ${first === 'audio' ? 'n’' : 'ne '}${hears([first], plural, '')} ${never} ${list(senders)}`;
}

const ofAll = (names: readonly string[]): string => list(names.map((name) => of(name)));

function streamClause(about: About, verdict: Exclude<StreamVerdict, 'ok'>): string {
  const { scope, receivers, senders, kinds } = about;
  const nobody = scope === 'all' || scope === 'sender';
  const plural = receivers.length > 1 && !nobody;
  const who = nobody ? 'Tout le monde' : list(receivers);
  const whose =
    scope === 'all' ? 'de tout le monde' : scope === 'each-other' ? 'l’un de l’autre' : ofAll(senders);
  const things = kinds.map((kind) => (kind === 'audio' ? 'le son' : 'l’image')).join(' et ');
  switch (verdict) {
    case 'missing':
      return perceives(about, 'pas');
    case 'lost':
      return perceives(about, 'plus');
    case 'frozen':
      return `${who} ne ${plural ? 'voient' : 'voit'} qu’une image figée ${whose}`;
    case 'silent':
      return `${perceives(about, 'pas')}, bien que des paquets arrivent`;
    case 'wrong':
      return `${who} ${plural ? 'reçoivent' : 'reçoit'} ${things} d’un autre participant à la place de ${kinds.length === 2 ? 'ceux' : kinds[0] === 'audio' ? 'celui' : 'celle'} ${whose}`;
    case 'late':
      return `${who} ${plural ? 'reçoivent' : 'reçoit'} ${things} ${whose} en retard`;
  }
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
  return inStep(all, `${streamClause(all, verdict)}${since(all.streams)}${because(all)}`);
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
      `${receiver} n’a pas ${kind === 'audio' ? 'entendu' : 'vu'} ${sender} pendant ${seconds(ms)} (à partir de ${clock(from, 3)} UTC), puis de nouveau${change}`,
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
      `${receiver} n’a ${kind === 'audio' ? 'entendu' : 'vu'} ${sender} qu’après ${seconds(waitedMs)}${start === 'joining' ? ' dans la salle' : ''}${more}`,
    );
  },
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
