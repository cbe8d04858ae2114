/** `vigie doctor`: what is there, what is missing, what the kernel forbids, and the way to a deployment. */
import manifest from '../../package.json' with { type: 'json' };
import { EXIT } from '../base/exit-status.ts';
import type { Run } from '../checks/check.ts';
import { runCheck } from '../checks/run.ts';
import { signalingKind } from '../checks/signaling/index.ts';
import { type Diagnosis, diagnose, type State } from '../service/diagnosis.ts';
import { examine, type Fact } from '../service/doctor.ts';
import { createLog } from '../service/log.ts';
import { addressOf } from './address.ts';
import type { Command } from './command.ts';
import { type CommandIo, hasColor } from './io.ts';
import { wrap } from './usage.ts';

const MARKS: Record<State, { word: string; color: number }> = {
  ok: { word: 'ok', color: 32 },
  warning: { word: 'warning', color: 33 },
  problem: { word: 'PROBLEM', color: 31 },
};
const MARK_COLUMN = 9;
const NAME_COLUMN = 15;

export const doctor: Command<'doctor'> = async ({ arguments: { URL: url }, options }, io) => {
  const [facts, way] = await Promise.all([
    examine(manifest.version),
    url === undefined ? null : wayTo(addressOf(url), options.insecure, io),
  ]);
  const all = facts.map((fact) => ({ fact, ...diagnose(fact) }));
  if (options.json) {
    io.stdout.write(`${JSON.stringify({ facts: all.map(published), way }, null, 2)}\n`);
  } else {
    for (const { fact, ...diagnosis } of all) print(io, nameOf(fact), diagnosis);
    for (const line of way ? fromRun(way) : []) print(io, 'deployment', line);
  }
  const states = [...all, ...(way ? fromRun(way) : [])].map(({ state }) => state);
  return states.includes('problem') ? EXIT.fail : EXIT.pass;
};

/** A fact with its judgement; its own data below `data`. */
function published({ fact: { id, ...data }, state, text, advice }: Diagnosis & { fact: Fact }) {
  return { id, state, text, advice, data };
}

/** Everything on the way to a deployment that needs no browser: name, connection, certificate, XMPP, TURN. */
function wayTo(url: string, insecure: boolean, io: CommandIo): Promise<Run> {
  const options = signalingKind.schema.parse({ url, insecure });
  return runCheck(signalingKind, options, {
    name: new URL(url).host,
    signal: io.signal,
    evidence: null,
    log: createLog({ level: 'error' }),
    progress: () => undefined,
  });
}

function fromRun({ outcome, summary, findings }: Run): Diagnosis[] {
  const shown = findings.filter((finding) => finding.outcome !== 'pass');
  if (shown.length === 0)
    return [{ state: outcome === 'pass' ? 'ok' : 'problem', text: summary, advice: null }];
  return shown.map(({ outcome: how, text }) => ({
    state: how === 'degraded' ? 'warning' : 'problem',
    text,
    advice: null,
  }));
}

function nameOf(fact: Fact): string {
  return fact.id === 'browser' ? fact.browser : fact.id.replace('-', ' ');
}

function print(io: CommandIo, name: string, { state, text, advice }: Diagnosis): void {
  const { word, color } = MARKS[state];
  const mark = word.padEnd(MARK_COLUMN);
  const colored = hasColor(io.stdout) ? `\u001b[${color}m${mark}\u001b[0m` : mark;
  io.stdout.write(`${colored}${name.padEnd(NAME_COLUMN)}${text}\n`);
  const indent = ' '.repeat(MARK_COLUMN + NAME_COLUMN);
  for (const line of advice === null ? [] : wrap(advice, 80 - indent.length))
    io.stdout.write(`${indent}${line}\n`);
}
