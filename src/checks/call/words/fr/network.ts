import { formatDuration } from '../../../../base/durations.ts';
import { frenchList as list } from '../../../../base/words.ts';
import type { CallCauseOf } from '../../causes.ts';
import { largest, type NetworkSentences, percent } from '../contract.ts';
import { offerClause } from './bridge.ts';
import { of, seconds } from './names.ts';
import { inStep } from './step.ts';

/** A figure with the decimal comma. */
const decimal = (figure: number): string => String(figure).replace('.', ',');

const way = (found: string | null): string => found ?? 'transport inconnu';

/** Ce que fait chaque réglage. */
const RESTRICTED: Readonly<
  Record<CallCauseOf<'restricted'>['settings'][number]['key'], (value: number | null) => string>
> = {
  channelLastN: (n) => `l’image de ${n ?? 0} autres au plus est demandée (channelLastN)`,
  startLastN: (n) => `l’image de ${n ?? 0} autres au plus est demandée au début (startLastN)`,
  startAudioOnly: () => 'aucune image n’est demandée (startAudioOnly)',
  startSilent: () => 'aucun son n’est envoyé ni reçu (startSilent)',
  startAudioMuted: (n) => `qui entre après les ${n ?? 0} premiers est en sourdine (startAudioMuted)`,
  startVideoMuted: (n) => `qui entre après les ${n ?? 0} premiers n’envoie pas d’image (startVideoMuted)`,
};

