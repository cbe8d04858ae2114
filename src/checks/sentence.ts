/** A cause in words. */
import type { Kind } from './check.ts';
import { kinds } from './kinds.ts';
import { commonSentences, type Language } from './wording.ts';

type Render = (cause: { readonly id: string }) => string;

/**
 * The sentence for a cause of a finding of this kind.
 * @throws where the kind knows no such cause: `knows` says whether it does.
 */
export function sentence(kind: Kind, cause: { readonly id: string }, language: Language): string {
  const render = rendererOf(kind, cause.id, language);
  if (!render) throw new Error(`no sentence for ${kind} ${cause.id}`);
  return render(cause);
}

function rendererOf(kind: Kind, id: string, language: Language): Render | undefined {
  const { findings }: { readonly findings: object } = kinds[kind].words[language];
  // Each renders the cause under whose id it stands.
  const all: Readonly<Record<string, unknown>> = { ...commonSentences[language], ...findings };
  return Object.hasOwn(all, id) ? (all[id] as Render) : undefined;
}
