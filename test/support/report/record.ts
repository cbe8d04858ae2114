/** Records the fixture of the report's tests: `node test/support/report/record.ts`. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CallRecording } from '../../../src/checks/call/keep/recording.ts';
import { type EvidenceFolder, evidenceFolder } from '../../../src/history/evidence.ts';
import { renderReport } from '../../../src/view/report/render.ts';
import { silent } from '../schedule/kinds.ts';
import { brokenCall } from './call.ts';

const directory = mkdtempSync(join(tmpdir(), 'vigie-record-'));
const folder = evidenceFolder(directory, { log: silent, render: renderReport });
let recording: CallRecording | null = null;
const listening: EvidenceFolder = {
  write: async () => {},
  wanted: () => 'report',
  record: (recorded) => {
    recording = recorded;
  },
  finish: (run) => folder.finish(run),
  failed: false,
};
const run = await brokenCall({ breaks: 'audio A->B', after: 5000, watch: 12_000 }, listening);
if (run.outcome !== 'fail') throw new Error(`this is not the call that was to be recorded: ${run.summary}`);
const { participants, ...rest } = recording as unknown as CallRecording;
// One screenshot is enough, and levels once a second.
const small = participants.map((participant, index) => ({
  ...participant,
  screenshot: index === 0 ? participant.screenshot : null,
  heard: participant.heard.filter((_, sample) => sample % 2 === 0),
}));
const text = JSON.stringify({ run, recording: { ...rest, participants: small } });
writeFileSync(
  new URL('../../view/report/fixtures/audio-a-b.json.gz', import.meta.url),
  gzipSync(text, { level: 9 }),
);
rmSync(directory, { recursive: true });
process.stdout.write(`${run.outcome}: ${run.summary}, ${text.length} characters\n`);
process.exit(0);
