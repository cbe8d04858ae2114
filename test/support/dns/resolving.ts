/** Resolvers and servers of one test, closed together. */
import { createResolver, DnsError, type Resolver, type ResolverOptions } from '../../../src/dns/resolver.ts';
import { type Handler, startServer, type TestServer } from './server.ts';

const resolvers: Resolver[] = [];
const servers: TestServer[] = [];

export async function closeAll(): Promise<void> {
  for (const resolver of resolvers.splice(0)) resolver.close();
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
}

export async function serve(handler: Handler): Promise<TestServer> {
  const server = await startServer(handler);
  servers.push(server);
  return server;
}

export function ask(upstream: readonly TestServer[], options: ResolverOptions = {}): Resolver {
  const resolver = createResolver({
    servers: upstream.map(({ address }) => address),
    timeoutMs: 2_000,
    ...options,
  });
  resolvers.push(resolver);
  return resolver;
}

export async function failure(promise: Promise<unknown>): Promise<DnsError> {
  const cause = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(cause instanceof DnsError)) throw new Error(`expected a DnsError, got ${String(cause)}`);
  return cause;
}

export const KEY = 'A'.repeat(250);
