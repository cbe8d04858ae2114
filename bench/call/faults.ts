/**
 * What is said of faults that are made on purpose: outcome, finding, cells and place, each right or wrong.
 *
 *   node bench/call/faults.ts [--runs 3] [--only WORD,WORD] [--out FILE]
 *
 * Prints a table in Markdown, and what was said of each run that was not right on standard error.
 */
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { arrives, type CallStream } from '../../src/checks/call/result.ts';
import type { Outcome, Run, Where } from '../../src/checks/check.ts';
import { startElsewhere } from '../../test/support/browsers/elsewhere.ts';
import { call, target } from './common.ts';
import { type Tampering, tamper } from './tamper.ts';

/** What was broken in one call, as far as it shows in the run. */
interface Broken {
  /** The stream that the network dropped. */
  readonly dropped?: { readonly ssrc: number; readonly kind: string };
}

interface Case {
  readonly name: string;
  /** Faults of the lab that are on before the call. */
  readonly faults?: readonly string[];
  readonly args?: readonly string[];
  /** During the call, at the watch of this number. */
  readonly at?: number;
  readonly fault?: readonly string[];
  /** In the browser of A, which is none of Vigie's then. */
  readonly tampering?: Tampering;
  /** A live stream dropped on the network, this number of seconds after the call is complete. */
  readonly drop?: { readonly kind: 'audio' | 'video'; readonly after: number };
  readonly outcome: Outcome;
  /** The finding that must be there (`a|b`: one of them); null: none but advice. */
  readonly id: string | null;
  readonly where?: Where;
  /** Which cells must be broken, and no others; not looked at where it is left out. */
  readonly cells?: (run: Run, broken: Broken) => (stream: CallStream) => boolean;
}

const ELSEWHERE_PORT = 9345;
const NO_P2P = ['--no-p2p', '--watch', '4'];
const SOON = ['--no-p2p', '--watch', '2', '--within', '12'];
const none = () => () => false;
const everything = () => () => true;

const column = (kind: string) => () => (stream: CallStream) => stream.sender === 'A' && stream.kind === kind;
/** It may have flowed in the steps before. */
const dropped = (run: Run, broken: Broken) => (stream: CallStream) =>
  stream.ssrc === broken.dropped?.ssrc &&
  stream.kind === broken.dropped?.kind &&
  stream.step === run.call?.steps.at(-1)?.name;
const of = (name: string) => () => (stream: CallStream) => stream.sender === name || stream.receiver === name;

