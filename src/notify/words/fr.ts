/** The words of notifications, in French. */
import { instantInUtc } from '../../base/instants.ts';
import type { Item } from '../data.ts';
import type { NotifyWords } from './en.ts';

const STATUS = { firing: 'PANNE', resolved: 'RÉSOLU', reminder: 'PANNE EN COURS', test: 'ESSAI' } as const;
const SEVERITY = { critical: 'critique', warning: 'avertissement' } as const;
const OUTCOMES = {
  pass: 'réussi',
  degraded: 'dégradé',
  fail: 'échec',
  error: 'indéterminé',
} as const;

export const fr: NotifyWords = {
  colon: ' :',
  status: STATUS,
  title: (status, severity, items: readonly Item[]) => {
    const [first] = items;
    if (status === 'test') return `[ESSAI] ${first!.sentence}`;
    const its = items.filter((item) => item.status === status);
    const head = `[${STATUS[status]}${its.length > 1 ? ` ${its.length}` : ''}] ${status === 'resolved' ? '' : `${SEVERITY[severity]} : `}`;
    const place = first!.place === null ? '' : ` (${first!.place})`;
    if (its.length > 1) return `${head}${its.map(({ title }) => title).join(', ')}${place}`;
    return `${head}${first!.title}${place} : ${first!.sentence}`;
  },
  since: ({ status, since, outcome, group }) => {
    const facts = [
      ...(group === null ? [] : [group]),
      ...(outcome === null ? [] : [`dernier résultat : ${OUTCOMES[outcome]}`]),
    ];
    const head =
      status === 'resolved' ? `Début : ${instantInUtc(since)}` : `Depuis le ${instantInUtc(since)}`;
    return `${head}${facts.length > 0 ? ` (${facts.join(' ; ')})` : ''}.`;
  },
  failures: (n) => `${n} des dernières exécutions ont échoué.`,
  worksFrom: (places) => `Vu de ${places}, cela fonctionne.`,
  failsFrom: (places) => `Vu de ${places}, cela ne fonctionne pas non plus.`,
  unknownFrom: (places) => `Vu de ${places}, on ne sait pas.`,
  more: (n) => (n === 1 ? 'Et 1 autre.' : `Et ${n} autres.`),
  run: 'Exécution',
  page: 'Page',
  runbook: 'Procédure',
  works: 'Le service fonctionne de nouveau.',
  nothingToTell: 'Ce n’est plus signalé.',
  intermittent: 'Des échecs surviennent de temps en temps, plus souvent que par hasard.',
  stale: 'Aucune exécution depuis plus longtemps que prévu : on ne sait pas si le service fonctionne.',
  unknown: 'Vigie n’a pas pu se prononcer, à cause d’un défaut de son côté :',
  states: {
    failing: 'Échec.',
    degraded: 'Le service fonctionne, mais en dessous de ses seuils.',
    own: 'Un défaut de Vigie.',
    ok: 'Le service fonctionne.',
  },
  own: {
    'history-not-writable':
      'L’historique ne peut pas être écrit : les exécutions restent en mémoire et sont perdues si le processus s’arrête.',
    'evidence-not-writable':
      'Les pièces ne peuvent pas être écrites : une panne ne laisserait ni captures d’écran, ni statistiques, ni transcriptions.',
    'runs-lost': 'Des exécutions ont été perdues : ni le disque ni la mémoire n’avaient de place.',
    'runs-skipped': 'Plus d’un quart des exécutions prévues ces dernières heures n’ont pas eu lieu.',
    'config-refused': 'La nouvelle configuration a été refusée ; la précédente reste en service.',
    'crash-loop': 'Vigie redémarre sans cesse : les exécutions en cours sont perdues à chaque fois.',
    'internal-errors': 'Des erreurs internes sont survenues ; le journal les contient. Le service continue.',
    'tokens-refused':
      'Plus de 20 requêtes avec un jeton erroné ont été refusées en une heure : quelqu’un devine, ou un programme a un ancien jeton.',
  },
  ownOver: {
    'history-not-writable': 'L’historique peut de nouveau être écrit.',
    'evidence-not-writable': 'Les pièces peuvent de nouveau être écrites.',
    'runs-lost': 'Aucune exécution perdue ces six dernières heures.',
    'runs-skipped': 'Les exécutions prévues ont de nouveau lieu.',
    'config-refused': 'La configuration a été acceptée.',
    'crash-loop': 'Vigie n’a plus redémarré depuis un moment.',
    'internal-errors': 'Aucune erreur interne depuis une heure.',
    'tokens-refused': 'Plus de jetons erronés.',
  },
  test: (target) => `Ceci est une notification d’essai de Vigie à « ${target} ». Tout va bien.`,
};
