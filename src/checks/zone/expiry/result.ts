/** When the registrations of the domains end, as their registries state it (RDAP, RFC 9083), as data. */
import { z } from 'zod';
import type { Immutable } from '../../../base/immutable.ts';
import { at, text, whole } from '../../schema.ts';

/** Of a domain; several hosted names may be in one registration. */
export const registration = z.strictObject({
  registered: text.describe('the domain that is registered: the hosted one, or one above it'),
  expires: at.describe('when the registration ends unless it is renewed'),
  ending: z
    .array(text)
    .describe('states in which a registry takes a domain away (RFC 8056), such as `redemption period`'),
  askedAt: at,
});

export const expiryCounts = z.strictObject({
  known: whole,
  notPublished: whole.describe('the registry answers, without a date'),
  noService: whole.describe('the registry has no RDAP server (RFC 9224)'),
  unknown: whole.describe('no answer that can be used'),
  unasked: whole.describe('not asked yet: a registry is asked a few domains at a time'),
});

export type Registration = Immutable<z.output<typeof registration>>;
export type ExpiryCounts = Immutable<z.output<typeof expiryCounts>>;
