/**
 * The kinds of check, and what of each is plain data: its result, the causes of its findings, its words. Whatever shows,
 * keeps or reads runs needs no more of a kind than this; what runs them is in `index.ts`.
 */
import { callCauses } from './call/causes.ts';
import { callResult } from './call/result.ts';
import { callWords } from './call/words/index.ts';
import { mailCauses } from './mail/causes.ts';
import { mailResult } from './mail/result.ts';
import { mailWords } from './mail/words/index.ts';
import { reportsCauses } from './reports/causes.ts';
import { reportsResult } from './reports/result.ts';
import { reportsWords } from './reports/words/index.ts';
import { signalingCauses } from './signaling/causes.ts';
import { signalingResult } from './signaling/result.ts';
import { signalingWords } from './signaling/words/index.ts';
import { zoneCauses } from './zone/causes.ts';
import { zoneResult } from './zone/result.ts';
import { zoneWords } from './zone/words/index.ts';

export const kinds = {
  call: { result: callResult, causes: callCauses, words: callWords },
  signaling: { result: signalingResult, causes: signalingCauses, words: signalingWords },
  mail: { result: mailResult, causes: mailCauses, words: mailWords },
  reports: { result: reportsResult, causes: reportsCauses, words: reportsWords },
  zone: { result: zoneResult, causes: zoneCauses, words: zoneWords },
} as const;
