import type { BrowserTrouble } from '../../../../browsers/faults.ts';
import type { CallCauseOf } from '../../causes.ts';
import { type OwnSentences, percent } from '../contract.ts';
import { of } from './names.ts';
import { inStep } from './step.ts';

function troubleWords(trouble: BrowserTrouble): string {
  switch (trouble.how) {
    case 'named-one-missing':
      return `${trouble.variable} désigne ${trouble.path}, qui n’existe pas ou ne peut pas être exécuté.`;
    case 'not-installed':
      return `${trouble.browser} est absent de cette machine (cherché : ${trouble.programs.join(', ')}). Installez-le (Debian : apt-get install ${trouble.package}) ou indiquez-le dans ${trouble.variable}.`;
    case 'no-pulseaudio':
      return 'Firefox a besoin de PulseAudio pour disposer d’un périphérique audio sur cette machine. Installez-le (Debian : apt-get install pulseaudio).';
    case 'not-started':
      return `${trouble.program} n’a pas démarré : ${trouble.reason}.`;
    case 'not-reached':
      return `Le navigateur ${trouble.browser} à ${trouble.at} est inaccessible : ${trouble.reason}.`;
    case 'too-few-files':
      return `Un processus ne peut ouvrir que ${trouble.limit} fichiers ici, et les navigateurs en demandent ${trouble.least}. Relevez la limite : « ulimit -Hn ${trouble.least} » dans le shell qui lance Vigie, LimitNOFILE=${trouble.least} dans une unité systemd, « --ulimit nofile=${trouble.least} » pour docker run.`;
    case 'out-of-memory':
      return `Le noyau a tué notre ${trouble.browser} faute de mémoire. Trois participants demandent environ 600 Mo ; donnez-en plus à cette machine ou à son conteneur.`;
    case 'killed':
      return `Notre ${trouble.browser} a été tué (SIGKILL : par une personne, un superviseur, ou le noyau faute de mémoire) pendant l’appel.`;
    case 'crashed':
      return `Notre ${trouble.browser} a planté (${trouble.signal}) pendant l’appel.`;
    case 'ended':
      return `Notre ${trouble.browser} s’est arrêté (code ${trouble.status ?? 'inconnu'}) pendant l’appel.`;
    case 'disconnected':
      return `La connexion au navigateur ${trouble.browser} à ${trouble.at} a été coupée pendant l’appel.`;
    case 'page-crashed':
      return `La page ${of(trouble.participant)} a planté dans notre ${trouble.browser} (${trouble.reason}).`;
    case 'page-not-started':
      return `Notre propre page n’a pas démarré dans ${trouble.browser}.`;
    case 'pages-not-started':
      return `Nos propres pages n’ont pas démarré : ${trouble.reason}`;
    case 'page-still':
      return `La page ${of(trouble.participant)} dans notre ${trouble.browser} ne répond plus depuis ${trouble.seconds} s.`;
    case 'network-changed':
      return `Une adresse de cette machine est apparue ou a disparu (un conteneur, un VPN), et ${trouble.browser} a interrompu ce que demandait la page ${of(trouble.participant)}.`;
    case 'no-answer':
      return `Une de nos pages n’a pas répondu en ${trouble.ms} ms.`;
    case 'unresponsive':
      return 'Un de nos navigateurs ne répond plus.';
    case 'page-exception':
      return `Notre propre page ${of(trouble.participant)} a échoué dans ${trouble.browser} : ${trouble.error} (lib-jitsi-meet ${trouble.library ?? 'inconnu'}).`;
  }
}

const browser = ({ trouble }: { readonly trouble: BrowserTrouble }): string => troubleWords(trouble);

/** So many streams are named one by one. */
const FEW = 4;

function busy({ consequence, streams = [] }: CallCauseOf<'machine-busy'>): string {
  if (consequence === 'run-again') return 'relancez le contrôle avant de vous y fier';
  if (consequence === 'excused')
    return 'les pauses, les retards et les pertes ne sont pas imputés au déploiement';
  if (consequence === 'overwhelmed')
    return 'les navigateurs n’avançaient presque plus, et l’on ne peut pas savoir si les participants s’entendent et se voient. Donnez plus de temps processeur à Vigie, ou exécutez moins de choses à côté';
  const kinds = new Set(streams.map(({ kind }) => kind));
  const [perceive, arrives] =
    kinds.size > 1
      ? ['s’entendent et se voient', 'Le son et les images arrivent']
      : kinds.has('audio')
        ? ['s’entendent', 'Le son arrive']
        : ['se voient', 'Les images arrivent'];
  const why =
    consequence === 'unsure'
      ? 'Un navigateur qui attend le processeur n’envoie et ne joue rien, et aucun compteur de paquets ne prouve une perte. Relancez le contrôle quand la machine a du temps'
      : `${arrives}, mais aucun filigrane n’y est lisible`;
  if (streams.length > 0 && streams.length <= FEW) {
    const pairs = streams.map(
      ({ receiver, sender, kind }) => `${receiver} ${kind === 'audio' ? 'entend' : 'voit'} ${sender}`,
    );
    return `impossible de déterminer si ${pairs.join(', ')}. ${why}`;
  }
  return `impossible de déterminer si les participants ${perceive}. ${why}`;
}

const figure = (value: number): string => String(value).replace('.', ',');

export const ownSentences: OwnSentences = {
  'browser-missing': browser,
  'browser-start': browser,
  'browser-died': browser,
  'browser-hung': browser,
  'page-failed': browser,
  'sound-server': browser,
  'no-memory': browser,
  'too-few-files': browser,
  'page-messages-dropped': ({ participants }) =>
    `Des scripts dans les pages de ${participants.map(({ participant, messages }) => `${participant} (${messages})`).join(', ')} ont envoyé à Vigie des messages étrangers à son protocole ; ils ont été ignorés et aucun verdict n’en dépend. Examinez ce qu’exécutent config.js et la bibliothèque de ce déploiement.`,
  'machine-too-small': ({ rooms, participants, needs, has }) =>
    `${rooms} salles de ${participants} participants demandent environ ${figure(needs.processors)} processeurs et ${needs.memoryMb} Mo de mémoire ; cette machine a ${figure(has.processors)} processeurs${has.memoryMb === null ? '' : ` et ${has.memoryMb} Mo libres`}. Aucun appel n’a été passé. Utilisez moins de salles ou de participants, une machine plus grande, ou des navigateurs ailleurs (endpoint).`,
  'machine-busy': (cause) =>
    inStep(
      cause,
      `Cette machine a manqué de processeur (pression CPU) pendant ${percent(cause.strain)} % du temps : ${busy(cause)}`,
    ),
};
