/** A name server on the loopback that answers from a table: so that a verdict is tested with its whole way to the DNS. */
import { createResolver, type Resolver } from '../../../src/dns/resolver.ts';
import { answer, type Zone } from '../../../src/sandbox/dns/answer.ts';
import { listenDns } from '../../../src/sandbox/dns/listener.ts';

export { txt, type Zone, type ZoneRecord } from '../../../src/sandbox/dns/answer.ts';

export interface NameServer extends AsyncDisposable {
  readonly resolver: Resolver;
  zone: Zone;
}

/** Starts a name server for everything, and a resolver that asks it. */
export async function startNameServer(zone: Zone): Promise<NameServer> {
  const state = { zone };
  const server = await listenDns({ host: '127.0.0.1', port: 0 }, (message, transport) => {
    const said = answer(message, transport, { zone: state.zone, apexes: [''] });
    return said ? [said] : [];
  });
  const resolver = createResolver({ servers: [server.address], timeoutMs: 2000, tries: 1 });
  return Object.assign(state, {
    resolver,
    [Symbol.asyncDispose]: async () => {
      resolver.close();
      await server.close();
    },
  });
}
