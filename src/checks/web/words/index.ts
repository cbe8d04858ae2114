/** What is said of web fronts, and of connections that fail, in every language. */
import type { Language } from '../../../base/language.ts';
import type { WebWords } from './contract.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';

export const webWords: Readonly<Record<Language, WebWords>> = { en, fr };
