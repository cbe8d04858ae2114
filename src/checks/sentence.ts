/** A cause in words. */
import type { Language } from '../base/language.ts';
import { type CauseSchemas, commonCauses } from './causes.ts';
import type { Finding, Kind, Progress } from './check.ts';
import { kinds } from './kinds.ts';
import { commonSentences } from './wording.ts';

type Cause = { readonly id: string };
type Render = (cause: Cause) => string;

/**
 * The sentence for a cause of a finding of this kind.
 * @throws where the kind knows no such cause.
 */
export function sentence(kind: Kind, cause: Cause, language: Language): string {
  const render = rendererOf(kind, cause.id, language);
  if (!render) throw new Error(`no sentence for ${kind} ${cause.id}`);
  return render(cause);
}

/** Words, and the language that they are in. */
export interface Said {
  readonly text: string;
  readonly language: Language;
}

/**
 * A published finding in this language. It is in English where the run is of a Vigie that kept no cause, or whose
 * cause is not what the kind knows today.
 */
export function findingIn(kind: Kind, { cause, text }: Finding, language: Language): Said {
  const known = cause && knownCause(kind, cause);
  return known ? { text: sentence(kind, known, language), language } : { text, language: 'en' };
}

/** What a run is doing, in this language; in English where the kind keeps no data of it. */
export function progressIn(kind: Kind, { doing, text }: Progress, language: Language): Said {
  const words: object = kinds[kind].words[language];
  if (!doing || !('progress' in words)) return { text, language: 'en' };
  // Each kind renders what it reported itself.
  return { text: (words.progress as Render)(doing), language };
}

/** A cause from elsewhere, if it is one that the kind has words for and carries what they need. */
function knownCause(kind: Kind, { id, ...carried }: Cause): Cause | null {
  const schemas: CauseSchemas = { ...commonCauses, ...kinds[kind].causes };
  const parsed = Object.hasOwn(schemas, id) ? schemas[id]!.safeParse(carried) : null;
  return parsed?.success ? { id, ...parsed.data } : null;
}

function rendererOf(kind: Kind, id: string, language: Language): Render | undefined {
  const { findings }: { readonly findings: object } = kinds[kind].words[language];
  // Each renders the cause under whose id it stands.
  const all: Readonly<Record<string, unknown>> = { ...commonSentences[language], ...findings };
  return Object.hasOwn(all, id) ? (all[id] as Render) : undefined;
}
