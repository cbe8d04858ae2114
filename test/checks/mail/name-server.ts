/** A name server on the loopback that answers from a table: so that a verdict is tested with its whole way to the DNS. */
import { Packet } from 'dns2';
import { createResolver, type Resolver } from '../../../src/dns/resolver.ts';
import { startServer } from '../../dns/server.ts';

export type ZoneRecord =
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | { readonly type: 'MX'; readonly exchange: string; readonly priority: number }
  | { readonly type: 'TXT'; readonly strings: readonly string[] }
  | { readonly type: 'PTR' | 'CNAME'; readonly domain: string };

/** Records by name, in lower case; `servfail` for a name that cannot be resolved. */
export type Zone = Record<string, readonly ZoneRecord[] | 'servfail'>;

export interface NameServer extends AsyncDisposable {
  readonly resolver: Resolver;
  zone: Zone;
}

/** One TXT record of one text, cut into strings as a zone file has it. */
export function txt(text: string): ZoneRecord {
  return { type: 'TXT', strings: text.match(/.{1,250}/gs) ?? [''] };
}

/** Starts a name server and a resolver that asks it. */
export async function startNameServer(zone: Zone): Promise<NameServer> {
  const state = { zone };
  const server = await startServer(({ message }) => [answer(message, state.zone)]);
  const resolver = createResolver({ servers: [server.address], timeoutMs: 2000, tries: 1 });
  return Object.assign(state, {
    resolver,
    [Symbol.asyncDispose]: async () => {
      resolver.close();
      await server[Symbol.asyncDispose]();
    },
  });
}

function answer(message: Buffer, zone: Zone): Buffer {
  const request = Packet.parse(message);
  const reply = Packet.createResponseFromRequest(request);
  const question = request.questions[0]!;
  const name = question.name.toLowerCase().replace(/\.$/, '');
  const found = zone[name];
  if (found === 'servfail') reply.header.rcode = 2;
  else if (!found && !Object.keys(zone).some((other) => other.endsWith(`.${name}`))) reply.header.rcode = 3;
  else {
    for (const record of found || []) {
      const type = Packet.TYPE[record.type];
      if (type !== question.type && record.type !== 'CNAME') continue;
      const data = record.type === 'TXT' ? { data: [...record.strings] } : record;
      reply.answers.push({ name: question.name, class: 1, ttl: 0, ...data, type } as never);
    }
  }
  return reply.toBuffer();
}
