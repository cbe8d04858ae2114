/** What each kind of target is sent, by receivers that are there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { notify, type TargetConfig } from '../../src/config/notify.ts';
import type { Item } from '../../src/notify/data.ts';
import { deliver } from '../../src/notify/deliver.ts';
import { messageOf, testMessage } from '../../src/notify/message.ts';
import { httpReceiver, smtpReceiver } from '../support/notify/receivers.ts';

const NOW = new Date('2026-11-28T15:00:00Z');
const item: Item = {
  status: 'firing',
  severity: 'critical',
  state: 'failing',
  check: 'meet',
  kind: 'call',
  title: 'Video calls',
  group: 'Jitsi',
  labels: { team: 'platform' },
  place: null,
  elsewhere: null,
  outcome: 'fail',
  since: '2026-11-28T14:50:00.000Z',
  sentence: 'C does not see B <script> @all *now*',
  details: '3 of the latest runs failed.',
  findings: ['stream-lost'],
  run: 'run-1',
  links: {
    run: 'https://vigie.example.org/runs/run-1',
    check: 'https://vigie.example.org/checks/meet',
    runbook: 'https://vigie.example.org/runbooks/VigieStreamMissing.md',
  },
};
const message = messageOf('id-1', [item], 'en', NOW);
const never = new AbortController().signal;
const target = (raw: object): TargetConfig => notify.parse({ targets: [{ name: 'it', ...raw }] }).targets[0]!;

const TITLE = '[FIRING] critical: Video calls: C does not see B <script> @all *now*';
const TEXT = [
  'C does not see B <script> @all *now*',
  '3 of the latest runs failed.',
  'Since 2026-11-28 14:50 UTC (Jitsi; last outcome: fail).',
  'Run: https://vigie.example.org/runs/run-1',
  'Runbook: https://vigie.example.org/runbooks/VigieStreamMissing.md',
].join('\n');

describe('over HTTP', () => {
  it('ntfy publishes JSON to the root of its server', async () => {
    const { url, got } = await httpReceiver();
    await deliver(target({ kind: 'ntfy', url: `${url}/ntfy/on-call`, token: 'tk_open' }), message, never);
    expect(got).toMatchObject([
      {
        method: 'POST',
        path: '/ntfy/',
        authorization: 'Bearer tk_open',
        body: {
          topic: 'on-call',
          title: TITLE,
          message: TEXT,
          priority: 5,
          tags: ['rotating_light'],
          click: 'https://vigie.example.org/runs/run-1',
        },
      },
    ]);
  });

  it('Matrix puts a message into a room, with the id of the transaction', async () => {
    const { url, got } = await httpReceiver();
    await deliver(
      target({ kind: 'matrix', homeserver: `${url}/`, room: '!abc:example.org', token: 'syt' }),
      message,
      never,
    );
    expect(got).toMatchObject([
      {
        method: 'PUT',
        path: '/_matrix/client/v3/rooms/!abc%3Aexample.org/send/m.room.message/id-1',
        authorization: 'Bearer syt',
        body: {
          msgtype: 'm.text',
          'm.mentions': {},
          body: `${TITLE}\n${TEXT}`,
          format: 'org.matrix.custom.html',
        },
      },
    ]);
    expect(got[0]!.body.formatted_body).toMatch(/^<b>\[FIRING\] .*&lt;script&gt;.*<\/b><br>/);
  });

  it('Mattermost and Slack get a text in which what strangers say is not obeyed', async () => {
    const { url, got } = await httpReceiver();
    await deliver(target({ kind: 'mattermost', url: `${url}/hooks/x` }), message, never);
    await deliver(target({ kind: 'slack', url: `${url}/services/x` }), message, never);
    const [mattermost, slack] = got.map(({ body }) => String(body.text));
    expect(mattermost).toMatch(/^\*\*\\\[FIRING\\\] critical: .*\\<script\\> @\u200Ball \\\*now\\\*\*\*\n/);
    expect(slack).toMatch(/^\*\[FIRING\] critical: .*&lt;script&gt; .*\*\n/);
    expect(got.map(({ path }) => path)).toEqual(['/hooks/x', '/services/x']);
  });

  it('ntfy is never sent more than it takes, whatever has failed', async () => {
    const { url, got } = await httpReceiver();
    const many = Array.from({ length: 100 }, (_, i) => ({
      ...item,
      title: `Check number ${i} "${'é'.repeat(60)}"`,
      sentence: `"\\"`.repeat(200),
    }));
    await deliver(target({ kind: 'ntfy', url: `${url}/topic` }), messageOf('x', many, 'en', NOW), never);
    const { body } = got[0]!;
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(8192);
    expect(Buffer.byteLength(String(body.message))).toBeLessThan(4096);
    expect(String(body.title)).toMatch(/^\[FIRING:100\] critical: Check number 0 .*…$/);
    expect(String(body.title).length).toBeLessThanOrEqual(250);
  });

  it('our own links stay whole in Markdown, and those of strangers are text', async () => {
    const { url, got } = await httpReceiver();
    const run = 'https://example.org/~ops/vigie_1/runs/run-1';
    const sentence = `it says [click](https://evil.example/) <!channel> ${run}#`;
    const one = messageOf('x', [{ ...item, sentence, links: { ...item.links, run } }], 'en', NOW);
    await deliver(target({ kind: 'mattermost', url: `${url}/hooks/x` }), one, never);
    const text = String(got[0]!.body.text);
    expect(text).toContain(`Run: ${run}\n`);
    expect(text).toContain('\\[click\\](https://evil.example/) \\<\\!channel\\>');
  });

  it('a webhook gets everything as data', async () => {
    const { url, got } = await httpReceiver();
    await deliver(target({ kind: 'webhook', url: `${url}/in` }), message, never);
    expect(got[0]!.body).toEqual({
      version: 1,
      id: 'id-1',
      status: 'firing',
      severity: 'critical',
      language: 'en',
      title: TITLE,
      text: TEXT,
      items: [item],
      more: 0,
      sentAt: NOW.toISOString(),
    });
  });

  it.each([
    [{ status: 403 }, 'HTTP status 403', null],
    [{ status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'HTTP status 302', null],
    [{ status: 429, headers: { 'retry-after': '30' } }, 'HTTP status 429', 30_000],
  ])('%o is a failure that names no address', async (answer, words, retryAfterMs) => {
    const receiver = await httpReceiver();
    receiver.answer = answer as typeof receiver.answer;
    const sent = deliver(target({ kind: 'webhook', url: `${receiver.url}/secret` }), message, never);
    await expect(sent).rejects.toMatchObject({ message: words, retryAfterMs });
  });

  it('a receiver that is not there is a failure by its code', async () => {
    const sent = deliver(target({ kind: 'ntfy', url: 'http://127.0.0.1:6199/secret' }), message, never);
    await expect(sent).rejects.toMatchObject({ message: 'ECONNREFUSED' });
  });
});

describe('by mail', () => {
  const of = (port: number) =>
    target({
      kind: 'email',
      host: '127.0.0.1',
      port,
      tls: 'none',
      from: 'vigie@example.org',
      to: ['oncall@example.net'],
    });

  it('it has the title as its subject, and says that a program sent it', async () => {
    const { port, got } = await smtpReceiver();
    const sent = { ...message, title: 'C does not see B', text: 'Since 15:00' };
    await deliver(of(port), sent, never);
    expect(got[0]).toMatch(/^From: Vigie <vigie@example\.org>\r$/m);
    expect(got[0]).toMatch(/^To: oncall@example\.net\r$/m);
    expect(got[0]).toMatch(/^Subject: C does not see B\r$/m);
    expect(got[0]).toMatch(/^Message-ID: <id-1@example\.org>\r$/m);
    expect(got[0]).toMatch(/^Auto-Submitted: auto-generated\r$/im);
    expect(got[0]).toContain('Since 15:00');
  });

  it('a refusal is a failure by its status; a server without TLS gets nothing where TLS is expected', async () => {
    const { port, got } = await smtpReceiver(() => true);
    await expect(deliver(of(port), message, never)).rejects.toMatchObject({ message: 'SMTP status 550' });
    const strict = { ...of(port), tls: 'starttls' } as TargetConfig;
    await expect(deliver(strict, message, never)).rejects.toThrow(/SMTP status|ETLS|ESOCKET/);
    expect(got).toEqual([]);
  });
});

describe('by a program', () => {
  it('it has the JSON on its standard input, and nothing of our environment', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'vigie-test-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const script = join(directory, 'tell');
    writeFileSync(script, '#!/bin/sh\nenv > "$1.env"; cat > "$1"; echo "$2" > "$1.argument"\n', {
      mode: 0o755,
    });
    process.env.VIGIE_TEST_SECRET = 'open-sesame';
    onTestFinished(() => void delete process.env.VIGIE_TEST_SECRET);
    const out = join(directory, 'out');
    await deliver(target({ kind: 'command', argv: [script, out, '$(id); a b'] }), message, never);
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(message);
    expect(readFileSync(`${out}.argument`, 'utf8')).toBe('$(id); a b\n');
    expect(readFileSync(`${out}.env`, 'utf8')).not.toMatch(/SECRET|HOME=/);
  });

  it.each([
    [['/bin/false'], 'exit status 1'],
    [['/nowhere/at-all'], 'ENOENT'],
  ])('%o is a failure', async (argv, words) => {
    await expect(deliver(target({ kind: 'command', argv }), message, never)).rejects.toMatchObject({
      message: words,
    });
  });
});

describe('the words', () => {
  it('of several are one message: what fires first, and how many', () => {
    const other: Item = {
      ...item,
      check: 'post',
      title: 'Mail',
      severity: 'warning',
      status: 'resolved',
      sentence: 'It works again.',
      details: '',
    };
    const many = messageOf('x', [other, { ...item, severity: 'warning', title: 'Web' }, item], 'en', NOW);
    expect(many.title).toBe('[FIRING:2] critical: Video calls, Web');
    expect(many.text.split('\n\n').map((part) => part.split('\n')[0])).toEqual([
      'FIRING Video calls: C does not see B <script> @all *now*',
      'FIRING Web: C does not see B <script> @all *now*',
      'RESOLVED Mail: It works again.',
    ]);
    const twenty = messageOf(
      'x',
      Array.from({ length: 20 }, () => item),
      'en',
      NOW,
    );
    expect([twenty.items.length, twenty.more, twenty.text.endsWith('And 10 more.')]).toEqual([10, 10, true]);
  });

  it('are French throughout where that is configured', () => {
    const french = messageOf('x', [{ ...item, sentence: 'C ne voit pas B', details: '' }], 'fr', NOW);
    expect(french.title).toBe('[PANNE] critique : Video calls : C ne voit pas B');
    expect(french.text).toContain('Depuis le 2026-11-28 14:50 UTC (Jitsi ; dernier résultat : échec).');
    expect(french.text).toContain('Procédure : https://vigie.example.org/runbooks/');
    expect(testMessage('x', 'oncall', { language: 'fr', base: null, place: null }, NOW).title).toMatch(
      /^\[ESSAI\] /,
    );
  });
});
