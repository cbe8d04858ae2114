/** What a `mail` check says, in every language. */
import type { Wording } from '../../wording.ts';
import type { MailCause } from '../causes.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';

export const mailWords: Wording<MailCause> = { en, fr };
