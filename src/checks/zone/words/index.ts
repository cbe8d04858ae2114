/** What a `zone` check says, in every language. */
import type { Wording } from '../../wording.ts';
import type { ZoneCause } from '../causes.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';

export const zoneWords: Wording<ZoneCause> = { en, fr };
