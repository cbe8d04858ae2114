/** What is said of accounts, in every language. */
import type { Language } from '../../../base/language.ts';
import type { AccountSentences } from './contract.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';

export const accountWords: Readonly<Record<Language, AccountSentences>> = { en, fr };
