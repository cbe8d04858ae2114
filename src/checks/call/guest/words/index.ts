/** What is said while a guest is in a room, in every language. */
import type { Language } from '../../../../base/language.ts';
import type { GuestWords } from './contract.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';

export const guestWords: Readonly<Record<Language, GuestWords>> = { en, fr };