export const networkSentences: NetworkSentences = {
  'network-loss': ({ lossByReceiver, maxLoss, ...step }) => {
    const names = Object.keys(lossByReceiver);
    return inStep(
      step,
      `${list(names)} ${names.length > 1 ? 'ont' : 'a'} perdu jusqu’à ${percent(largest(lossByReceiver))} % des paquets venant du pont (seuil : ${percent(maxLoss)} %)`,
    );
  },
  'network-delay': ({ roundTripMs, maxRoundTripMs, ...step }) =>
    inStep(
      step,
      `L’aller-retour ${list(Object.keys(roundTripMs).map((name) => of(name)))} atteint ${largest(roundTripMs)} ms (seuil : ${maxRoundTripMs} ms)`,
    ),
  'signaling-slow': ({ roundTripMs, threshold, ...step }) =>
    inStep(
      step,
      `Le serveur XMPP met jusqu’à ${formatDuration(largest(roundTripMs))} à répondre à chaque question ${list(Object.keys(roundTripMs).map((name) => of(name)))} pendant l’appel (seuil : ${formatDuration(threshold)}) : arrivées, départs et coupures du micro sont connus avec autant de retard. Vérifiez la charge de prosody, ses limites (mod_limits) et le proxy devant lui`,
    ),
  'bridge-unreachable-directly': ({ participants, everybody, offered, ...step }) => {
    const who = everybody
      ? 'Personne n’atteint'
      : `${list(participants)} ${participants.length > 1 ? 'n’atteignent' : 'n’atteint'} pas`;
    return inStep(
      step,
      `${who} le pont lui-même (son port UDP) : les médias sont relayés par le serveur TURN${offered ? ` ; ${offerClause(offered)}` : ''}`,
    );
  },
  'loudest-only': ({ unheard, participants, ...step }) =>
    inStep(
      step,
      `Quand les ${participants.length} participants parlaient ensemble, le pont ne transmettait pas ${list(unheard)} ; à tour de rôle, chacun a été entendu de tous. Le pont ne transmet que les plus forts (loudest.route-loudest-only) : ce n’est pas une perte`,
    ),
  'path-unexpected': ({ participants, expected, ...step }) => {
    const who = `${list(participants)} ${participants.length > 1 ? 'restent' : 'reste'}`;
    return inStep(
      step,
      expected === 'direct'
        ? `${who} sur le pont ; les médias des deux participants devaient aller directement de l’un à l’autre`
        : `${who} sur la connexion directe ; tous les médias devaient passer par le pont`,
    );
  },
  'recovery-slow': ({ participants, streams, maxRecoveryMs, ...step }) => {
    // There is no finding without one; the slowest comes first.
    const { receiver, sender, kind, recoveredMs } = streams[0]!;
    const others = streams.length - 1;
    const more =
      others > 0
        ? ` ; ${others} ${others === 1 ? 'autre flux a aussi dépassé' : 'autres flux ont aussi dépassé'} ce délai`
        : '';
    return inStep(
      step,
      `Le retour du média ${list(participants.map((name) => of(name)))} a été lent : ${receiver} n’a de nouveau ${kind === 'audio' ? 'entendu' : 'vu'} ${sender} qu’après ${seconds(recoveredMs)} (maxRecovery : ${seconds(maxRecoveryMs)})${more}`,
    );
  },
  'direct-off': (step) =>
    inStep(
      step,
      'Les connexions directes sont désactivées ici (p2p) : aucun changement entre connexion directe et pont n’a été testé',
    ),
  'one-path-only': ({ streams: { bridge } }) =>
    bridge.broken > 0
      ? 'Tout cela se produit sur le pont ; sur la connexion directe, chaque flux est arrivé.'
      : 'Tout cela se produit sur la connexion directe ; sur le pont, chaque flux est arrivé.',
  'bridge-elsewhere': ({ region, met, there }) => {
    const who = list(met.map(({ participant }) => participant));
    const [are, found] = met.length > 1 ? ['sont', 'ont trouvé'] : ['est', 'a trouvé'];
    const regions = [...new Set(met.map((one) => one.region ?? 'une région que jicofo ne nomme pas'))];
    const known =
      there.length > 0
        ? `Le déploiement a un pont dans cette région : ${list(there)} ${there.length > 1 ? 'l’ont' : 'l’a'} trouvé`
        : 'Personne, lors de cette exécution, n’a trouvé de pont dans cette région';
    return `${who} ${are} dans la région ${region} et ${found} un pont dans ${list(regions)}. ${known}. Vérifiez bridge.selection-strategy de jicofo (par défaut, tous ceux d’une salle partagent le pont du premier venu ; pas avec RegionBasedBridgeSelectionStrategy et des relais entre les ponts), et la région de chaque pont (relay.region).`;
  },
  'media-unexpected': ({ participants, way: found, ...step }) =>
    inStep(
      step,
      `${list(participants)} a une connexion média (${way(found)}), alors qu’aucune n’était attendue`,
    ),
  'relay-expected': ({ participants, way: found, ...step }) =>
    inStep(
      step,
      `${list(participants)} devait être relayé (TURN), mais est connecté autrement (${way(found)})`,
    ),
  'network-profile': ({ participants, way: found, ...step }) =>
    inStep(
      step,
      `${list(participants)} devait être limité à TURN, mais s’est connecté autrement (${way(found)}) : le navigateur a ignoré la restriction`,
    ),
  'picture-below': ({ height, fps, withinMs, streams, ...step }) => {
    const expected = [
      ...(height === null ? [] : [`${height} lignes`]),
      ...(fps === null ? [] : [`${fps} images/s`]),
    ];
    const shown = streams.map((one) => {
      const sent =
        one.sentHeight === null || one.sentHeight === one.height
          ? ''
          : ` sur ${one.sentHeight} lignes envoyées`;
      const why =
        one.limitedBy === null
          ? ''
          : `, limitée par ${one.limitedBy === 'cpu' ? 'le processeur de cette machine' : one.limitedBy === 'bandwidth' ? 'le débit' : one.limitedBy}`;
      return `${one.sender} chez ${one.receiver} ${one.height ?? 'nombre inconnu de'} lignes${sent}, ${one.fps ?? 'nombre inconnu d’'} images/s${why}`;
    });
    return inStep(
      step,
      `Les images restent en dessous de ce qui est attendu (${expected.join(', ')}) ${Math.round(withinMs / 1000)} s après l’observation : ${shown.join(' ; ')}`,
    );
  },
  'picture-distorted': ({ minSimilarity, streams, ...step }) =>
    inStep(
      step,
      `Des images arrivent déformées (similitude avec ce qui est envoyé inférieure à ${decimal(minSimilarity)} ; 1 : la même image) : ${streams.map(({ sender, receiver, similarity }) => `${sender} chez ${receiver} ${decimal(similarity)}`).join(', ')}. La cause est un réseau lent ou à pertes, ou un pont qui envoie de petites images`,
    ),
  'sound-distorted': ({ minSignalToNoiseDb, streams, ...step }) =>
    inStep(
      step,
      `Du son arrive déformé (moins de ${decimal(minSignalToNoiseDb)} dB au-dessus du bruit) : ${streams.map(({ sender, receiver, signalToNoiseDb }) => `${sender} chez ${receiver} ${decimal(signalToNoiseDb)} dB`).join(', ')}. La cause est la perte de paquets, ou un débit trop faible`,
    ),
  'codec-unexpected': ({ expected, streams, ...step }) =>
    inStep(
      step,
      `Les images arrivent dans un autre codec que celui attendu (${expected.join(' ou ')}) : ${streams.map(({ sender, receiver, codec }) => `${sender} chez ${receiver} ${codec}`).join(', ')}`,
    ),
  'network-not-cut': ({ participants, ...step }) =>
    inStep(
      step,
      `Le réseau ${of(list(participants))} a été coupé, et les médias passaient quand même : le navigateur n’en a pas tenu compte, et on ne sait rien de ce qui suit une coupure`,
    ),
  restricted: ({ settings, ...step }) =>
    inStep(
      step,
      `Par configuration, on voit ou entend moins que ce qui existe : ${settings.map((one) => RESTRICTED[one.key](one.value)).join(' ; ')}. Les participants de Vigie sont entrés sans cela, pour tester le reste`,
    ),
  'start-muted': ({ keys, ...step }) =>
    inStep(
      step,
      `Le déploiement fait entrer tout le monde en sourdine (${keys.join(', ')} dans config.js) ; Vigie a réactivé ses participants pour tester le reste`,
    ),
};
