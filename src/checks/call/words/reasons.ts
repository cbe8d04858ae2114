/** Why a stream is not ok, in words: a clause without a full stop. */
import type { Language } from '../../../base/language.ts';
import type { Sentences } from '../../wording.ts';
import type { StreamReason } from '../reasons.ts';
import { reasons as en } from './en/reasons.ts';
import { reasons as fr } from './fr/reasons.ts';

type Render = (reason: StreamReason) => string;

// Each renders the reason under whose id it stands.
const rendering =
  (clauses: Sentences<StreamReason>): Render =>
  (reason) =>
    (clauses[reason.id] as Render)(reason);

export const reasonWords: Readonly<Record<Language, Render>> = { en: rendering(en), fr: rendering(fr) };
