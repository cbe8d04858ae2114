/** What a `reports` check says, in every language. */
import type { Language } from '../../../base/language.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';
import type { ReportsWords } from './type.ts';

export const reportsWords: Readonly<Record<Language, ReportsWords>> = { en, fr };
