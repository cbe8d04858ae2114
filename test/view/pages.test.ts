import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { liveScript, STYLE } from '../../src/view/assets.ts';
import { span } from '../../src/view/format.ts';
import { html } from '../../src/view/html.ts';
import { en } from '../../src/view/words/index.ts';
import { aMail, aMessage, aPart, aRecord, aSignaling, aZone } from '../support/history/results.ts';
import { aCall, aFailedCall, aRun, streams } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let server: TestServer;
beforeEach(() => {
  server = testServer();
});
afterEach(() => server.close());

/** What a person reads, without markup. */
const text = (markup: string) =>
  markup
    .replace(/<svg.*?<\/svg>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ([.,;])/g, '$1');
const page = async (url: string) => {
  const response = await server.app.inject({ url, headers: { accept: 'text/html' } });
  return { markup: response.body, text: text(response.body), headers: response.headers };
};
/** After how many seconds a page is renewed: in place, and without JavaScript by being loaded again. */
const renewal = ({ markup }: { markup: string }) => {
  const live = /<main id="main" data-live="(\d+)">/.exec(markup)?.[1];
  const plain = /<noscript><meta http-equiv="refresh" content="(\d+)"><\/noscript>/.exec(markup)?.[1];
  expect(live).toBe(plain);
  return live;
};
const busyMeet = fakeCheck({ ms: 3_600_000 });
const idleMeet = async () => {
  server.scheduler.update([fakeCheck({ ms: 1, schedule: { everyMs: 3_600_000 } })]);
  await expect.poll(() => server.scheduler.checks()[0]!.activity).toBeNull();
};

describe('the template', () => {
  it('escapes text, attributes and lists, and leaves out what is not there', () => {
    const evil = `<img src=x onerror="alert('1')">&`;
    const escaped = '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;';
    expect(
      html`<p title="${evil}">${[evil, html`<b>${evil}</b>`]}${null}${false}${undefined}${0}</p>`.toString(),
    ).toBe(`<p title="${escaped}">${escaped}<b>${escaped}</b>0</p>`);
  });
});

it.each([
  [840, '0.8 s'],
  [45_200, '45 s'],
  [180_000, '3 min'],
  [7_500_000, '2 h 5 min'],
  [300_000_000, '3 days'],
])('%i ms is %s', (ms, words) => expect(span(ms, en)).toBe(words));

