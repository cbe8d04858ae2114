import type { Reception } from '../observe.ts';
import { figuresOf, type GuestWords } from './contract.ts';

const seconds = (ms: number): string => `${Math.max(0, Math.round(ms / 1000))} s`;

function reception(received: Reception, now: number): string {
  const { receiver, kind, state, since, direct } = received;
  const verb = kind === 'audio' ? 'entend' : 'voit';
  const figures = figuresOf(received, 'images/s');
  switch (state) {
    case 'ok':
      return `${receiver} ${verb} l’invité${figures}, depuis ${seconds(now - since)}${direct ? ', en direct' : ', par le pont'}`;
    case 'muted':
      return `${receiver} : ${kind === 'audio' ? 'le micro' : 'la caméra'} de l’invité est coupé${kind === 'audio' ? '' : 'e'}`;
    case 'silent':
      return `${receiver} reçoit le son de l’invité, mais on n’y entend rien${figures}`;
    case 'none':
      return `${receiver} n’${kind === 'audio' ? 'entend' : 'aperçoit'} pas l’invité, depuis ${seconds(now - since)}`;
  }
}

export const fr: GuestWords = {
  title: 'Un invité dans un appel',
  letters: (step) =>
    ({
      arrive: 'Bienvenue. Parlez de temps en temps.',
      three: 'Nous sommes trois. Dites quelque chose.',
      two: 'B s’en va. Nous sommes deux. Dites quelque chose.',
      'three-again': 'B est de retour. Dites quelque chose.',
      return: 'Quittez, puis rouvrez le lien.',
      mute: 'Coupez votre micro.',
      unmute: 'Rétablissez le micro et parlez.',
    })[step],
  opened: (link) => `Ouvrez ce lien avec l’appareil à tester :\n\n  ${link}\n`,
  doing: (step, present) =>
    ({
      arrive: 'En attente de l’invité',
      three: 'Trois dans la salle, par le pont',
      two: 'Deux dans la salle (B est parti)',
      'three-again': 'De nouveau trois dans la salle',
      return: present
        ? 'L’invité est prié de quitter et de revenir'
        : 'L’invité est parti ; en attente de son retour',
      mute: 'L’invité est prié de couper son micro',
      unmute: 'L’invité est prié de rétablir son micro',
    })[step],
  reception,
  report: (report) => {
    if (!report)
      return 'Le client de l’invité n’a pas indiqué ce qu’il reçoit (il le fait toutes les dix secondes).';
    const { hears, sees, audioKbps, videoKbps, lossPercent } = report;
    const says = (there: boolean | null, what: string, none: string, kbps: number | null) =>
      there === null ? `${what} (inconnu)` : there ? `${what} (${kbps} kbit/s)` : none;
    const loss = lossPercent === null ? '' : ` ; ${lossPercent} % des paquets perdus`;
    return `Le client de l’invité indique recevoir ${says(hears, 'du son', 'aucun son', audioKbps)} et ${says(sees, 'des images', 'aucune image', videoKbps)}${loss}.`;
  },
  step: (id) =>
    ({
      arrive: 'ouvre le lien',
      three: 'trois dans la salle',
      two: 'deux dans la salle',
      'three-again': 'de nouveau trois',
      return: 'quitte et revient',
      mute: 'coupe son micro',
      unmute: 'rétablit son micro',
    })[id],
  result: (result, step) =>
    result === 'ok'
      ? 'fonctionne'
      : result === 'partly'
        ? 'fonctionne en partie'
        : result === 'none'
          ? 'ne fonctionne pas'
          : step === 'arrive'
            ? 'personne n’est venu'
            : 'pas essayé : l’invité ne l’a pas fait',
  verdict: ({ steps, stopped }) => {
    if (stopped !== null) return 'Le test s’est arrêté avant la fin.';
    if (steps[0]?.result !== 'ok') return 'Personne n’a ouvert le lien.';
    const bad = steps.filter(({ result }) => result === 'partly' || result === 'none');
    return bad.length === 0
      ? 'L’invité entend, voit, est entendu et est vu à chaque étape essayée.'
      : `Quelque chose ne fonctionne pas pour cet invité : voir ${bad.map(({ id }) => `« ${fr.step(id)} »`).join(', ')}.`;
  },
  stopped: (reason) => `Cause de l’arrêt : ${reason}.`,
  gaps: (steps) => {
    const all = steps.flatMap(({ receptions }) => receptions.flatMap(({ gaps }) => gaps));
    if (all.length === 0) return null;
    const longest = Math.max(...all.map(({ ms }) => ms));
    return `${all.length} ${all.length === 1 ? 'interruption' : 'interruptions'} dans ce qui arrivait, la plus longue de ${seconds(longest)}.`;
  },
};
