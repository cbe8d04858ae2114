/** What is said to everybody, and to Vigies in other places: the state of each check that is not hidden. */
import type { FastifyInstance } from 'fastify';
import { type OtherPlace, seenOf } from '../view/places.ts';
import { type CheckView, checkView, type PastOfChecks } from '../view/state.ts';
import { noQuery, read } from './api.ts';
import type { ServerSource } from './source.ts';

/** The enabled checks that everybody may see. */
export function publicChecks(source: ServerSource, past: PastOfChecks): CheckView[] {
  const hidden = source.status?.().hide ?? [];
  return source.schedule
    .checks()
    .filter(({ name }) => !hidden.includes(name))
    .map((status) => checkView(source, past, status));
}

/** What is seen from other places, without what is hidden here. */
export function publicOthers(source: ServerSource): OtherPlace[] {
  const hidden = source.status?.().hide ?? [];
  return (source.others?.() ?? []).map((other) => ({
    ...other,
    checks: other.checks.filter(({ name }) => !hidden.includes(name)),
  }));
}

export function placesRoutes(app: FastifyInstance, source: ServerSource, past: PastOfChecks): void {
  app.get('/api/status', (request) => {
    read(noQuery, request.query);
    const now = new Date();
    const checks = publicChecks(source, past).filter(({ status }) => status.enabled);
    // What this Vigie sees, and nothing of what others say: two that read each other do not echo.
    return {
      place: source.place?.() ?? null,
      at: now.toISOString(),
      checks: checks.map((check) => seenOf(check, now)),
    };
  });
}
