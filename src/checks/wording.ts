/** What a kind of check has to say in each language: the contract of the `words` in its folder. */
import type { Language } from '../base/language.ts';
import type { CommonCause } from './causes.ts';

/** A sentence for each cause of a finding. */
export type Sentences<Cause extends { readonly id: string }> = {
  readonly [Id in Cause['id']]: (cause: Extract<Cause, { readonly id: Id }>) => string;
};

/** The words of one kind in one language. */
export interface KindWords<Cause extends { readonly id: string }> {
  /** What checks of this kind are called, as a label. */
  readonly kind: string;
  /** For people who are not operators: what it is about, and what they notice. */
  readonly service: {
    readonly name: string;
    readonly works: string;
    readonly slow: string;
    readonly broken: string;
  };
  readonly findings: Sentences<Cause>;
}

export type Wording<Cause extends { readonly id: string }> = Readonly<Record<Language, KindWords<Cause>>>;

/** What is said of a run of any kind. */
export const commonSentences: Readonly<Record<Language, Sentences<CommonCause>>> = {
  en: {
    deadline: ({ seconds }) => `The run did not end within its ${seconds} s and was aborted.`,
    cancelled: () => 'The run was cancelled before it was complete.',
    internal: ({ message }) => `Internal error in Vigie: ${message}`,
  },
  fr: {
    deadline: ({ seconds }) =>
      `L’exécution ne s’est pas terminée dans les ${seconds} s prévues et a été interrompue.`,
    cancelled: () => 'L’exécution a été annulée avant d’être complète.',
    internal: ({ message }) => `Erreur interne de Vigie : ${message}`,
  },
};
