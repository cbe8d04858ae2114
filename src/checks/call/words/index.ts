/** What a `call` check says, in every language. */
import type { Wording } from '../../wording.ts';
import type { CallCause } from '../causes.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';

export const callWords: Wording<CallCause> = { en, fr };
