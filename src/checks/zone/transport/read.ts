/** Records and policies of MTA-STS and TLS-RPT, read as senders read them. */
import { isDomainName } from '../../../dns/name.ts';
import { readTags, tagValue } from '../../records/tags.ts';
import { MODES, type Policy, type PolicyFault, type RptRecordFault, type StsRecordFault } from './result.ts';

const MAX_AGE_S = 31_557_600;
/** More than any sender reads. */
const MAX_PATTERNS = 100;

/** The texts that are meant as the record; others at the name do not count (RFC 8461 3.1). */
export const isSts = (text: string): boolean => /^v=STSv1\s*(?:;|$)/.test(text);
export const isTlsRpt = (text: string): boolean => /^v=TLSRPTv1\s*(?:;|$)/.test(text);

export function stsRecordFault(records: readonly string[]): StsRecordFault | null {
  if (records.length > 1) return 'multiple';
  const { tags, stray } = readTags(records[0] ?? '', 'as written');
  if (stray.length > 0) return 'syntax';
  return /^[a-z0-9]{1,32}$/i.test(tagValue(tags, 'id') ?? '') ? null : 'id';
}

/** The id by which senders notice that the policy has changed. */
export function stsId(record: string): string {
  return tagValue(readTags(record, 'as written').tags, 'id') ?? '';
}

export function rptRecordFault(records: readonly string[]): RptRecordFault | null {
  if (records.length > 1) return 'multiple';
  const { tags, stray } = readTags(records[0] ?? '', 'as written');
  if (stray.length > 0) return 'syntax';
  const addresses = (tagValue(tags, 'rua') ?? '').split(',').map((one) => one.trim());
  if (addresses.every((one) => one === '')) return 'no-address';
  return addresses.every((one) => /^mailto:[^\s@]+@[^\s@]+$|^https:\/\/\S+$/i.test(one)) ? null : 'address';
}

/** A policy (RFC 8461 3.2): of repeated keys but `mx` the first counts, unknown ones are ignored. */
export function readPolicy(text: string): Policy | PolicyFault {
  const pairs = text
    .split(/\r?\n/)
    .map((line) => /^([A-Za-z0-9_.-]+)[ \t]*:[ \t]*(.*?)[ \t]*$/.exec(line))
    .flatMap((match) => (match ? [{ key: match[1]!, value: match[2]! }] : []));
  const first = (name: string) => pairs.find(({ key }) => key === name)?.value ?? '';
  const version = first('version');
  if (version !== 'STSv1') return { fault: 'version', detail: shown(version) };
  const mode = MODES.find((one) => one === first('mode'));
  if (!mode) return { fault: 'mode', detail: shown(first('mode')) };
  const maxAge = first('max_age');
  if (!/^\d{1,10}$/.test(maxAge) || Number(maxAge) > MAX_AGE_S)
    return { fault: 'max-age', detail: shown(maxAge) };
  const mx = pairs
    .filter(({ key }) => key === 'mx')
    .map(({ value }) => value.toLowerCase().replace(/\.$/, ''))
    .filter((pattern) => isDomainName(pattern.replace(/^\*\./, '')))
    .slice(0, MAX_PATTERNS);
  if (mx.length === 0 && mode !== 'none') return { fault: 'no-mx', detail: '' };
  return { mode, maxAge: Number(maxAge), mx };
}

const shown = (value: string) => value.slice(0, 80);

/** Whether a policy names a host; `*.` stands for exactly one label (RFC 8461 4.1). */
export function names(patterns: readonly string[], host: string): boolean {
  const parent = host.slice(host.indexOf('.') + 1);
  return patterns.some((pattern) =>
    pattern.startsWith('*.') ? pattern.slice(2) === parent && host.includes('.') : pattern === host,
  );
}
