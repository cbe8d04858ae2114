import { inSeconds } from '../../../../base/durations.ts';

/** Une figure avec la virgule décimale. */
export const seconds = (ms: number): string => inSeconds(ms, ',');

/** « de A », « d’A » : les participants s’appellent A, B, C … */
export const of = (name: string): string => (/^[AEIOUYHaeiouyh]/.test(name) ? `d’${name}` : `de ${name}`);
/** « que B », « qu’A ». */
export const that = (name: string): string => (/^[AEIOUYHaeiouyh]/.test(name) ? `qu’${name}` : `que ${name}`);
