/** What a call leaves for a person: a recording for the report, and files for those who look closer. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { redact, redactedJson } from '../../../base/redact.ts';
import type { EvidenceSink, Outcome } from '../../check.ts';
import { now } from '../drive/clock.ts';
import type { Participant } from '../drive/participant.ts';
import type { Session } from '../drive/session.ts';
import { internalsDump } from '../observe/internals.ts';
import type { CallOptions } from '../options.ts';
import { playedBy } from './played.ts';
import type { CallRecording, RawParticipant, RecordedParticipant } from './recording.ts';

const packed = promisify(gzip);

/**
 * Records the call, and writes for each participant `A.png`, `A-console.txt`, `A-events.json`, `A-stats.json`,
 * `A-getstats.jsonl.gz` and `A-webrtc-internals.json.gz`; of a run that needs no files, the recording alone. Best effort.
 */
export async function keepEvidence(
  session: Session,
  options: CallOptions,
  outcome: Outcome,
  sink: EvidenceSink,
): Promise<void> {
  const wanted = sink.wanted(outcome);
  if (wanted === 'nothing') return;
  const participants = await Promise.all(session.participants.map(recorded));
  const recording: CallRecording = {
    startedAt: session.steps[0]?.startedAt ?? 0,
    endedAt: session.step?.endedAt ?? now(),
    played: playedBy(options),
    participants,
  };
  sink.record(recording);
  if (wanted === 'report') return;
  for (const participant of participants) await writeReadable(participant, sink);
  // One after the other: these are the large ones, and where there is no room for all, there is for some.
  for (const participant of session.participants) {
    await participant.keepRaw();
    const { name, raw } = participant;
    if (raw.length > 0) await writeRaw({ name, pages: raw }, participant.browser.version, sink);
  }
}

async function recorded(participant: Participant): Promise<RecordedParticipant> {
  const { name, browser, history, console, allSamples: samples, heard, stalls } = participant;
  // Who has left shows an empty page.
  const screenshot = participant.acting === null ? null : await participant.screenshot().catch(() => null);
  return {
    name,
    browser: browser.name,
    version: browser.version,
    timeline: JSON.parse(redactedJson(history)) as RecordedParticipant['timeline'],
    console: console.map(redact),
    samples,
    heard: heard.samples,
    stalls,
    screenshot: screenshot && Buffer.from(screenshot).toString('base64'),
  };
}

async function writeReadable(participant: RecordedParticipant, sink: EvidenceSink): Promise<void> {
  const { name, timeline, console: lines, samples, screenshot } = participant;
  const events = timeline.map(({ at, name: what, detail }) => ({ at: iso(at), name: what, ...detail }));
  if (screenshot) await sink.write(`${name}.png`, Buffer.from(screenshot, 'base64'));
  await sink.write(`${name}-console.txt`, `${lines.join('\n')}\n`);
  await sink.write(`${name}-events.json`, `${JSON.stringify(events, null, 1)}\n`);
  await sink.write(`${name}-stats.json`, `${JSON.stringify(samples, null, 1)}\n`);
}

async function writeRaw(raw: RawParticipant, version: string | null, sink: EvidenceSink): Promise<void> {
  const { name } = raw;
  await sink.write(`${name}-getstats.jsonl.gz`, await packed(jsonLines(raw)));
  await sink.write(
    `${name}-webrtc-internals.json.gz`,
    await packed(JSON.stringify(internalsDump(raw, version))),
  );
}

/** One complete report of one peer connection a line, in the order of time. */
function jsonLines({ pages }: RawParticipant): string {
  const lines = pages.flatMap((page, load) =>
    page.peers.flatMap(({ p2p, samples }, peer) =>
      samples.map(({ at, entries }) => ({ at, line: { at: iso(at), load, peer, p2p, report: entries } })),
    ),
  );
  return lines
    .sort((a, b) => a.at - b.at)
    .map(({ line }) => `${JSON.stringify(line)}\n`)
    .join('');
}

const iso = (at: number): string => new Date(at).toISOString();
