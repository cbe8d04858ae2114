import type { CallCauseOf } from '../../causes.ts';
import type { ServerSentences } from '../contract.ts';

type View = Omit<CallCauseOf<'server-view'>, 'id' | 'server'>;

const count = (figure: number | undefined, one: string, many = `${one}s`): string[] =>
  figure === undefined ? [] : [`${figure} ${figure === 1 ? one : many}`];
const grew = (figure: number | undefined, words: string): string[] =>
  figure !== undefined && figure > 0 ? [`${figure} ${words} during the call`] : [];

const jicofo = (figures: View): string[] => [
  `${figures.bridge_selector_bridge_count_operational ?? '?'} of ${figures.bridge_selector_bridge_count ?? '?'} bridges operational`,
  ...grew(figures.bridge_selector_lost_bridges_total, 'bridges lost'),
  ...grew(figures.participants_ice_failed_total, 'ICE failures reported by participants'),
  ...grew(figures.participants_restart_requested_total, 'sessions restarted on request'),
  ...grew(figures.xmpp_disconnects_total, 'disconnections from XMPP'),
];

const videobridge = (figures: View): string[] => [
  figures.healthy === 0 ? 'not healthy' : 'healthy',
  ...(figures.drain_mode === 1 ? ['being drained'] : []),
  ...(figures.shutting_down === 1 ? ['shutting down'] : []),
  ...count(figures.current_endpoints, 'endpoint'),
  ...count(figures.endpoints_sending_audio, 'of them sends sound', 'of them send sound'),
  ...count(figures.endpoints_sending_video, 'of them sends a picture', 'of them send a picture'),
  ...grew(figures.endpoints_ice_failed_total, 'ICE failures'),
  ...grew(figures.endpoints_dtls_failed_total, 'DTLS failures'),
  ...grew(figures.endpoints_no_message_transport_after_delay_total, 'endpoints without a bridge channel'),
  ...grew(figures.endpoints_disconnected_total, 'endpoints lost'),
];

export const serverSentences: ServerSentences = {
  'server-view': ({ server, ...figures }) =>
    server === 'jicofo'
      ? `jicofo reports: ${jicofo(figures).join(', ')}.`
      : `The videobridge reports: ${videobridge(figures).join(', ')}.`,
  'server-view-missing': ({ server, trouble, status, message }) => {
    const why = {
      status: `it answers ${status ?? ''}`,
      'too-large': 'its answer is too large',
      'not-metrics': 'it answers, but not with the metrics of this server',
      'no-answer': message ?? 'no answer',
    };
    return `The metrics of the ${server} could not be read: ${why[trouble]}.`;
  },
};
