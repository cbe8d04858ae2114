/** The configuration's key `status`: what the operator says on the status page. */
import { z } from 'zod';
import { line } from './line.ts';

const CONTACT = 'expected an e-mail address or an http or https address, such as "help@example.org"';
const contact = z.string({ error: CONTACT }).refine((text) => {
  if (text.length > 200) return false;
  if (/^[^\s@<>"]+@[^\s@<>"]+$/.test(text)) return true;
  return ['http:', 'https:'].includes(URL.parse(text)?.protocol ?? '');
}, CONTACT);

const INSTANT = 'expected a time in UTC, such as "2026-11-22T15:00:00Z"';
const instant = z
  .string({ error: INSTANT })
  .refine(
    (text) => /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/.test(text) && !Number.isNaN(Date.parse(text)),
    INSTANT,
  );

/** Messages are few: what is said to everybody is read by tired people. */
const MOST_MESSAGES = 10;
const MOST_HIDDEN = 1000;

export const status = z
  .strictObject({
    title: line(80, '"Services of Example"').optional().describe('The title of the status page.'),
    contact: contact
      .optional()
      .describe('Where people may ask: an e-mail address, or the address of a page.'),
    messages: z
      .array(
        z.strictObject(
          {
            text: line(500, '"Upgrade on Sunday, 3:00 to 4:00 UTC"').describe('What is said.'),
            from: instant.optional().describe('Shown from then on, in UTC.'),
            until: instant.optional().describe('Shown until then, in UTC.'),
          },
          { error: 'expected a message: text, and from and until if it has an end' },
        ),
        { error: 'expected a list of messages, such as "- text: Upgrade on Sunday"' },
      )
      .max(MOST_MESSAGES, `expected at most ${MOST_MESSAGES} messages`)
      .default([])
      .describe('What is said at the top of the status page.'),
    hide: z
      .array(z.string({ error: 'expected the name of a check' }).min(1).max(63), {
        error: 'expected a list of names of checks, such as [meet-staging]',
      })
      .max(MOST_HIDDEN, `expected at most ${MOST_HIDDEN} names`)
      .default([])
      .describe(
        'Names of checks that are not for everybody, such as those of staging: neither the status page nor badge and feed have them.',
      ),
  })
  .prefault({})
  .describe('The status page, which is for everybody.');
