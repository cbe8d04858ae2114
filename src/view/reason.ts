/** Why a stream is not ok, in the reader's language; runs of earlier versions have it in English alone. */
import type { CallStream } from '../checks/call/result.ts';
import { kinds } from '../checks/kinds.ts';
import type { Said } from '../checks/sentence.ts';
import type { Words } from './words/index.ts';

export function reasonOf({ reason, cause }: CallStream, t: Words): Said | null {
  if (cause) return { text: kinds.call.words[t.lang].reason(cause), language: t.lang };
  return reason === null ? null : { text: reason, language: 'en' };
}
