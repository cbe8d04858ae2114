import type { AccountSentences } from './contract.ts';

/** « de A », « d’A et B » ; rien sans participants. */
function of(participants: readonly string[] | undefined): string {
  if (!participants || participants.length === 0) return '';
  const names =
    participants.length < 2
      ? participants.join('')
      : `${participants.slice(0, -1).join(', ')} et ${participants.at(-1)}`;
  return /^[AEIOUYH]/.test(names) ? ` d’${names}` : ` de ${names}`;
}

const quoted = (said: string | null): string => (said === null ? '' : ` Il dit : « ${said} ».`);

const WHY = {
  file: (path: string | null, reason: string | null) =>
    `${path ?? 'le fichier'} est illisible (${reason ?? 'raison inconnue'}). Vérifiez le chemin et ses droits d’accès`,
  'not-a-jwt': (path: string | null) =>
    `${path ?? 'ce qui est donné comme `token`'} n’est pas un JWT (trois parties en base64url séparées par des points)`,
  'not-a-private-pem': (path: string | null, reason: string | null) =>
    `${path ?? 'le fichier'} ne peut pas servir pour RS256 (${reason ?? 'raison inconnue'}). Donnez le fichier PEM de la clé RSA privée`,
  'too-long': () =>
    'le jeton dépasse 8000 caractères, plus que ce qu’une adresse peut porter. Réduisez son `context`',
} as const;

const ahead = (seconds: number | null): string => {
  if (seconds === null) return 'les horloges des deux machines diffèrent';
  return `son horloge ${seconds > 0 ? 'avance' : 'retarde'} de ${Math.abs(seconds)} s sur celle de cette machine`;
};

export const fr: AccountSentences = {
  'account-unusable': ({ participants, why, path, reason }) =>
    `Le compte${of(participants)} est inutilisable et rien n’a été essayé : ${WHY[why](path, reason)}.`,
  'account-refused': ({ participants, domain, said }) =>
    `Le serveur XMPP refuse le nom d’utilisateur et le mot de passe${of(participants)} sur ${domain}.${quoted(said)} Connectez-vous à la main avec eux ; vérifiez l’utilisateur, son domaine et le mot de passe.`,
  'account-not-offered': ({ participants, domain, by }) =>
    by === 'user'
      ? `${domain} n’offre pas de connexion par nom d’utilisateur et mot de passe, dont le compte${of(participants)} a besoin. Le déploiement utilise-t-il des jetons (JWT), ou laisse-t-il entrer tout le monde ?`
      : `${domain} n’accepte pas de jeton (JWT), ce qu’est le compte${of(participants)} : il demande un nom d’utilisateur et un mot de passe.`,
  'jwt-expired': ({ participants, expiredAt, said }) =>
    `Le jeton (JWT)${of(participants)} a expiré à ${expiredAt} et le déploiement le refuse.${quoted(said)} Renouvelez-le.`,
  'jwt-not-yet-valid': ({ participants, validFrom, said }) =>
    `Le jeton (JWT)${of(participants)} n’est valable qu’à partir de ${validFrom} et le déploiement le refuse.${quoted(said)} Vérifiez l’horloge de ce qui l’émet.`,
  'jwt-clock-skew': ({ participants, finds, secondsAhead, said }) =>
    `Pour le déploiement, le jeton (JWT)${of(participants)} ${finds === 'expired' ? 'a expiré' : 'n’est pas encore valable'}, alors qu’il est valable d’après l’horloge de cette machine : ${ahead(secondsAhead)}.${quoted(said)} Synchronisez les deux par NTP.`,
  'jwt-signature-invalid': ({ participants, algorithm, said }) =>
    `Le déploiement refuse la signature du jeton (JWT)${of(participants)}${algorithm === null ? '' : ` (${algorithm})`}.${quoted(said)} Comparez le secret ou la clé, l’identifiant de clé et l’algorithme avec la configuration de prosody.`,
  'jwt-room-mismatch': ({ participants, forRoom, room, said }) =>
    `Le jeton (JWT)${of(participants)} est pour ${forRoom === null ? 'une autre salle' : `la salle « ${forRoom} »`} et l’appel a lieu dans « ${room} » : le déploiement ne le laisse pas entrer.${quoted(said)}`,
  'jwt-refused': ({ participants, said }) =>
    `Le déploiement refuse le jeton (JWT)${of(participants)}.${quoted(said)} Comparez l’émetteur (\`iss\`), l’audience (\`aud\`) et le sujet (\`sub\`) avec ce que prosody attend.`,
};
