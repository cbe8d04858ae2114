/** Remarks on parts in words. */
import type { Language } from '../../base/language.ts';
import { findingIn, type Said, sentence } from '../sentence.ts';
import type { Remark } from './remarks.ts';
import type { SignalingPart } from './result.ts';
import { signalingWords } from './words/index.ts';

/** A remark as it is published. */
export function remarkText(remark: Remark): string {
  return remark.kind === 'finding'
    ? sentence('signaling', remark.cause, 'en')
    : signalingWords.en.remark(remark);
}

/** What there is to say of a part, in a language; in English where an earlier version published it. */
export function remarkIn({ remark, detail }: SignalingPart, language: Language): Said {
  if (!remark) return { text: detail, language: 'en' };
  if (remark.kind !== 'finding') return { text: signalingWords[language].remark(remark), language };
  const { cause } = remark;
  return findingIn('signaling', { id: cause.id, outcome: 'fail', text: detail, cause }, language);
}