const CASES: readonly Case[] = [
  ...(['signaling-down', 'websocket-down', 'focus-down', 'conference-request-down'] as const).map(
    (fault): Case => ({
      name: fault,
      faults: [fault],
      args: SOON,
      outcome: 'fail',
      id: /focus|conference/.test(fault) ? 'conference-request-failed' : 'signaling-failed',
      where: 'signaling',
      cells: everything,
    }),
  ),
  {
    name: 'web-down',
    faults: ['web-down'],
    args: SOON,
    outcome: 'fail',
    id: 'page-unreachable',
    where: 'signaling',
  },
  {
    name: 'web-error',
    faults: ['web-error'],
    args: SOON,
    outcome: 'fail',
    id: 'page-error',
    where: 'signaling',
  },
  {
    name: 'library-missing',
    faults: ['library-missing'],
    args: SOON,
    outcome: 'fail',
    id: 'library-missing',
    where: 'signaling',
  },
  {
    name: 'auth-required',
    faults: ['auth-required'],
    args: SOON,
    outcome: 'fail',
    id: 'password-required',
    where: 'signaling',
  },
  {
    // The handshake of DTLS does not survive it: docs/call.md, "Loss while joining".
    name: 'loss 10',
    faults: ['loss 10'],
    args: NO_P2P,
    outcome: 'fail',
    id: 'dtls-failed',
    where: 'unknown',
  },
  {
    name: 'delay 300',
    faults: ['delay 300'],
    args: NO_P2P,
    outcome: 'degraded',
    id: 'network-delay',
    cells: none,
  },
  {
    name: 'rate 400',
    faults: ['rate 400'],
    args: NO_P2P,
    outcome: 'fail',
    id: 'scripts-not-run',
  },
  {
    name: 'loss 10 in the watch',
    args: ['--no-p2p', '--watch', '8'],
    at: 0,
    fault: ['loss', '10'],
    outcome: 'degraded',
    id: 'network-loss',
    cells: none,
  },
  { name: 'rate 3000', faults: ['rate 3000'], args: NO_P2P, outcome: 'pass', id: null, cells: none },
  { name: 'bosh-only', faults: ['bosh-only'], args: NO_P2P, outcome: 'pass', id: null, cells: none },
  {
    name: 'bosh-only and bosh-down',
    faults: ['bosh-only', 'bosh-down'],
    args: SOON,
    outcome: 'fail',
    id: 'signaling-failed',
    where: 'signaling',
  },
  {
    name: 'bridge-down',
    faults: ['bridge-down'],
    args: SOON,
    outcome: 'fail',
    id: 'bridge-unavailable',
    where: 'bridge',
    cells: everything,
  },
  {
    name: 'bridge-channel-down',
    faults: ['bridge-channel-down'],
    args: SOON,
    outcome: 'fail',
    id: 'bridge-channel-closed',
    where: 'signaling',
    cells: everything,
  },
  {
    name: 'udp-blocked',
    faults: ['udp-blocked'],
    args: NO_P2P,
    outcome: 'degraded',
    id: 'bridge-unreachable-directly',
    where: 'bridge',
    cells: none,
  },
  {
    name: 'udp-inbound-blocked',
    faults: ['udp-inbound-blocked'],
    args: NO_P2P,
    outcome: 'degraded',
    id: 'bridge-unreachable-directly',
    where: 'bridge',
    cells: none,
  },
  {
    name: 'udp-blocked and turn-down',
    faults: ['udp-blocked', 'turn-down'],
    args: SOON,
    outcome: 'fail',
    id: 'ice-failed',
    where: 'unknown',
    cells: everything,
  },
  { name: 'turn-down', faults: ['turn-down'], args: NO_P2P, outcome: 'pass', id: null, cells: none },
  {
    name: 'start-muted',
    faults: ['start-muted'],
    args: ['--no-p2p', '--watch', '4'],
    outcome: 'degraded',
    id: 'start-muted',
    where: 'sender',
    cells: none,
  },
  {
    name: 'no-p2p, handover',
    faults: ['no-p2p'],
    args: ['--steps', 'handover', '--watch', '1'],
    outcome: 'pass',
    id: 'direct-off',
    cells: none,
  },
  {
    name: 'release old, handover',
    faults: ['release old'],
    args: ['--steps', 'handover', '--watch', '1'],
    outcome: 'pass',
    id: null,
    cells: none,
  },
  ...(['audio', 'video'] as const).flatMap((kind): Case[] => [
    {
      name: `drop ${kind}, join`,
      faults: ['turn-down'],
      args: NO_P2P,
      drop: { kind, after: 0.5 },
      outcome: 'fail',
      id: 'stream-lost',
      where: 'downlink',
      cells: dropped,
    },
    {
      name: `drop ${kind}, when a third has joined`,
      faults: ['turn-down'],
      args: ['--steps', 'trickle', '--no-p2p', '--watch', '4'],
      drop: { kind, after: 0.5 },
      outcome: 'fail',
      id: 'stream-lost',
      where: 'downlink',
      cells: dropped,
    },
    {
      name: `drop ${kind}, while others mute`,
      faults: ['turn-down'],
      args: ['--steps', 'mute', '--no-p2p', '--watch', '2', '--within', '8'],
      drop: { kind, after: 7 },
      outcome: 'fail',
      // Where it is dropped while its sender is muted, it never comes back: it is missing then.
      id: 'stream-lost|stream-missing',
      where: 'downlink',
    },
    {
      name: `drop ${kind}, then everybody reloads`,
      faults: ['turn-down'],
      args: ['--steps', 'reload', '--no-p2p', '--watch', '4', '--within', '8'],
      drop: { kind, after: 0.5 },
      outcome: 'fail',
      id: 'stream-lost',
      where: 'downlink',
    },
    {
      name: `a sender's ${kind} without a track`,
      args: NO_P2P,
      at: 0,
      tampering: { what: 'sender-without-track', kind },
      outcome: 'fail',
      id: 'stream-lost',
      where: 'sender',
      cells: column(kind),
    },
    {
      name: `a sender's ${kind} silenced (black)`,
      args: NO_P2P,
      at: 0,
      tampering: { what: 'sender-silenced', kind },
      outcome: 'fail',
      id: kind === 'audio' ? 'stream-lost' : 'stream-frozen',
      where: 'sender',
      cells: column(kind),
    },
    {
      name: `a receiver's ${kind} of one sender switched off`,
      args: NO_P2P,
      at: 0,
      tampering: { what: 'receiver-deaf', kind },
      outcome: 'fail',
      id: kind === 'audio' ? 'stream-silent' : 'stream-frozen',
      where: 'receiver',
    },
  ]),
  {
    name: 'bridge-restart in the watch',
    args: ['--no-p2p', '--watch', '12'],
    at: 0,
    fault: ['bridge-restart'],
    outcome: 'fail',
    id: 'media-connection-lost|bridge-unavailable',
  },
  {
    name: 'udp-blocked in the watch',
    faults: ['turn-down'],
    args: ['--no-p2p', '--watch', '5'],
    at: 0,
    fault: ['udp-blocked'],
    outcome: 'fail',
    id: 'stream-lost',
    cells: everything,
  },
  {
    name: 'C without UDP',
    args: [...NO_P2P, '--participants', 'chromium,chromium,chromium+udp-blocked'],
    outcome: 'pass',
    id: null,
    cells: none,
  },
  {
    name: 'C without UDP and turn-down',
    faults: ['turn-down'],
    args: [...SOON, '--participants', 'chromium,chromium,chromium+udp-blocked'],
    outcome: 'fail',
    id: 'ice-failed',
    cells: of('C'),
  },
  {
    name: 'C through TURN alone',
    args: [...NO_P2P, '--participants', 'chromium,chromium,chromium+relay-only'],
    outcome: 'pass',
    id: null,
    cells: none,
  },
];

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '3' }, only: { type: 'string' }, out: { type: 'string' } },
});
const { url, lab } = target();
if (!lab) throw new Error('VIGIE_TEST_JITSI_LAB must name the lab script');
const labRun = (...words: string[]) =>
  execFileSync(lab, words, { stdio: ['ignore', 'pipe', 'ignore'], timeout: 90_000 });

