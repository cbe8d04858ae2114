/** What a `mail` check says, in every language. */
import type { Language } from '../../../base/language.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';
import type { MailWords } from './type.ts';

export const mailWords: Readonly<Record<Language, MailWords>> = { en, fr };