describe('the first page', () => {
  it('says what is broken, since when, and shows where the hole is', async () => {
    await idleMeet();
    const [pass, first, second] = [aRun({ call: aCall() }), aFailedCall(), aFailedCall()];
    for (const run of [pass, first, second]) server.store.append(run);
    const { text: words, markup } = await page('/');
    expect(words).toContain('meet fails');
    expect(words).toContain('C does not see B: the picture arrived and stopped at 15:00:07.');
    expect(words).toContain('Where: on the way from the bridge to the receiver.');
    expect(words).toMatch(/Broken since .*UTC \(.*, 2 runs\)/);
    expect(words).toContain('join: 11 of 12 streams ok');
    expect(markup.match(/class="stream bad"/g)?.length).toBe(1);
    expect(markup).toMatch(/class="stream bad" title="no packets since">.*?video <b>lost<\/b>/);
    expect(markup).toContain(`href="/runs/${second.id}"`);
  });

  it('says when lib-jitsi-meet changed, and so does the run that saw it', async () => {
    await idleMeet();
    const [before, after] = ['9.0.1', '9.0.2'].map((version) => aRun({ call: aCall({ version }) }));
    for (const run of [before!, after!]) server.store.append(run);
    const sentence = 'lib-jitsi-meet changed from 9.0.1 to 9.0.2 at';
    expect((await page('/')).text).toContain(sentence);
    expect((await page(`/runs/${after!.id}`)).text).toContain(sentence);
    expect((await page(`/runs/${before!.id}`)).text).not.toContain('changed from');
  });

  it('shows the step that tells most: the first in which something is wrong', async () => {
    await idleMeet();
    const both = [
      ...streams(),
      ...streams((s) => ({ step: 'handover', ...(s.receiver === 'A' && { verdict: 'silent' as const }) })),
      ...streams(() => ({ step: 'back' })),
    ];
    const steps = ['join', 'handover', 'back'].map((name) => ({
      name,
      atMs: 0,
      ms: 1,
      present: ['A', 'B', 'C'],
    }));
    server.store.append(aFailedCall({ call: aCall({ steps, streams: both }) }));
    const { text: words } = await page('/');
    expect(words).toContain('handover: 8 of 12 streams ok');
    expect(words).toContain('One of 3 steps');
  });

  it('says of a stream that could not be judged that it is unknown', async () => {
    await idleMeet();
    const some = streams().filter(({ receiver }) => receiver !== 'C');
    server.store.append(aRun({ outcome: 'error', summary: 'C crashed', call: aCall({ streams: some }) }));
    const { text: words, markup } = await page('/');
    expect(words).toContain('meet could not tell');
    expect(markup.match(/class="stream unsure"/g)?.length).toBe(4);
  });

  it('before the first run says so, and loads itself again soon', async () => {
    server.scheduler.update([busyMeet]);
    const first = await page('/');
    expect(first.text).toContain('meet has not run yet');
    expect(first.text).toMatch(/Running for 0\.\d s ?: sleeping/);
    expect(renewal(first)).toBe('2');
    const still = await page('/?refresh=off');
    expect(renewal(still)).toBeUndefined();
    expect(still.markup).toContain('<a href="?">resume</a>');
  });

  it('shows the partial matrix of a run that is on, and what is still awaited', async () => {
    const call = aCall({ streams: streams().slice(0, 5) });
    server.scheduler.update([fakeCheck({ ms: 3_600_000, result: { call } })]);
    await Promise.resolve();
    const { text: words, markup } = await page('/');
    expect(words).toContain('join: 5 of 12 streams ok so far. Rows receive, columns send.');
    expect(markup.match(/class="stream quiet"/g)?.length).toBe(7);
  });

  it('with several checks lists them all, and calls them by their number', async () => {
    server.scheduler.update([busyMeet, fakeCheck({ name: 'other' }), fakeCheck({ name: 'third' })]);
    server.store.append(aFailedCall());
    server.store.append(aRun({ check: 'other' }));
    const { text: words, markup } = await page('/');
    expect(words).toContain('1 of 3 checks fails, 1 has not run yet');
    expect(markup).toContain('href="/checks/other"');
  });

  it('shows what a deployment says as text', async () => {
    await idleMeet();
    const evil = '<script>alert(1)</script>';
    const findings = [{ id: 'x', outcome: 'fail' as const, text: evil, evidence: { body: evil } }];
    const call = aCall({
      version: evil,
      room: evil,
      url: 'javascript:alert(1)',
      streams: streams(() => ({ verdict: 'wrong', reason: `"${evil}` })),
    });
    const run = aRun({ outcome: 'fail', summary: evil, findings, call });
    server.store.append(run);
    for (const url of ['/', `/runs/${run.id}`]) {
      const { markup } = await page(url);
      expect(markup.match(/<script[^>]*>/g)).toEqual([`<script src="${liveScript().path}" defer>`]);
      expect(markup).not.toContain('href="javascript');
      expect(markup).toContain('&lt;script&gt;');
    }
  });

  it('names the sandbox', async () => {
    const sandbox = testServer({ sandbox: true });
    const { body } = await sandbox.app.inject('/');
    expect(text(body)).toContain('Sandbox. No deployment is configured');
    await sandbox.close();
    expect((await page('/')).text).not.toContain('Sandbox');
  });

  it('says that a changed configuration was refused', async () => {
    const refused = testServer({ lastReload: () => ({ successful: false, at: new Date(0) }) });
    expect(text((await refused.app.inject('/')).body)).toContain(
      'The new configuration is invalid and was rejected',
    );
    await refused.close();
  });

  it('loads nothing but its own style sheet and script, which may be kept', async () => {
    const { markup, headers } = await page('/');
    const loaded = [
      ...markup.matchAll(/<(?:link rel="stylesheet"|script|img|iframe)[^>]*?(?:href|src)="([^"]*)"/g),
    ].map((m) => m[1]!);
    expect(loaded).toEqual([STYLE.path, liveScript().path]);
    for (const [path, type] of [
      [STYLE.path, 'text/css'],
      [liveScript().path, 'text/javascript'],
    ] as const) {
      const asset = await server.app.inject(path);
      expect(asset.headers['content-type']).toContain(type);
      expect(asset.headers['cache-control']).toContain('immutable');
    }
    expect(markup).not.toMatch(/style="|onclick/);
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy.join()).not.toContain('unsafe');
  });
});

