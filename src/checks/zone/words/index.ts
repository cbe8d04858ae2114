/** What a `zone` check says, in every language. */
import type { Language } from '../../../base/language.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';
import type { ZoneWords } from './zone.ts';

export const zoneWords: Readonly<Record<Language, ZoneWords>> = { en, fr };
