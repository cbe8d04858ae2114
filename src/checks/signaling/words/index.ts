/** What a `signaling` check says, in every language. */
import type { Language } from '../../../base/language.ts';
import type { SignalingWords } from './contract.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';

export const signalingWords: Readonly<Record<Language, SignalingWords>> = { en, fr };
