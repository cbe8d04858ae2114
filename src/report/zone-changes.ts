/** What changed in the records of domains, as text: domain by domain, so that each part can be sent to its customer. */
import type { Language } from '../base/language.ts';
import type { DomainChanges } from '../compare/zone-changes.ts';
import { changeSentence, changeWords, minute, published } from '../view/zone-changes.ts';

export function changesText(
  domains: readonly DomainChanges[],
  from: string,
  to: string,
  language: Language,
): string {
  const words = changeWords[language];
  if (domains.length === 0) return `${words.none(minute(from), minute(to))}\n`;
  const width = Math.max(words.before.length, words.now.length);
  const lines = domains.flatMap(({ domain, changes }) => [
    '',
    domain,
    ...changes.flatMap((change) => [
      `  ${changeSentence(change, language)}`,
      ...('record' in change
        ? [
            ...row(words.before, published(change.before, language), width),
            ...row(words.now, published(change.after, language), width),
          ]
        : []),
    ]),
  ]);
  return `${[words.title(minute(from), minute(to)), ...lines].join('\n')}\n`;
}

function row(label: string, texts: readonly string[], width: number): string[] {
  return texts.map((text, index) => `    ${(index === 0 ? label : '').padEnd(width)}  ${text}`);
}
