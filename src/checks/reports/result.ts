/** What a reports run found (the `reports` key of a run). */
import { z } from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import { at, text, whole } from '../schema.ts';

/**
 * `own` and `known` by the configuration; `forwarder`: signed by us, sent on by somebody; `sender`: passes as somebody who may
 * send as the domain, and is neither ours nor known; `stranger`: nothing passes.
 */
export const SOURCE_KINDS = ['own', 'known', 'forwarder', 'sender', 'stranger'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

const counts = {
  messages: whole,
  pass: whole.describe('messages that pass DMARC'),
  dkim: whole.describe('messages with an aligned signature that passes'),
  spf: whole.describe('messages that pass SPF, aligned'),
};

export const source = z.strictObject({
  source: text.describe('an address; `other` for what was too much to keep apart'),
  name: text
    .nullable()
    .describe('the name of the address in the DNS, not verified; null where none is known'),
  kind: z.enum(SOURCE_KINDS),
  ...counts,
  delivered: whole.describe('messages that fail DMARC and were neither put aside nor rejected'),
  reporters: z.array(text).describe('who reported it, at most 8'),
  detail: text.describe('signatures and SPF identity of some of the messages, as they were reported'),
});

export const reportedDomain = z.strictObject({
  domain: text,
  policy: text.nullable().describe('`p` as receivers saw it'),
  ...counts,
  byKind: z
    .array(z.strictObject({ kind: z.enum(SOURCE_KINDS), messages: whole, pass: whole }))
    .describe('the same by the kind of source, kinds without messages left out'),
  reports: whole,
  reporters: z.array(text).describe('at most 8'),
  latest: at.describe('the end of the latest period that was reported'),
  sources: z.array(source).describe('those with the most messages'),
  moreSources: whole.describe('number of sources that are not listed'),
});

export const reportsResult = z.strictObject({
  from: at.nullable().describe('since when reports are looked at; null: all'),
  read: z.strictObject({
    messages: whole.describe('messages or files that were looked at in this run'),
    reports: whole.describe('new reports'),
    known: whole.describe('reports that were known already'),
    otherDomains: whole.describe('reports about domains that are not in the list'),
    unreadable: whole,
    waiting: whole.describe('messages that are left for the next run'),
  }),
  reports: whole.describe('reports in the time that is looked at'),
  domains: z.array(reportedDomain).describe('those with the most messages first'),
  moreDomains: whole.describe('number of domains that are not listed'),
});

export type ReportsResult = Immutable<z.output<typeof reportsResult>>;
export type ReportedDomain = Immutable<z.output<typeof reportedDomain>>;
export type ReportedSource = Immutable<z.output<typeof source>>;
