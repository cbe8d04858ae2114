import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { playedBy } from '../../../src/checks/call/keep/played.ts';
import type { CallRecording } from '../../../src/checks/call/keep/recording.ts';
import { callOptions } from '../../../src/checks/call/options.ts';
import type { Run } from '../../../src/checks/check.ts';
import { callCommand, quoted } from '../../../src/view/report/command.ts';
import { renderRun } from '../../../src/view/report/page.ts';
import { aMail, aMessage } from '../../support/history/results.ts';
import { aFailedCall, aRun } from '../../support/history/runs.ts';

/** A call on the sandbox in which A's sound stopped for B while it was watched; recorded by record.ts. */
const { run, recording } = JSON.parse(
  gunzipSync(readFileSync(new URL('fixtures/audio-a-b.json.gz', import.meta.url))).toString(),
) as { run: Run; recording: CallRecording };

const files = [
  { name: 'A.png', bytes: 22_929 },
  { name: 'B-webrtc-internals.json.gz', bytes: 17_765 },
];
const render = (changes: Partial<Parameters<typeof renderRun>[0]> = {}) =>
  renderRun({ run, recording, files, leftOut: [], ...changes });

/** What a person reads, without markup and drawings. */
const text = (markup: string) =>
  markup
    .replace(/^.*<body[^>]*>/s, '')
    .replace(/<svg.*?<\/svg>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ');

/** Everything of one participant, changed. */
const changed = (change: (participant: CallRecording['participants'][number]) => object): CallRecording => ({
  ...recording,
  participants: recording.participants.map((participant) => ({ ...participant, ...change(participant) })),
});

it('participants of one room are drawn and listed apart from those of another', () => {
  const { call } = run;
  const room = (name: string) => (name === 'C' ? 2 : 1);
  const rooms = [1, 2].map((number) => ({ room: number, name: `vigie-${number}` }));
  const participants = call!.participants.map((one) => ({ ...one, room: room(one.name) }));
  const streams = call!.streams.map((one) => ({ ...one, room: room(one.receiver) }));
  const words = text(render({ run: aRun({ ...run, call: { ...call!, rooms, participants, streams } }) }));
  expect(words).toContain('B hears A');
  expect(words).not.toContain('C hears A');
  expect(words).toContain('Room 1 vigie-1 , Room 2 vigie-2 , lib-jitsi-meet');
  expect(words).toMatch(/Room 1 join: .*Room 2 join: /);
});

describe('a report of a call', () => {
  const markup = render();
  const words = text(markup);

  it('says first what is wrong, then who receives whom, where it broke, and the rest', () => {
    const order = [
      run.summary,
      'Where: on the way from the bridge to the receiver.',
      'join: 11 of 12 streams ok.',
      'Where it broke',
      'What happened',
      'Participants',
      'Connections over time',
      'Screenshots at the end',
      'Console',
      'Phases',
      'Run again',
      'Files beside this one',
    ].map((part) => words.indexOf(part));
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it('has the broken stream first, with what it was before and after, beside those who still get it', () => {
    const panel = markup.slice(markup.indexOf('<article'), markup.indexOf('</article>'));
    expect(text(panel)).toMatch(/A’s sound.*lost for B , last good watermark at \d\d:\d\d:\d\d\.\d{3} UTC/);
    expect(text(panel)).toMatch(
      /A sends (4[5-9]|5\d) → (4[5-9]|5\d) B hears A (4[5-9]|5\d) → 0 −\d\d dB → silence/,
    );
    expect(text(panel)).toMatch(/C hears A (4[5-9]|5\d) → (4[5-9]|5\d) −\d\d dB → −\d\d dB/);
    // Who does not see the graphs gets the same.
    expect(panel).toMatch(/aria-label="A’s sound, packets\/s: A sends \d+ → \d+; B hears A \d+ → 0;/);
    expect(panel.match(/class="mark broke"/g)?.length).toBeGreaterThanOrEqual(4);
  });

  it('draws every stream, those that are well folded', () => {
    expect(markup.match(/<article class="panel">/g)).toHaveLength(6);
    expect(words).toContain('The other streams over time');
  });

  it('says that nobody was notified of the break', () => {
    expect(words).toContain(
      'no participant was notified of anything: no track was removed, no connection changed.',
    );
  });

  it('needs nothing else: no script, no address to load from', () => {
    expect(markup).not.toMatch(/<script|javascript:|@import|url\(/i);
    const loads = [
      ...markup.matchAll(/<(?:img|link|iframe|object|embed|source)\b[^>]*?(?:src|href)="([^"]*)"/g),
    ];
    expect(loads.length).toBeGreaterThan(1);
    for (const [, address] of loads) expect(address).toMatch(/^data:/);
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(markup)!;
    expect(policy!.replaceAll('&#39;', "'")).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    );
    expect(Buffer.byteLength(markup)).toBeLessThan(400_000);
  });

  it('takes nothing from elsewhere for markup', () => {
    const evil = `</pre><img src=x onerror="alert('1')">`;
    const nasty = render({
      recording: changed(() => ({
        console: [evil],
        version: evil,
        timeline: [{ at: recording.startedAt, name: evil, detail: { [evil]: evil } }],
      })),
      run: { ...run, summary: evil, check: evil },
      files: [{ name: evil, bytes: 1 }],
      leftOut: [evil],
    });
    expect(nasty).not.toContain('<img src=x');
    expect(nasty).toContain('&lt;img src=x');
  });

  it('marks when our own page was frozen, and whose events are bad', () => {
    const at = recording.startedAt + 4000;
    const bad = render({
      recording: changed(() => ({
        stalls: [{ from: at, to: at + 500 }],
        timeline: [
          { at, name: 'joined', detail: { endpointId: 'x' } },
          { at: at + 1000, name: 'conference.dataChannelClosed', detail: {} },
        ],
      })),
    });
    expect(bad).toContain('class="way stall"');
    expect(text(bad)).toContain('our own page was frozen');
    expect(bad).toMatch(/aria-label="A: 5\.0 s the bridge channel closes"/);
  });

  it('names what was not kept, and what each file is', () => {
    const much = text(render({ leftOut: ['C-getstats.jsonl.gz'] }));
    expect(much).toContain('Not kept, because the run had too much: C-getstats.jsonl.gz.');
    expect(much).toContain('B-webrtc-internals.json.gz opens in viewers of webrtc-internals dumps 18 kB');
  });

  it('says how to have it once more', () => {
    expect(words).toContain(`vigie call ${run.call!.url} --watch 12 --evidence evidence`);
    expect(words).toContain('vigie run meet --evidence evidence');
  });
});

describe('a report of a run without a recording', () => {
  it.each([
    ['a call that came to nothing', aFailedCall(), 'C does not see B'],
    ['a mail check', aRun({ kind: 'mail', mail: aMail([aMessage('example.org')]) }), 'vigie@example.org'],
    ['an error', aRun({ outcome: 'error', summary: 'no browser' }), 'no browser'],
  ])('is one, too: %s', (_, other, expected) => {
    const words = text(renderRun({ run: other, recording: null, files: [], leftOut: [] }));
    expect(words).toContain(expected);
    expect(words).toContain('vigie run meet --evidence evidence');
  });

  it('is one of a call that did not begin', () => {
    const nothing: CallRecording = { ...recording, startedAt: 0, participants: [] };
    expect(text(render({ recording: nothing }))).toContain('11 of 12 streams ok');
  });
});

describe('the command', () => {
  const commandOf = (options: object) =>
    callCommand(playedBy(callOptions.parse({ url: 'https://meet.example.org/', ...options })));

  it.each([
    [{}, 'vigie call https://meet.example.org/ --evidence evidence'],
    [
      {
        participants: ['firefox', 'chromium'],
        watch: '90s',
        completeWithin: '5s',
        p2p: false,
        insecure: true,
      },
      'vigie call https://meet.example.org/ --participants firefox,chromium --watch 90 --within 5 --no-p2p --insecure --evidence evidence',
    ],
    [{ steps: 'handover' }, 'vigie call https://meet.example.org/ --steps handover --evidence evidence'],
    [
      { steps: 'reload', watch: '10s' },
      'vigie call https://meet.example.org/ --steps reload --watch 10 --evidence evidence',
    ],
    [
      { participants: [{ network: 'udp-blocked' }, 'chromium'] },
      'vigie call https://meet.example.org/ --participants chromium+udp-blocked,chromium --evidence evidence',
    ],
    [
      { participants: [{ endpoint: 'wss://grid.example.org/?token=s3cr3t' }, 'chromium'] },
      `vigie call https://meet.example.org/ --participants 'chromium@wss://grid.example.org/?token=[redacted],chromium' --evidence evidence`,
    ],
  ])('of %j does the same', (options, command) => expect(commandOf(options)).toBe(command));

  it('is not invented where the command line cannot say it', () => {
    expect(commandOf({ participants: [{ network: { delay: '100ms' } }, 'chromium'] })).toBeNull();
    expect(commandOf({ steps: [{ name: 'x', do: ['join all'] }] })).toBeNull();
  });

  it('quotes what a shell would read', () => {
    expect(quoted("it's")).toBe(String.raw`'it'\''s'`);
    expect(quoted('a$b')).toBe(`'a$b'`);
  });
});
