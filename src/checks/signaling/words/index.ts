/** What a `signaling` check says, in every language. */
import type { Wording } from '../../wording.ts';
import type { SignalingCause } from '../causes.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';

export const signalingWords: Wording<SignalingCause> = { en, fr };
