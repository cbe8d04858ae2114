/** What is meant for other places than a browser's window: the feed of changes, and the badge of the state. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { CheckStatus } from '../schedule/scheduler.ts';
import { badgeImage } from '../view/badge.ts';
import { atomFeed } from '../view/feed.ts';
import { oneLine } from '../view/findings.ts';
import { servicesOf, worstOf } from '../view/places.ts';
import { checkView, type PastOfChecks } from '../view/state.ts';
import { chooseLanguage } from '../view/words/index.ts';
import { ApiError } from './errors.ts';
import { publicOthers } from './places.ts';
import type { ServerSource } from './source.ts';

/** Number of changes in the feed. */
const ENTRIES = 50;

/** Readers of feeds and those who embed pictures may add keys of their own. */
const outwardQuery = z.object({ check: z.string().optional() });

export function outwardRoutes(app: FastifyInstance, source: ServerSource, past: PastOfChecks): void {
  /** The named check alone, or all. */
  const chosen = (query: unknown): { name: string | null; checks: CheckStatus[] } => {
    const { data } = outwardQuery.safeParse(query);
    if (!data) throw new ApiError('bad-request', 'The query was not understood: expected ?check=NAME, once.');
    // What is not for everybody is not there: a proxy may let everybody ask for badge and feed.
    const hidden = source.status?.().hide ?? [];
    const all = source.schedule.checks().filter(({ name }) => !hidden.includes(name));
    if (data.check === undefined) return { name: null, checks: all };
    const named = all.filter(({ name }) => name === data.check);
    if (named.length === 0) throw new ApiError('no-such-check', `No check is named ${data.check}.`);
    return { name: data.check, checks: named };
  };

  app.get('/feed.atom', (request, reply) => {
    const { name, checks } = chosen(request.query);
    const { t } = chooseLanguage(request);
    const changes = checks
      .flatMap((status) => past.periods(status))
      // What the first known run says is no change.
      .filter(({ orEarlier }) => !orEarlier)
      .sort((a, b) => b.from.localeCompare(a.from))
      .slice(0, ENTRIES)
      .map((period) => {
        const run = source.store.get(period.run);
        return { ...period, summary: run && oneLine(run, t) };
      });
    const self = name === null ? '/feed.atom' : `/feed.atom?check=${encodeURIComponent(name)}`;
    return reply
      .type('application/atom+xml; charset=utf-8')
      .header('vary', 'accept-language, cookie')
      .send(atomFeed(changes, self, t));
  });

  app.get('/badge.svg', (request, reply) => {
    const { name, checks } = chosen(request.query);
    const { t } = chooseLanguage(request);
    const views = checks.map((status) => checkView(source, past, status));
    const services = servicesOf(views, publicOthers(source), new Date());
    const shown = services.filter((service) => name === null || service.name === name);
    const tone = worstOf(shown.map((service) => service.tone));
    return (
      reply
        .type('image/svg+xml; charset=utf-8')
        .header('vary', 'accept-language, cookie')
        // It is there to be shown elsewhere.
        .header('cross-origin-resource-policy', 'cross-origin')
        .send(badgeImage(name ?? 'vigie', t.badge[tone], tone))
    );
  });
}
