/** DANE, in both languages. */
import { list } from '../../../base/words.ts';
import type { Sentences } from '../../wording.ts';
import type { DaneCause } from '../dane/causes.ts';

const joined = (items: readonly string[]) => items.map((item) => `"${item}"`).join(', ');
const jointes = (items: readonly string[]) => items.map((item) => `« ${item} »`).join(', ');

export const daneEn: Sentences<DaneCause> = {
  'zone-dane-mismatch': ({ host, records }) =>
    `The certificate of ${host} is not the one that its TLSA records announce (${joined(records)}): servers that look at DANE, such as postfix with dane and many in Germany and the Netherlands, deliver no mail to it. Publish the record of the new certificate, or go back to the old key.`,
  'zone-dane-ineffective': ({ host, reason, records }) =>
    reason === 'unsigned'
      ? `_25._tcp.${host} has TLSA records, but its zone is not signed with DNSSEC, so senders ignore them. Sign the zone, or remove them.`
      : `No TLSA record of ${host} can be used for mail (${joined(records)}); expected usage 3 or 2, selector 0 or 1, and a whole digest (RFC 7672 3.1). "3 1 1" is usual.`,
  'zone-dane-unknown': ({ host, reason }) =>
    reason === 'unvalidated'
      ? `${host} has TLSA records; whether DNSSEC protects them is not known, for our resolver does not validate.`
      : `The TLSA records of ${host} could not be looked up. If others fail too, servers that look at DANE delay mail to it.`,
  'zone-dane-missing': ({ hosts }) =>
    `${list(hosts)}: no TLSA records (DANE). With a signed zone, they let senders insist on the certificate.`,
};

export const daneFr: Sentences<DaneCause> = {
  'zone-dane-mismatch': ({ host, records }) =>
    `Le certificat de ${host} n’est pas celui qu’annoncent ses enregistrements TLSA (${jointes(records)}) : les serveurs qui tiennent compte de DANE, comme postfix avec dane et beaucoup en Allemagne et aux Pays-Bas, n’y livrent aucun courriel. Publiez l’enregistrement du nouveau certificat, ou revenez à l’ancienne clé.`,
  'zone-dane-ineffective': ({ host, reason, records }) =>
    reason === 'unsigned'
      ? `_25._tcp.${host} a des enregistrements TLSA, mais sa zone n’est pas signée par DNSSEC : les expéditeurs les ignorent. Signez la zone, ou retirez-les.`
      : `Aucun enregistrement TLSA de ${host} ne sert pour le courriel (${jointes(records)}) ; attendu un usage 3 ou 2, un sélecteur 0 ou 1, et une empreinte entière (RFC 7672 3.1). « 3 1 1 » est habituel.`,
  'zone-dane-unknown': ({ host, reason }) =>
    reason === 'unvalidated'
      ? `${host} a des enregistrements TLSA ; on ne sait pas si DNSSEC les protège, car notre résolveur ne valide pas.`
      : `Les enregistrements TLSA de ${host} n’ont pas pu être obtenus. Si d’autres échouent aussi, les serveurs qui tiennent compte de DANE retardent son courriel.`,
  'zone-dane-missing': ({ hosts }) =>
    `${hosts.join(', ')} : pas d’enregistrements TLSA (DANE). Avec une zone signée, ils permettent aux expéditeurs d’exiger le certificat.`,
};
