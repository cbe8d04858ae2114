/** A run that somebody starts by hand, from a program or from a page. */
import type { Request } from '../schedule/scheduler.ts';
import { ApiError } from './errors.ts';
import type { ServerSource } from './source.ts';

/** Asks for a run of a check; throws an `ApiError` where there is no such check, or it is disabled. */
export function startRun({ schedule }: Pick<ServerSource, 'schedule'>, name: string): Request {
  const asked = schedule.request(name);
  if (asked) return asked;
  if (schedule.checks().some((check) => check.name === name && !check.enabled)) {
    throw new ApiError('check-disabled', `${name} is disabled in the configuration (enabled: false).`);
  }
  throw new ApiError('no-such-check', `No check is named ${name}.`);
}