function dropping(kind: string, after: number): Promise<Broken> {
  return new Promise((resolve) => {
    const child = spawn(lab!, ['drop', kind, '--after', String(after), '--timeout', '30']);
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.on('close', () => resolve(said ? (JSON.parse(said) as Broken) : {}));
  });
}

async function play(one: Case): Promise<{ run: Run; broken: Broken }> {
  labRun('clear');
  for (const fault of one.faults ?? []) labRun('fault', ...fault.split(' '));
  const elsewhere = one.tampering ? await startElsewhere(ELSEWHERE_PORT) : null;
  const people = elsewhere ? ['--participants', `chromium@${elsewhere.endpoint},chromium,chromium`] : [];
  let broken: Promise<Broken> = Promise.resolve({});
  if (one.drop) broken = dropping(one.drop.kind, one.drop.after);
  const { run } = await call(
    [url, ...(one.args ?? NO_P2P), ...people],
    () => {},
    (_pid, before) => {
      if (before !== one.at) return;
      const { tampering, fault } = one;
      if (tampering && elsewhere) broken = tamper(elsewhere.endpoint, tampering).then(() => ({}));
      if (fault) setTimeout(() => labRun('fault', ...fault), 300);
    },
  );
  try {
    return { run, broken: await broken };
  } finally {
    await elsewhere?.close();
  }
}

interface Score {
  outcome: number;
  finding: number;
  cells: number;
  where: number;
  readonly notes: string[];
}

function rate(one: Case, run: Run, broken: Broken, score: Score): void {
  const serious = run.findings.filter(({ outcome }) => outcome !== 'pass');
  const finding = one.id === null ? null : run.findings.find(({ id }) => one.id!.split('|').includes(id));
  const bad = (run.call?.streams ?? []).filter((stream) => !arrives(stream));
  const meant = one.cells?.(run, broken);
  const rightCells =
    !meant || (run.call?.streams ?? []).every((stream) => bad.includes(stream) === meant(stream));
  const right = {
    outcome: run.outcome === one.outcome,
    finding: one.id === null ? serious.length === 0 : finding !== undefined,
    cells: rightCells,
    where: !one.where || finding?.where === one.where,
  };
  for (const key of ['outcome', 'finding', 'cells', 'where'] as const) if (right[key]) score[key]++;
  if (Object.values(right).every(Boolean)) return;
  score.notes.push(
    `${run.outcome}: ${run.findings.map(({ id, where, text }) => `${id} (${where ?? '-'}) ${text}`).join(' | ')}`,
  );
}

const runs = Number(values.runs);
const say = (line: string) => {
  process.stdout.write(line);
  if (values.out) appendFileSync(values.out, line);
};
say(`| fault | expected | outcome | finding | cells | where |\n|---|---|---|---|---|---|\n`);
for (const one of CASES.filter(
  ({ name }) => !values.only || values.only.split(',').some((word) => name.includes(word)),
)) {
  const score: Score = { outcome: 0, finding: 0, cells: 0, where: 0, notes: [] };
  for (let i = 0; i < runs; i++) {
    const { run, broken } = await play(one);
    rate(one, run, broken, score);
  }
  const shown = (key: 'outcome' | 'finding' | 'cells' | 'where') => `${score[key]}/${runs}`;
  const expected = `${one.outcome}${one.id ? `, \`${one.id}\`` : ''}${one.where ? `, ${one.where}` : ''}`;
  say(
    `| ${one.name} | ${expected} | ${shown('outcome')} | ${shown('finding')} | ${one.cells ? shown('cells') : '–'} | ${one.where ? shown('where') : '–'} |\n`,
  );
  for (const note of score.notes) process.stderr.write(`- ${one.name}: ${note}\n`);
}
labRun('clear');
