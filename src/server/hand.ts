/** A run that somebody starts by hand, from a program or from a page. */
import type { FastifyRequest } from 'fastify';
import type { Networks } from '../net/networks.ts';
import type { Request } from '../schedule/scheduler.ts';
import { ApiError } from './errors.ts';
import type { ServerSource } from './source.ts';

/** Headers in which proxies pass on whom they have let in: common practice, oauth2-proxy, Authelia. */
const USER_HEADERS = ['x-forwarded-user', 'x-auth-request-user', 'remote-user'];
/** What names and mail addresses consist of; anything else is no name that belongs into a page or a log. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._@+-]{0,63}$/u;

/** The user whom a trusted proxy has let in, else the address that asks. The token says nothing of who has it. */
export function whoAsks(
  { headers, ip, socket }: Pick<FastifyRequest, 'headers' | 'ip' | 'socket'>,
  trusted: Networks | undefined,
): string {
  if (!trusted?.has(socket.remoteAddress ?? '')) return ip;
  const names = USER_HEADERS.map((header) => headers[header]);
  return (names.find((name) => typeof name === 'string' && NAME.test(name)) as string | undefined) ?? ip;
}

/** Asks for a run of a check; throws an `ApiError` where there is no such check, or it is disabled. */
export function startRun(
  { schedule, trustedProxies }: Pick<ServerSource, 'schedule' | 'trustedProxies'>,
  name: string,
  request: FastifyRequest,
): Request {
  const asked = schedule.request(name, whoAsks(request, trustedProxies?.()));
  if (asked) return asked;
  if (schedule.checks().some((check) => check.name === name && !check.enabled)) {
    throw new ApiError('check-disabled', `${name} is disabled in the configuration (enabled: false).`);
  }
  throw new ApiError('no-such-check', `No check is named ${name}.`);
}
