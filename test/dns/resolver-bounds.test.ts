import { afterEach, describe, expect, it } from 'vitest';
import { ask, closeAll, failure, serve } from '../support/dns/resolving.ts';
import { reply, txt, zone } from '../support/dns/server.ts';

afterEach(closeAll);

describe('what is asked only once', () => {
  it('keeps an answer for its TTL, a negative one for that of the SOA', async () => {
    const server = await serve(zone({ 'example.org TXT': [txt('kept')] }));
    const resolver = ask([server]);
    for (let time = 0; time < 3; time++) {
      await resolver.lookup('example.org', 'TXT');
      expect(await resolver.lookup('nobody.example', 'TXT')).toMatchObject({ status: 'nxdomain', ttl: 60 });
    }
    expect(server.asked).toHaveLength(2);
    expect(resolver.counters.cached).toBe(4);
  });

  it('keeps neither a TTL of 0 nor a negative answer without SOA nor a failure', async () => {
    const server = await serve((asked) =>
      asked.name === 'zero.example'
        ? [reply(asked, { answers: [{ ...txt('now'), ttl: 0 }] })]
        : [reply(asked, { rcode: asked.name === 'gone.example' ? 3 : 2 })],
    );
    const resolver = ask([server], { tries: 1 });
    for (const name of ['zero.example', 'gone.example', 'broken.example']) {
      await resolver.lookup(name, 'TXT').catch(() => {});
      await resolver.lookup(name, 'TXT').catch(() => {});
    }
    expect(server.asked).toHaveLength(6);
  });

  it('shares a question that is under way, and goes on when one of two stops waiting', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const server = await serve(async (asked) => {
      await held;
      return [reply(asked, { answers: [txt('shared')] })];
    });
    const resolver = ask([server]);
    const controller = new AbortController();
    const impatient = failure(resolver.lookup('example.org', 'TXT', { signal: controller.signal }));
    const patient = resolver.lookup('example.org', 'TXT');
    controller.abort();
    expect(await impatient).toMatchObject({ code: 'ECANCELLED' });
    release();
    expect((await patient).records).toEqual([['shared']]);
    expect(server.asked).toHaveLength(1);
  });

  it('gives callers of an evaluation a copy of their own', async () => {
    const { resolve } = ask([await serve(zone({ 'example.org TXT': [txt('mine')] }))]).evaluation();
    const first = (await resolve('example.org', 'TXT')) as string[][];
    first[0]!.push('changed');
    expect(await resolve('example.org', 'TXT')).toEqual([['mine']]);
  });
});

describe('bounds', () => {
  it('has no more questions under way than it may', async () => {
    let underWay = 0;
    let most = 0;
    const server = await serve(async (asked) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return [reply(asked, { answers: [txt('x')] })];
    });
    const resolver = ask([server], { limits: { fresh: 5, total: 10, slowMs: 60_000 } });
    const names = Array.from({ length: 100 }, (_, index) => `d${index}.example`);
    const answers = await Promise.all(names.map((name) => resolver.lookup(name, 'TXT')));
    expect(answers.every(({ status }) => status === 'found')).toBe(true);
    expect(most).toBeLessThanOrEqual(5);
    expect(resolver.counters).toMatchObject({ sent: 100, maxInFlight: 5 });
  });

  it('lets others pass while slow ones wait', async () => {
    const server = await serve((asked) =>
      asked.name.startsWith('dead') ? [] : [reply(asked, { answers: [txt('x')] })],
    );
    const limits = { fresh: 2, total: 50, slowMs: 5 };
    const resolver = ask([server], { limits, timeoutMs: 60_000, tries: 1 });
    const controller = new AbortController();
    const dead = Array.from({ length: 10 }, (_, index) =>
      failure(resolver.lookup(`dead${index}.example`, 'TXT', { signal: controller.signal })),
    );
    expect((await resolver.lookup('alive.example', 'TXT')).status).toBe('found');
    controller.abort();
    expect((await Promise.all(dead)).every(({ code }) => code === 'ECANCELLED')).toBe(true);
  });

  it('ends an evaluation at its deadline, whatever it asks', async () => {
    const resolver = ask([await serve(() => [])], { timeoutMs: 60_000 });
    const { resolve, failures } = resolver.evaluation({ deadlineMs: 50 });
    const errors = await Promise.all(['a.example', 'b.example'].map((name) => failure(resolve(name, 'TXT'))));
    expect(errors.map(({ code }) => code)).toEqual(['ETIMEOUT', 'ETIMEOUT']);
    expect(await failure(resolve('c.example', 'TXT'))).toMatchObject({ code: 'ETIMEOUT' });
    expect(failures).toHaveLength(3);
  });

  it('ends what is under way when it is closed', async () => {
    const server = await serve(() => []);
    const resolver = ask([server], { timeoutMs: 60_000 });
    const pending = failure(resolver.lookup('example.org', 'TXT'));
    await expect.poll(() => server.asked.length).toBe(1);
    resolver.close();
    expect(await pending).toMatchObject({ code: 'ECANCELLED' });
    expect(await failure(resolver.lookup('example.org', 'TXT'))).toMatchObject({ code: 'ECANCELLED' });
  });
});
