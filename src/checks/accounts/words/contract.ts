/** What each language has to say of accounts. */
import type { Sentences } from '../../wording.ts';
import type { AccountCause } from '../causes.ts';

export type AccountSentences = Sentences<AccountCause>;
