import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, closeAll, failure, KEY, serve } from '../support/dns/resolving.ts';
import { mx, reply, soa, TYPE, txt, zone } from '../support/dns/server.ts';

afterEach(closeAll);

describe('what a name has', () => {
  const table = {
    'example.org MX': [mx(20, 'Second.Example.org'), mx(10, 'first.example.org')],
    'example.org TXT': [txt('v=spf1 -all'), txt('google-site-verification=x')],
    'smtp._domainkey.example.org TXT': [txt('v=DKIM1; p=', KEY, 'rest')],
    'example.org A': [{ type: TYPE.A, address: '192.0.2.1' }],
    'example.org AAAA': [{ type: TYPE.AAAA, address: '2001:db8::1' }],
    'example.org NS': [{ type: TYPE.NS, ns: 'ns.example.org' }],
    'example.org SOA': [soa(60)],
  };

  it('gives the records of every type, names in lower case', async () => {
    const resolver = ask([await serve(zone(table))]);
    const records = async <T extends 'MX' | 'TXT' | 'A' | 'AAAA' | 'NS' | 'SOA'>(type: T) =>
      (await resolver.lookup('Example.ORG.', type)).records;
    expect(await records('MX')).toEqual([
      { priority: 20, exchange: 'second.example.org' },
      { priority: 10, exchange: 'first.example.org' },
    ]);
    expect(await records('TXT')).toEqual([['v=spf1 -all'], ['google-site-verification=x']]);
    expect(await records('A')).toEqual(['192.0.2.1']);
    expect(await records('AAAA')).toEqual(['2001:db8::1']);
    expect(await records('NS')).toEqual(['ns.example.org']);
    expect((await records('SOA'))[0]).toMatchObject({ primary: 'ns.example.org', minimum: 60 });
  });

  it('keeps the strings of a long text apart', async () => {
    const resolver = ask([await serve(zone(table))]);
    const { records } = await resolver.lookup('smtp._domainkey.example.org', 'TXT');
    expect(records).toEqual([['v=DKIM1; p=', KEY, 'rest']]);
  });

  it('distinguishes a name that does not exist from one without such records', async () => {
    const resolver = ask([await serve(zone(table))]);
    expect(await resolver.lookup('nobody.example', 'TXT')).toMatchObject({ status: 'nxdomain', records: [] });
    expect(await resolver.lookup('_domainkey.example.org', 'TXT')).toMatchObject({
      status: 'nodata',
      records: [],
    });
  });

  it('behaves as dns.promises.resolve in an evaluation', async () => {
    const { resolve, failures } = ask([await serve(zone(table))]).evaluation();
    expect(await resolve('example.org', 'MX')).toHaveLength(2);
    expect(await resolve('example.org')).toEqual(['192.0.2.1']);
    expect(await failure(resolve('nobody.example', 'TXT'))).toMatchObject({
      code: 'ENOTFOUND',
      temporary: false,
    });
    expect(await failure(resolve('example.org', 'CNAME'))).toMatchObject({
      code: 'ENODATA',
      temporary: false,
    });
    expect(failures).toEqual([]);
  });

  it.each([
    [2, 'ESERVFAIL'],
    [5, 'EREFUSED'],
  ])('takes rcode %i for nothing known: %s', async (rcode, code) => {
    const server = await serve((asked) => [reply(asked, { rcode })]);
    const evaluation = ask([server], { tries: 2 }).evaluation();
    expect(await failure(evaluation.resolve('example.org', 'TXT'))).toMatchObject({ code, temporary: true });
    expect(evaluation.failures.map((error) => error.code)).toEqual([code]);
  });

  it('gives up on a silent server, and says that it was the time', async () => {
    const server = await serve(() => []);
    const resolver = ask([server], { timeoutMs: 400, tries: 2 });
    const error = await failure(resolver.lookup('example.org', 'TXT'));
    expect(error).toMatchObject({ code: 'ETIMEOUT', temporary: true });
    expect(error.message).toContain(`127.0.0.1:${server.address.port}`);
    expect(server.asked.length).toBeGreaterThan(1);
  });

  it('ends a question when its signal aborts', async () => {
    const server = await serve(() => []);
    const resolver = ask([server], { timeoutMs: 60_000 });
    const controller = new AbortController();
    const pending = failure(resolver.lookup('example.org', 'TXT', { signal: controller.signal }));
    await expect.poll(() => server.asked.length).toBe(1);
    controller.abort();
    expect(await pending).toMatchObject({ code: 'ECANCELLED', temporary: true });
  });
});