describe('mail and domains', () => {
  it('shows each message and whether it is authenticated', async () => {
    const good = aMessage('example.org');
    const bad = aMessage('example.net', {
      delivery: null,
      dkim: null,
      spf: { ...good.spf!, aligned: false },
    });
    const probes = [{ name: 'stranger', result: 'accepted', response: '250 Ok' }] as const;
    const mail = aMail([good, bad], { probes });
    server.scheduler.update([{ ...fakeCheck({ name: 'post', ms: 3_600_000 }), kind: 'mail' }]);
    const run = aRun({ check: 'post', kind: 'mail', outcome: 'fail', mail });
    server.store.append(run);
    const { text: words } = await page('/');
    expect(words).toContain('vigie@example.org accepted after 1.8 s pass pass pass');
    expect(words).toContain('vigie@example.net accepted not received not judged other domain pass');
    expect((await page(`/runs/${run.id}`)).text).toContain('a message without a login accepted 250 Ok');
  });

  it('shows why a message is not authenticated in the language of the page; what an earlier version wrote stays English', async () => {
    const good = aMessage('example.org');
    const { cause: _none, ...earlier } = good.spf!;
    const bad = aMessage('example.net', {
      dkim: {
        ...good.dkim!,
        result: 'fail',
        reason: 'body hash did not verify',
        cause: { code: 'body-altered' },
      },
      spf: { ...earlier, result: 'permerror', reason: 'multiple SPF records found for example.net' },
    });
    const run = aRun({ check: 'post', kind: 'mail', outcome: 'fail', mail: aMail([bad]) });
    server.store.append(run);
    const english = (await page(`/runs/${run.id}`)).text;
    expect(english).toContain('fail body hash did not verify permerror multiple SPF records');
    const french = await page(`/runs/${run.id}?lang=fr`);
    expect(french.text).toContain('fail l’empreinte du corps ne correspond pas permerror multiple SPF');
    expect(french.markup).toContain('<span lang="en">multiple SPF records found for example.net</span>');
  });

  it('shows the way into a call: on the first page what is broken, on its own all parts', async () => {
    server.scheduler.update([{ ...fakeCheck({ name: 'way', ms: 3_600_000 }), kind: 'signaling' }]);
    const evil = '<img src=x>';
    const signaling = aSignaling([
      aPart('page', { ms: 41 }),
      aPart('bosh', { ok: null, ms: null, detail: 'config.js names none' }),
      aPart('turn-udp', { ok: false, ms: null, detail: evil }),
    ]);
    const run = aRun({ check: 'way', kind: 'signaling', outcome: 'degraded', signaling });
    server.store.append(run);
    const first = await page('/');
    expect(first.text).toContain('1 of 2 parts answer correctly, the slowest (page) after 41 ms.');
    expect(first.text).toContain('TURN over UDP broken');
    expect(first.text).not.toContain('XMPP over BOSH');
    const whole = await page(`/runs/${run.id}`);
    expect(whole.text).toContain('XMPP over BOSH not judged');
    expect(whole.text).toContain('valid for 58 more days, until 2027-01-20');
    expect(whole.markup).not.toContain(evil);
  });

  it('shows the domains that need somebody, and on the page of the run what to publish', async () => {
    const right = (['mx', 'spf'] as const).map((record) => aRecord(record, 'exact'));
    const domains = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`ok${i}.example`, right]));
    const wrong = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [
        `bad${i}.example`,
        [aRecord('mx', 'exact'), aRecord('spf', 'missing')],
      ]),
    );
    server.scheduler.update([{ ...fakeCheck({ name: 'domains', ms: 3_600_000 }), kind: 'zone' }]);
    const run = aRun({
      check: 'domains',
      kind: 'zone',
      outcome: 'fail',
      zone: aZone({ ...domains, ...wrong }),
    });
    server.store.append(run);
    const { text: words } = await page('/');
    expect(words).toContain('30 of 42 domains as the template expects.');
    expect(words).toContain('bad9.example exact missing');
    expect(words).not.toContain('bad10.example');
    expect(words).toContain('And 2 more domains');
    const details = (await page(`/runs/${run.id}`)).text;
    expect(details).toContain('bad11.example');
    expect(details).toContain('example.org. IN TXT &quot;spf&quot;');
    expect(details).toContain('For a form: zone example.org name @ type TXT value v=spf1');
    expect(details).toContain('30 domains as the template expects');
  });
});

describe('the page of a run', () => {
  it('has its findings, evidence, matrix, participants, streams and phases', async () => {
    const run = aFailedCall();
    server.store.append(run);
    const shown = await page(`/runs/${run.id}`);
    for (const part of [
      'C does not see B',
      '&quot;packetsAfter&quot;: 0',
      'join: 11 of 12 streams ok',
      'firefox 140.6.0',
      'bridge, host, udp port 37516',
      'All 12 streams',
      'Last good watermark at 15:00:07.000 UTC.',
      'launch 0.9 s',
    ]) {
      expect(shown.text).toContain(part);
    }
    expect(renewal(shown)).toBeUndefined();
  });

  it('of a run that is on shows what is known, and loads itself again', async () => {
    server.scheduler.update([busyMeet, fakeCheck({ name: 'next' })]);
    await Promise.resolve();
    const [running, waiting] = server.scheduler.checks().map(({ activity }) => activity!.id);
    const on = await page(`/runs/${running}`);
    expect(on.text).toContain('sleeping');
    expect(renewal(on)).toBe('2');
    expect((await page(`/runs/${waiting}`)).text).toContain('Another check is using the browsers.');
  });

  it('says when it is not known', async () => {
    expect((await page('/runs/nothing')).text).toContain('This run is not known, or it is no longer kept.');
  });
});
