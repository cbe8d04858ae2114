/** The parts of a zone check that are asked for by configuration, each with what its options say. */

import { readFile } from 'node:fs/promises';
import type { Resolver } from '../../dns/resolver.ts';
import type { CheckContext } from '../check.ts';
import { type Expiry, lookAtExpiry } from './expiry/index.ts';
import type { DomainFacts } from './facts.ts';
import { type Inbound, type InboundContext, testInbound } from './inbound/index.ts';
import type { ZoneOptions } from './options.ts';
import { lookAtSelectors, type Rotation } from './rotation/index.ts';
import { commonSelector, type Template } from './template.ts';
import { type TransportContext, type TransportLook, transportLook } from './transport/index.ts';
import { type LookedAtUsers, lookAtUsers } from './users/look.ts';

/** The certificates of a file; undefined, which stands for those that Node has, without one. @throws the error of the file system */
const authoritiesIn = async (file: string | undefined): Promise<string | undefined> =>
  file === undefined ? undefined : readFile(file, 'utf8');

/** How to find out what a domain publishes about the encryption of mail to it; null where that is not to be looked at. */
export async function transportOf(
  { transport: options }: ZoneOptions,
  { name, signal }: CheckContext,
  where: Pick<TransportContext, 'resolver' | 'port'>,
): Promise<TransportLook | null> {
  if (options === false) return null;
  const { every, timeout, ca, allowPrivate } = options;
  const authorities = await authoritiesIn(ca);
  const limits = { everyMs: every, timeoutMs: timeout, allowPrivate };
  return transportLook({ ...where, ...limits, check: name, ca: authorities, signal });
}

/** The DKIM selectors of the domains that are looked up. */
export function rotationOf(
  { rotation }: ZoneOptions,
  { past, signal }: CheckContext,
  resolver: Resolver,
  template: Template,
  domains: readonly DomainFacts[],
): Promise<Rotation> {
  const selectors = { template: commonSelector(template), others: rotation.selectors };
  const now = new Date().toISOString();
  const operator = template.variables.operator?.toLowerCase() ?? null;
  return lookAtSelectors(domains, selectors, operator, { resolver, signal, past, now });
}

export type MailServers = Pick<InboundContext, 'resolver' | 'hosts' | 'port'> & {
  readonly domains: readonly string[];
};

/** How mail gets in; null where that is not to be tested. */
export async function inboundOf(
  { inbound: options }: ZoneOptions,
  { name, signal }: CheckContext,
  { domains, ...where }: MailServers,
): Promise<Inbound | null> {
  if (!options) return null;
  const { every, budget, perMinute, timeout, helo, ca } = options;
  const authorities = await authoritiesIn(ca);
  return testInbound(
    domains,
    { everyMs: every, budgetMs: budget, perMinute },
    {
      ...where,
      check: name,
      about: JSON.stringify([where.hosts, where.port]),
      helo,
      ca: authorities,
      timeoutMs: timeout,
      signal,
    },
  );
}

/** Whether users' addresses are accepted; null where that is not to be tested. */
export async function usersOf(
  { inbound, ldap }: ZoneOptions,
  context: CheckContext,
  { domains, ...where }: MailServers,
): Promise<LookedAtUsers | null> {
  if (!inbound?.users || !ldap) return null;
  const { users, budget, timeout, helo, ca } = inbound;
  return lookAtUsers(domains, { users, ldap }, context, {
    ...where,
    about: JSON.stringify([where.hosts, where.port, ldap.url, users.base, users.filter, users.attributes]),
    budgetMs: budget,
    timeoutMs: timeout,
    helo,
    ca: await authoritiesIn(ca),
  });
}

/** When the registrations end; null where that is not to be looked at. */
export async function expiryOf(
  { expiry: options }: ZoneOptions,
  { name, past, signal }: CheckContext,
  resolver: Resolver,
  domains: readonly string[],
): Promise<Expiry | null> {
  if (!options) return null;
  const { bootstrap, warnBefore, every, perMinute, budget, timeout, ca, allowPrivate } = options;
  const authorities = await authoritiesIn(ca);
  return lookAtExpiry(domains, {
    check: name,
    past,
    resolver,
    bootstrap,
    warnMs: warnBefore,
    everyMs: every,
    perMinute,
    budgetMs: budget,
    timeoutMs: timeout,
    ca: authorities,
    allowPrivate,
    signal,
  });
}
