import type { MediaKind } from '../../media.ts';
import type { StreamReason } from '../../reasons.ts';
import { clock, type ReasonClauses } from '../contract.ts';
import { of, that } from './names.ts';

/** A figure with the decimal comma. */
const inFrench = (figure: number): string => String(figure).replace('.', ',');

const OWN: Readonly<Record<MediaKind, string>> = {
  audio: 'son son',
  video: 'son image',
  screen: 'son écran partagé',
};
const own = (kind: MediaKind): string => OWN[kind];
const NO: Readonly<Record<MediaKind, string>> = { audio: 'de son', video: 'd’image', screen: 'd’écran' };
const no = (kind: MediaKind): string => NO[kind];
/** Des images : « de la caméra de B », « de l’écran de B ». */
const OF_PICTURE: Readonly<Record<MediaKind, string>> = {
  audio: 'du son',
  video: 'de la caméra',
  screen: 'de l’écran partagé',
};
const rate = (packetsPerSecond: number | null): string =>
  packetsPerSecond === null ? '' : ` (${inFrench(packetsPerSecond)} paquets/s)`;

type Change = Extract<StreamReason, { readonly id: 'sends-nothing' }>['change'];
function sinceChange(change: Change): string {
  if (!change) return '';
  const [from, to] = change.direct
    ? ['du pont', 'à la connexion directe']
    : ['de la connexion directe', 'au pont'];
  return ` ; son dernier changement de chemin, ${from} ${to}, date de ${clock(change.at, 1)} UTC`;
}

type NotReceived = Extract<StreamReason, { readonly id: 'not-received' }>;
type Transport = NonNullable<NotReceived['transport']>['now'];

function relay({ relay: protocol }: Transport): string {
  return protocol === null ? 'un transport sans relais' : `un relais (TURN sur ${protocol.toUpperCase()})`;
}

function connection({ receiver, transport }: NotReceived): string {
  if (!transport) return '';
  const { now, before, at } = transport;
  return before && at !== null
    ? ` ; ${receiver} est passé d’${relay(before)} à ${relay(now)} à ${clock(at, 1)} UTC`
    : ` ; ${receiver} est connecté par ${relay(now)}`;
}

type Sent = Pick<NotReceived, 'sender' | 'packetsPerSecond' | 'other'>;
const sends = ({ sender, packetsPerSecond, other }: Sent): string =>
  `${sender} l’envoie${rate(packetsPerSecond)}${other === null ? '' : ` ; ${other} le reçoit`}`;

type Content = Extract<StreamReason, { readonly id: 'content' }>;
function content({ fault, levelDb, picturesPerSecond }: Content): string {
  const level = levelDb === null ? '' : ` (${Math.round(levelDb)} dB)`;
  switch (fault) {
    case 'silence':
      return `, mais on n’entend rien${level}`;
    case 'no-watermark':
      return `, mais le son ne porte pas le filigrane de l’émetteur${level}`;
    case 'not-decoded':
      return ', mais aucune image n’est décodée';
    case 'black':
      return ', mais l’image est noire';
    case 'still':
      return ` et sont décodés (${picturesPerSecond ?? 0} images/s), mais l’image est figée ou ne montre pas de filigrane`;
  }
}

export const reasons: ReasonClauses = {
  'sender-muted': ({ sender }) => `${sender} est en sourdine`,
  'sender-disconnected': ({ sender, path }) =>
    `${sender} n’a pas de connexion média ${path === 'p2p' ? 'vers l’autre participant' : 'vers le pont'}`,
  'never-sent': ({ sender, kind }) => `${sender} n’a jamais commencé à envoyer ${own(kind)}`,
  'encodings-inactive': ({ sender, kind, change }) =>
    `${sender} n’envoie pas ${no(kind)} : tous ses encodages sont inactifs (active: false)${sinceChange(change)}`,
  'sends-nothing': ({ sender, kind, packetsPerSecond, change }) =>
    `${sender} n’envoie pas ${no(kind)}${rate(packetsPerSecond)}${sinceChange(change)}`,
  'microphone-silent': ({ sender }) => `le microphone ${of(sender)} ne donne que du silence`,
  'signaled-muted': ({ sender }) => `${sender} est annoncé en sourdine, mais ne l’est pas`,
  'received-by-nobody': ({ sender, packetsPerSecond, arrives }) => {
    const although = arrives === null ? '' : `, alors que ${own(arrives)} arrive`;
    return `${sender} l’envoie${rate(packetsPerSecond)} et personne ne le reçoit${although}`;
  },
  'receiver-disconnected': ({ receiver }) => `${receiver} n’a pas de connexion média`,
  'no-bridge-channel': ({ receiver }) =>
    `${receiver} n’a pas de canal vers le pont : le flux ne lui est jamais annoncé`,
  'no-track': ({ receiver }) => `le flux n’a jamais été annoncé à ${receiver} (aucune piste ajoutée)`,
  'arrival-unknown': (reason) =>
    `${sends(reason)}, mais les statistiques ${of(reason.receiver)} ne disent pas ce qui en arrive`,
  'not-received': (reason) =>
    `${sends(reason)}, mais ${reason.began ? 'les paquets n’atteignent plus' : 'aucun paquet n’atteint'} ${reason.receiver}${connection(reason)}`,
  content: (reason) => {
    const packets =
      reason.packetsPerSecond === null
        ? 'des paquets arrivent'
        : `des paquets arrivent (${inFrench(reason.packetsPerSecond)}/s)`;
    return `${packets}${content(reason)}${reason.other === null ? '' : ` ; ${reason.other} le reçoit`}`;
  },
  'other-watermark': ({ sender, of: other }) =>
    `ce qui est annoncé comme venant ${of(sender)} porte le filigrane ${other === null ? 'd’un autre participant' : of(other)}`,
  'other-picture': ({ sender, kind, shows }) =>
    `ce qui est annoncé comme venant ${OF_PICTURE[kind]} ${of(sender)} porte le filigrane ${OF_PICTURE[shows]} ${of(sender)}`,
  late: ({ latencyMs, jitterBufferMs, maxLatencyMs }) => {
    const held =
      jitterBufferMs === null ? '' : `, dont ${jitterBufferMs} ms dans le tampon de gigue du destinataire`;
    return `ses filigranes ont ${latencyMs} ms à leur arrivée${held} (seuil : ${maxLatencyMs} ms)`;
  },
  'mute-leaks': ({ receiver, sender, kind }) =>
    `${sender} est en sourdine, mais ${receiver} ${kind === 'audio' ? 'l’entend' : 'le voit'} encore`,
  'mute-not-signaled': ({ receiver, sender }) => `${receiver} ne sait pas ${that(sender)} est en sourdine`,
};
