/** What a run found out about the users' addresses: numbers. The addresses are personal, and stay out of runs. */
import { z } from 'zod';
import type { Immutable } from '../../../base/immutable.ts';
import { text, whole } from '../../schema.ts';

/** A domain some of whose users get no mail. */
export const domainUsers = z.strictObject({
  domain: text,
  host: text,
  refused: whole,
  tested: whole.describe('users’ addresses of the domain that were asked about'),
  codes: z.array(text).describe('the codes of the answers, such as `550 5.1.1`, the first five'),
});

export const usersResult = z.strictObject({
  counts: z
    .strictObject({ accepted: whole, refused: whole, unknown: whole, untested: whole })
    .describe('addresses; `untested`: their turn has not come yet'),
  elsewhere: whole.describe('addresses of domains that are not checked here, or have another mail server'),
  unreadable: whole.describe('values that are no addresses'),
  more: z.boolean().describe('the directory has more addresses than are read'),
  domains: z.array(domainUsers).describe('those some of whose users’ addresses are refused'),
});

export type UsersResult = Immutable<z.output<typeof usersResult>>;
export type DomainUsers = Immutable<z.output<typeof domainUsers>>;