describe('what is no name', () => {
  it.each(['', 'a..b', `${'x'.repeat(64)}.org`, `${'a.'.repeat(127)}org`])(
    '%j is not asked for',
    async (name) => {
      const server = await serve(() => []);
      expect(await failure(ask([server]).lookup(name, 'A'))).toMatchObject({
        code: 'EBADNAME',
        temporary: false,
      });
      expect(server.asked).toHaveLength(0);
    },
  );

  it('asks for an international name by its A-labels', async () => {
    const server = await serve(
      zone({ 'xn--mnchen-3ya.example A': [{ type: TYPE.A, address: '192.0.2.7' }] }),
    );
    const answer = await ask([server]).lookup('München.example', 'A');
    expect(answer).toMatchObject({ name: 'xn--mnchen-3ya.example', records: ['192.0.2.7'] });
  });
});

describe('answers that are not the answer', () => {
  it('waits on when a datagram has another question, another id, or is a query', async () => {
    const server = await serve((asked) => {
      const right = reply(asked, { answers: [txt('right')] });
      const query = reply(asked, { answers: [txt('reflected')] });
      query[2]! &= 0x7f;
      const id = Buffer.from(right);
      id[0]! ^= 0xff;
      const other = reply({ ...asked, message: renamed(asked.message) }, { answers: [txt('wrong')] });
      return [query, id, other, Buffer.from('x'), right];
    });
    expect((await ask([server]).lookup('example.org', 'TXT')).records).toEqual([['right']]);
  });

  it('does not take a cut datagram for an empty answer, and asks again over TCP', async () => {
    const server = await serve((asked) => {
      const whole = reply(asked, { answers: [txt('one'), txt('two')] });
      return [asked.tcp ? whole : whole.subarray(0, whole.length - 3)];
    });
    const answer = await ask([server]).lookup('example.org', 'TXT');
    expect(answer.records).toEqual([['one'], ['two']]);
    expect(server.asked.map(({ tcp }) => tcp)).toEqual([false, true]);
  });

  it('says that an answer is damaged when it is over TCP too', async () => {
    const server = await serve((asked) => [reply(asked, { answers: [txt('one')] }).subarray(0, -2)]);
    const error = await failure(ask([server], { tries: 1 }).lookup('example.org', 'TXT'));
    expect(error).toMatchObject({ code: 'EBADRESP', temporary: true });
  });

  it('matches the question over TCP as well', async () => {
    const server = await serve((asked) =>
      asked.tcp
        ? [reply({ ...asked, message: renamed(asked.message) }, { answers: [txt('wrong')] })]
        : [reply(asked, { truncated: true })],
    );
    const error = await failure(ask([server], { tries: 1 }).lookup('example.org', 'TXT'));
    expect(error.code).toBe('EBADRESP');
  });

  it('leaves out records of other names and types', async () => {
    const server = await serve((asked) => [
      reply(asked, { answers: [{ ...txt('foreign'), name: 'evil.example' }, mx(1, 'a.b'), txt('own')] }),
    ]);
    expect((await ask([server]).lookup('example.org', 'TXT')).records).toEqual([['own']]);
  });
});

/** The same question about a name of the same length. */
function renamed(message: Buffer): Buffer {
  return Buffer.from(message.toString('latin1').replace('example', 'elsewhr'), 'latin1');
}

