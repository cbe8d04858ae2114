/** `GET /api/checks/NAME/availability`: in which share of runs a check worked, by hours, days or months. */

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DAY_MS, HOUR_MS } from '../base/durations.ts';
import { availability, STEPS, stepsBetween } from '../compare/availability.ts';
import { instant, read } from './api.ts';
import { ApiError } from './errors.ts';
import type { ServerSource } from './source.ts';

export const availabilityQuery = z.strictObject({
  from: instant.optional(),
  to: instant.optional(),
  by: z.enum(STEPS).default('day'),
});

/** More are not answered at once: 41 days by hours. */
const MOST_BUCKETS = 1000;
/** What is asked for without `from`. */
const USUAL_MS = { hour: 48 * HOUR_MS, day: 90 * DAY_MS, month: 365 * DAY_MS } as const;

export function availabilityRoutes(app: FastifyInstance, { store, schedule }: ServerSource): void {
  app.get<{ Params: { name: string } }>('/api/checks/:name/availability', (request) => {
    const { from, to, by } = read(availabilityQuery, request.query);
    const { name: check } = request.params;
    const kind = schedule.checks().find(({ name }) => name === check)?.kind;
    if (!kind) throw new ApiError('no-such-check', `No check is named ${check}.`);
    const end = to === undefined ? Date.now() : Date.parse(to);
    const start = from === undefined ? end - USUAL_MS[by] : Date.parse(from);
    if (start > end) throw new ApiError('bad-request', 'The query was not understood: from is after to.');
    const starts = stepsBetween(start, end, by, MOST_BUCKETS);
    if (!starts) {
      throw new ApiError(
        'bad-request',
        `The query was not understood: more than ${MOST_BUCKETS} of by=${by} lie between from and to. Ask for less, or by=day or by=month.`,
      );
    }
    return { check, kind, ...availability(store, { check, kind }, starts, by) };
  });
}
