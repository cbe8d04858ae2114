/** Every word of the pages, in French. */
import { frenchCounted } from '../../base/words.ts';
import { whereWords } from '../../checks/where-words.ts';
import type { Words } from './en.ts';
import { call, drawn, guest, matrix, signaling } from './fr/calls.ts';
import { mail, reports, zone } from './fr/mail.ts';

export const fr: Words = {
  lang: 'fr',
  locale: 'fr-FR',
  name: 'Français',
  otherLanguages: 'Langue',
  decimal: ',',
  colon: ' :',

  outcome: { pass: 'réussi', degraded: 'dégradé', fail: 'échec', error: 'erreur' },
  state: {
    pass: 'Fonctionne',
    degraded: 'Fonctionne, en dessous de ses seuils',
    fail: 'En panne',
    error: 'Indéterminé',
  },
  verdict: {
    ok: 'ok',
    missing: 'absent',
    lost: 'perdu',
    frozen: 'figé',
    silent: 'muet',
    wrong: 'erroné',
    late: 'en retard',
  },
  media: { audio: 'son', video: 'image', screen: 'écran' },
  where: { ...whereWords.fr, unknown: null },
  level: {
    exact: 'exact',
    equivalent: 'équivalent',
    extra: 'en plus',
    different: 'différent',
    multiple: 'multiple',
    missing: 'manquant',
    unknown: 'inconnu',
  },
  part: {
    page: 'page',
    certificate: 'certificat',
    config: 'config.js',
    library: 'lib-jitsi-meet',
    'external-api': 'API externe',
    websocket: 'XMPP par WebSocket',
    bosh: 'XMPP par BOSH',
    login: 'authentification',
    'round-trip': 'aller-retour XMPP',
    'conference-request': 'demande de conférence',
    'turn-credentials': 'identifiants TURN',
    'turn-udp': 'TURN par UDP',
    'turn-tcp': 'TURN par TCP',
    'turn-tls': 'TURN par TLS',
    stun: 'STUN',
    bridge: 'pont proposé',
    'bridge-ipv4': 'pont en IPv4',
    'bridge-ipv6': 'pont en IPv6',
  },

  count: {
    run: (n) => frenchCounted(n, 'exécution'),
    part: (n) => frenchCounted(n, 'élément'),
    line: (n) => frenchCounted(n, 'ligne'),
    days: (n) => frenchCounted(n, 'jour'),
  },
  time: {
    ago: (span) => `il y a ${span}`,
    ahead: (span) => `dans ${span}`,
    now: 'à l’instant',
  },

  frame: {
    skip: 'Aller au contenu',
    pages: 'Pages',
    overview: 'Vue d’ensemble',
    status: 'État des services',
    feed: 'Changements d’état (Atom)',
    sandboxTitle: 'Bac à sable.',
    sandbox:
      'Aucun déploiement n’est configuré : ce qui est surveillé ici en est un petit, que Vigie a démarré pour elle-même. Un verdict sur cette page ne dit rien du vôtre.',
    asOf: 'État au',
    reloads: (seconds) => `mis à jour toutes les ${seconds} s`,
    stop: 'arrêter',
    stopped: 'ne se renouvelle pas',
    go: 'renouveler automatiquement',
    metrics: 'métriques',
    runs: 'exécutions en JSON',
    api: 'API',
    lost: 'Vigie ne répond pas. Voici ce qu’elle a dit en dernier, à l’heure indiquée en bas.',
  },

  overall: {
    none: 'Aucune vérification n’est configurée',
    passes: (name) => `${name} réussit`,
    allPass: (n) => `Les ${n} vérifications réussissent`,
    of: (n, all) => `${n} sur ${all} vérifications`,
    fail: (n) => (n === 1 ? 'échoue' : 'échouent'),
    error: (n) => (n === 1 ? 'est indéterminée' : 'sont indéterminées'),
    degraded: (n) => (n === 1 ? 'est dégradée' : 'sont dégradées'),
    intermittent: (n) => (n === 1 ? 'échoue de temps en temps' : 'échouent de temps en temps'),
    noneYet: (n) => (n === 1 ? 'n’a pas encore tourné' : 'n’ont pas encore tourné'),
  },

  intermittent: {
    title: 'Échoue de temps en temps, plus souvent que le hasard ne l’explique.',
    badge: 'parfois',
    runbook: 'Que faire',
  },

  uptime: {
    title: 'Disponibilité',
    windows: { '1h': '1 h', '24h': '24 h', '7d': '7 jours', '30d': '30 jours' },
    shares: 'Part des exécutions qui ont fonctionné, par période',
    bar: (share, runs, days) =>
      `${share} de ${frenchCounted(runs, 'exécution')} ont fonctionné ces ${days} derniers jours.`,
    none: (days) => `Aucune exécution des ${days} derniers jours n’a pu conclure.`,
    fromTo: (from, to) => `du ${from} au ${to}`,
    failed: (n, all) =>
      n === 0
        ? `les ${frenchCounted(all, 'exécution')} ont fonctionné`
        : `${n} sur ${frenchCounted(all, 'exécution')} ${n < 2 ? 'a échoué' : 'ont échoué'}`,
    unknown: 'inconnu',
    today: 'aujourd’hui',
  },

  overview: {
    refused:
      'La nouvelle configuration n’est pas valide et a été refusée ; la précédente reste utilisée. Le journal indique ce qui ne va pas.',
    internalErrors: (n) =>
      `${n === 1 ? 'Une erreur interne' : `${n} erreurs internes`} de Vigie depuis son démarrage ; le journal donne les détails. La dernière :`,
    all: 'Toutes les vérifications',
    check: 'vérification',
    outcome: 'résultat',
    lastRun: 'dernière exécution',
    oneLine: 'résumé',
    firstRunIsOn: 'sa première exécution est en cours',
    noRun: 'pas encore d’exécution',
    lastWorked: 'A fonctionné en dernier à',
    since: 'depuis',
    orEarlier: 'ou avant',
    took: 'en',
    nextRun: 'prochaine exécution',
    skipped: 'sautées',
    skippedHow: (overlap, queue, missed) =>
      `${overlap} encore en cours, ${queue} encore en attente, ${missed} ${missed < 2 ? 'manquée' : 'manquées'}`,
    row: 'Dernières exécutions, la plus récente à la fin',
    history: 'Historique',
  },

  activity: {
    running: 'En cours depuis',
    waiting: 'Attend son tour depuis',
    byHand: (who) => `lancée à la main${who === null ? '' : ` (${who})`}`,
    watch: 'suivre',
    isRunning: 'en cours',
    isWaiting: 'attend son tour',
    justStarted: 'Vient de commencer.',
    browsersTaken: 'Une autre vérification utilise les navigateurs.',
    startedAt: 'Commencée à',
    waitsSince: 'Attend depuis',
  },

  matrix,

  call,

  findings: {
    advice: 'conseil',
    looksLike: 'Cela ressemble à un défaut connu',
    where: 'Où',
    evidence: 'preuves',
    andMore: (n) => (n === 1 ? '(et 1 autre constat)' : `(et ${n} autres constats)`),
  },

  run: {
    startedAt: 'Commencée à',
    took: 'a duré',
    on: 'Sur',
    trigger: {
      hand: (who) => `Lancée à la main${who === null ? '' : `, par ${who}`}.`,
      confirm: 'Elle confirme ou infirme un échec.',
      maintenance: 'Elle montre l’état après une maintenance.',
    },
    from: 'Depuis',
    phases: 'Phases',
    evidence: 'Preuves',
    report: 'Le rapport',
    reportHas: {
      call: 'graphiques, événements, connexions, console, captures d’écran, en un fichier',
      other: 'toute cette exécution, en un fichier',
    },
    allFiles: (n) => (n < 2 ? '1 fichier' : `Les ${n} fichiers`),
    json: 'Cette exécution en JSON',
    checkNow: 'État actuel de cette vérification',
    evidenceOf: 'Preuves de l’exécution',
    theRun: 'L’exécution',
    files: 'Fichiers',
    file: 'fichier',
    what: 'ce que c’est',
    size: 'taille',
    toFirst: 'Vers la vue d’ensemble',
    shots: 'Captures d’écran à la fin',
    shotOf: (name) => `La page de ${name} : la vidéo reçue des autres`,
  },

  about: {
    disabled: 'désactivée',
    disabledHow:
      'Cette vérification est désactivée dans la configuration (enabled: false) : elle n’est pas exécutée.',
    maintenance: 'Maintenance',
    until: 'jusqu’à',
    quiet: 'Les exécutions continuent ; personne n’est averti.',
    settling: 'terminée ; la prochaine exécution montrera l’état.',
  },

  again: {
    title: 'Relancer',
    run: 'Relancer maintenant',
    token: 'Jeton (server.token)',
    closed:
      'Aucune exécution ne peut être lancée depuis cette page : la configuration n’a pas de server.token.',
    busy: 'Une exécution est déjà en cours :',
    configured: 'Avec toute sa configuration, dans le répertoire de celle-ci :',
    fromConfiguration: 'Dans le répertoire de sa configuration :',
  },

  guest,

  check: {
    latest: 'La dernière exécution',
    cells: 'Résultats des dernières exécutions',
    cellsHow: (n) =>
      n < 2
        ? 'La dernière exécution.'
        : `Les ${n} dernières exécutions, la plus récente à la fin ; chaque colonne en est une.`,
    cell: 'élément',
    good: 'ok',
    onlyWrong: (n) =>
      n < 2
        ? '1 autre était ok dans toutes ces exécutions.'
        : `${n} autres étaient ok dans toutes ces exécutions.`,
    more: (n) => `Et ${n} de plus.`,
    notThere: 'absent',
    changes: 'Ce qui a changé',
    noChange: 'Aucun changement connu.',
    broke: 'en panne',
    worksAgain: 'fonctionne à nouveau',
    lasted: (span) => `pendant ${span}`,
    stillNow: 'jusqu’à maintenant',
    runs: 'Exécutions',
    started: 'commencée',
    duration: 'durée',
    summary: 'résumé',
    above: 'comme ci-dessus',
    versionChanged: (subject) => `${subject} a changé`,
    from: 'de',
    to: 'en',
    at: 'à',
  },

  status: {
    title: 'État des services',
    good: 'Tout fonctionne',
    warn: 'Tout fonctionne, mais en partie de façon dégradée',
    bad: 'Quelque chose ne fonctionne pas',
    unsure: 'On ne sait pas actuellement si tout fonctionne',
    quiet: 'Pas encore de résultat',
    since: (date) => `depuis le ${date}`,
    orEarlier: 'ou avant',
    cannotTell: 'La dernière exécution est indéterminée.',
    notYet: 'Pas encore vérifié.',
    stale: (span) => `Dernière vérification il y a ${span} : ce n’est peut-être plus vrai.`,
    lastWorked: (date) => `A fonctionné pour la dernière fois le ${date}.`,
    checked: (ago) => `Vérifié ${ago}.`,
    details: 'Détails',
    disturbances: 'Incidents récents',
    noDisturbance: 'Aucun.',
    disturbance: (from, span) => `n’a pas fonctionné à partir du ${from}, pendant ${span}`,
    goingOn: (from) => `ne fonctionne pas depuis le ${from}`,
    nowAndThen: 'De temps en temps, cela échoue.',
    unconfirmed: 'La dernière exécution a échoué. La suivante montrera si quelque chose est en panne.',
    here: 'ici',
    seen: {
      ok: 'fonctionne',
      degraded: 'fonctionne, dégradé',
      failing: 'ne fonctionne pas',
      unknown: 'inconnu',
      none: 'pas encore vérifié',
    },
    notReached: 'inconnu, car la Vigie de ce lieu ne répond pas',
    unreachable: (place) => `${place} ne répond pas actuellement : on ne sait pas ce qui y est observé.`,
    failsFrom: (failing, works) =>
      `Cela ne fonctionne pas vu de ${failing}. Vu de ${works}, cela fonctionne.`,
    slowFrom: (slow, works) => `Vu de ${slow}, c’est dégradé. Vu de ${works}, cela fonctionne.`,
    fromEverywhere: 'C’est le cas vu de tous les lieux.',
    seenFrom: (place) =>
      place === null
        ? 'Les pourcentages et les incidents sont ceux observés ici.'
        : `Les pourcentages et les incidents sont ceux observés de ${place}.`,
    contact: 'Questions :',
    utc: 'Toutes les heures sont en UTC.',
  },

  signaling,

  mail,

  zone,

  reports,

  drawn,

  feed: {
    title: 'Vigie : changements d’état',
    broke: (check) => `${check} est en panne`,
    works: (check) => `${check} fonctionne à nouveau`,
  },

  badge: { good: 'fonctionne', warn: 'dégradé', bad: 'en panne', unsure: 'inconnu', quiet: 'inconnu' },

  refusal: {
    'bad-request': 'La requête n’a pas été comprise',
    'token-missing': 'Un jeton est nécessaire',
    'token-wrong': 'Le jeton n’est pas celui de la configuration',
    'runs-by-hand-closed': 'Aucune exécution ne peut être lancée d’ici',
    'foreign-origin': 'Refusé',
    'no-such-check': 'Vérification inconnue',
    'no-such-run': 'Exécution inconnue',
    'no-such-evidence': 'Fichiers inconnus',
    'not-found': 'Introuvable',
    'method-not-allowed': 'Impossible ici',
    'check-busy': 'Une exécution est déjà en cours',
    'check-disabled': 'Cette vérification est désactivée',
    'body-too-large': 'La requête est trop grande',
    'no-configuration': 'Pas de configuration',
    'configuration-refused': 'La configuration n’est pas valide',
    'wrong-host': 'Ce n’est pas le nom de ce service',
    'too-many-tries': 'Trop de jetons erronés',
    internal: 'Vigie n’a pas pu répondre',
    busy: 'Vigie est occupée',
    dropped: 'L’exécution a été abandonnée',
    stopping: 'Vigie s’arrête',
  },

  files: {
    report: 'le rapport : tout ce qu’il y a à lire, en un fichier',
    run: 'l’exécution en données brutes',
    recording: 'ce dont sont tirés les graphiques de la page',
    internals: 's’ouvre dans les lecteurs d’exports de webrtc-internals',
    getstats: 'les statistiques complètes, un relevé d’une connexion par ligne',
    stats: 'les chiffres dont sont tirés les graphiques',
    events: 'ce qui est arrivé au participant',
    console: 'la console de la page du participant',
    smtp: 'la session SMTP avec le relais',
    message: 'le message tel qu’il est arrivé',
    bounce: 'le retour comme il est arrivé',
    lookups: 'le dernier saut, chaque requête DNS avec sa réponse, les résultats',
    screenshot: 'ce que la page du participant montrait',
  },
};