describe('servers that do not do their part', () => {
  it('asks over TCP what was truncated', async () => {
    const many = Array.from({ length: 40 }, (_, index) => txt(`${index} ${'x'.repeat(100)}`));
    const server = await serve((asked) => [
      asked.tcp ? reply(asked, { answers: many }) : reply(asked, { truncated: true }),
    ]);
    const resolver = ask([server]);
    expect((await resolver.lookup('example.org', 'TXT')).records).toHaveLength(40);
    expect(resolver.counters).toMatchObject({ sent: 2, tcp: 1 });
  });

  it('gives up on a server that is silent over TCP', async () => {
    const server = await serve((asked) => (asked.tcp ? [] : [reply(asked, { truncated: true })]));
    const resolver = ask([server], { timeoutMs: 400, tries: 2 });
    expect(await failure(resolver.lookup('example.org', 'TXT'))).toMatchObject({ code: 'ETIMEOUT' });
  });

  it('goes on to the next server after SERVFAIL, and believes the first that knows', async () => {
    const broken = await serve((asked) => [reply(asked, { rcode: 2 })]);
    const good = await serve(zone({ 'example.org TXT': [txt('yes')] }));
    const answer = await ask([broken, good]).lookup('example.org', 'TXT');
    expect(answer.records).toEqual([['yes']]);
    expect(answer.server).toBe(`127.0.0.1:${good.address.port}`);
  });

  it('believes an NXDOMAIN and asks nobody else', async () => {
    const first = await serve((asked) => [reply(asked, { rcode: 3 })]);
    const second = await serve(zone({ 'example.org TXT': [txt('yes')] }));
    expect(await ask([first, second]).lookup('example.org', 'TXT')).toMatchObject({ status: 'nxdomain' });
    expect(second.asked).toHaveLength(0);
  });

  it('goes on to the next server when nothing listens at the first', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as { port: number };
    probe.close();
    const good = await serve(zone({ 'example.org TXT': [txt('yes')] }));
    const closed = { host: '127.0.0.1', port };
    const answer = await ask([], { servers: [closed, good.address] }).lookup('example.org', 'TXT');
    expect(answer.records).toEqual([['yes']]);
    const error = await failure(ask([], { servers: [closed], tries: 1 }).lookup('example.org', 'TXT'));
    expect(error).toMatchObject({ code: 'ECONNREFUSED', temporary: true });
  });

  it('sends again, and still takes the answer to the first sending', async () => {
    let answerFirst: (() => void) | undefined;
    const server = await serve((asked) => {
      if (asked.index > 0) {
        answerFirst?.();
        return [];
      }
      return new Promise((resolve) => {
        answerFirst = () => resolve([reply(asked, { answers: [txt('late')] })]);
      });
    });
    const resolver = ask([server], { timeoutMs: 3_000, tries: 3 });
    expect((await resolver.lookup('example.org', 'TXT')).records).toEqual([['late']]);
    expect(resolver.counters).toMatchObject({ sent: 2, retries: 1 });
  });

  it('asks without EDNS whoever does not understand it', async () => {
    const server = await serve((asked) => [
      asked.edns ? reply(asked, { rcode: 1 }) : reply(asked, { answers: [txt('old')] }),
    ]);
    expect((await ask([server]).lookup('example.org', 'TXT')).records).toEqual([['old']]);
    expect(server.asked.map(({ edns }) => edns)).toEqual([true, false]);
  });

  it('asks a server directly without recursion, and reports a referral', async () => {
    const server = await serve((asked) => [
      reply(asked, { authorities: [{ type: TYPE.NS, ns: 'ns.below.example' }] }),
    ]);
    const answer = await ask([]).lookup('example.org', 'TXT', { direct: [server.address] });
    expect(answer).toMatchObject({ referral: {}, authoritative: false, status: 'nodata' });
    expect(server.asked[0]!.recursive).toBe(false);
  });
});

describe('aliases', () => {
  const cname = (name: string, domain: string) => ({ name, type: TYPE.CNAME, domain });

  it('follows a chain within the message', async () => {
    const server = await serve((asked) => [
      reply(asked, {
        answers: [
          { ...txt('key'), name: 'c.example' },
          cname('B.example', 'c.example'),
          cname('a.example', 'b.example'),
        ],
      }),
    ]);
    const answer = await ask([server]).lookup('a.example', 'TXT');
    expect(answer).toMatchObject({
      status: 'found',
      records: [['key']],
      aliases: ['b.example', 'c.example'],
    });
  });

  it('asks for the end of a chain that the server did not follow', async () => {
    const server = await serve((asked) => [
      reply(asked, {
        answers: asked.name === 'a.example' ? [cname('a.example', 'b.example')] : [txt('key')],
      }),
    ]);
    const answer = await ask([server]).lookup('a.example', 'TXT');
    expect(answer).toMatchObject({ name: 'a.example', records: [['key']], aliases: ['b.example'] });
  });

  it('does not run in circles', async () => {
    const server = await serve((asked) => [
      reply(asked, { answers: [cname(asked.name, asked.name === 'a.example' ? 'b.example' : 'a.example')] }),
    ]);
    expect(await failure(ask([server]).lookup('a.example', 'TXT'))).toMatchObject({ code: 'EBADRESP' });
    expect(server.asked.length).toBeLessThan(12);
  });
});
