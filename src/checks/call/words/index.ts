/** What a `call` check says, in every language. */
import type { Language } from '../../../base/language.ts';
import type { CallWords } from './contract.ts';
import { en } from './en/index.ts';
import { fr } from './fr/index.ts';

export const callWords: Readonly<Record<Language, CallWords>> = { en, fr };
