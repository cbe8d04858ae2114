/** The configuration's key `status`: what the operator says on the status page. */
import { z } from 'zod';
import { secret } from '../base/units.ts';
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

const ADDRESS =
  'expected the http or https address of another Vigie, without a query, such as "https://vigie.paris.example.org/"';
const address = z
  .string({ error: ADDRESS })
  .refine((text) => {
    const url = URL.parse(text);
    if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
    return url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  }, ADDRESS)
  .transform((text) => new URL(text).href.replace(/\/*$/, '/'))
  .meta({ type: 'string', examples: ['https://vigie.paris.example.org/'] });

const other = z.strictObject(
  {
    place: line(40, '"paris"').describe('Where it runs, as the status page names it.'),
    url: address.describe('Its address; "api/status" below it is read.'),
    token: secret()
      .optional()
      .describe('Sent as "Authorization: Bearer …", where a proxy in front of it asks for one.'),
  },
  { error: 'expected another Vigie: place and url' },
);

/** Each is asked twice a minute, and a page with more places is read by nobody. */
const MOST_OTHERS = 10;

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
    others: z
      .array(other, {
        error:
          'expected a list of other Vigies, such as "- { place: paris, url: https://vigie.paris.example.org/ }"',
      })
      .max(MOST_OTHERS, `expected at most ${MOST_OTHERS} other Vigies`)
      .default([])
      .superRefine((others, context) => {
        for (const [index, { place }] of others.entries()) {
          if (others.findIndex((each) => each.place === place) === index) continue;
          context.addIssue({
            code: 'custom',
            path: [index, 'place'],
            message: 'expected each other Vigie to have a place of its own',
          });
        }
      })
      .describe('Vigies in other places, whose view of the same checks the page and notifications take in.'),
  })
  .prefault({})
  .describe('The status page, which is for everybody.');

export type OtherConfig = z.output<typeof status>['others'][number];
