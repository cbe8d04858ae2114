import type { CallCauseOf } from '../../causes.ts';
import type { ServerSentences } from '../contract.ts';

type View = Omit<CallCauseOf<'server-view'>, 'id' | 'server'>;

const count = (figure: number | undefined, one: string, many: string): string[] =>
  figure === undefined ? [] : [`${figure} ${figure > 1 ? many : one}`];
const grew = (figure: number | undefined, words: string): string[] =>
  figure !== undefined && figure > 0 ? [`${words} pendant l’appel : ${figure}`] : [];

const jicofo = (figures: View): string[] => [
  `${figures.bridge_selector_bridge_count_operational ?? '?'} pont(s) opérationnel(s) sur ${figures.bridge_selector_bridge_count ?? '?'}`,
  ...grew(figures.bridge_selector_lost_bridges_total, 'ponts perdus'),
  ...grew(figures.participants_ice_failed_total, 'échecs ICE signalés par les participants'),
  ...grew(figures.participants_restart_requested_total, 'sessions relancées à la demande'),
  ...grew(figures.xmpp_disconnects_total, 'déconnexions de XMPP'),
];

const videobridge = (figures: View): string[] => [
  figures.healthy === 0 ? 'pas en bonne santé' : 'en bonne santé',
  ...(figures.drain_mode === 1 ? ['en cours de vidange'] : []),
  ...(figures.shutting_down === 1 ? ['en cours d’arrêt'] : []),
  ...count(figures.current_endpoints, 'point de terminaison', 'points de terminaison'),
  ...count(figures.endpoints_sending_audio, 'envoie du son', 'envoient du son'),
  ...count(figures.endpoints_sending_video, 'envoie une image', 'envoient une image'),
  ...grew(figures.endpoints_ice_failed_total, 'échecs ICE'),
  ...grew(figures.endpoints_dtls_failed_total, 'échecs DTLS'),
  ...grew(
    figures.endpoints_no_message_transport_after_delay_total,
    'points de terminaison sans canal vers le pont',
  ),
  ...grew(figures.endpoints_disconnected_total, 'points de terminaison perdus'),
];

export const serverSentences: ServerSentences = {
  'server-view': ({ server, ...figures }) =>
    server === 'jicofo'
      ? `jicofo déclare : ${jicofo(figures).join(', ')}.`
      : `Le pont vidéo (videobridge) déclare : ${videobridge(figures).join(', ')}.`,
  'server-view-missing': ({ server, trouble, status, message }) => {
    const why = {
      status: `il répond ${status ?? ''}`,
      'too-large': 'sa réponse est trop grande',
      'not-metrics': 'il répond, mais pas avec les métriques de ce serveur',
      'no-answer': message ?? 'pas de réponse',
    };
    return `Les métriques ${server === 'jicofo' ? 'de jicofo' : 'du videobridge'} n’ont pas pu être lues : ${why[trouble]}.`;
  },
};
