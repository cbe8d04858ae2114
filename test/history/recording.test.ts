import { readFileSync } from 'node:fs';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallRecording } from '../../src/checks/call/keep/recording.ts';
import { packRecording, readRecording } from '../../src/history/recording.ts';

const fixture = new URL('../view/report/fixtures/audio-a-b.json.gz', import.meta.url);
const { recording } = JSON.parse(gunzipSync(readFileSync(fixture)).toString()) as {
  recording: CallRecording;
};
const [first, ...others] = recording.participants;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigie-test-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** What is read from a file of these bytes. */
async function read(packed: Uint8Array): Promise<CallRecording | null> {
  const file = join(directory, 'recording');
  await writeFile(file, packed);
  return readRecording({ open: async () => ({ handle: await open(file) }) }, 'a-run');
}
const readJson = (value: unknown) => read(gzipSync(JSON.stringify(value)));

describe('a kept recording', () => {
  it('is read as it was written, without screenshots', async () => {
    const kept = await read(await packRecording(recording));
    expect(kept?.participants.map(({ screenshot }) => screenshot)).toEqual(
      recording.participants.map(() => null),
    );
    expect(kept).toMatchObject({ ...recording, participants: kept!.participants });
    expect(kept?.participants[0]).toMatchObject({ ...first, screenshot: null });
  });

  it('of another version is read: without what may be null, and with what is not known here', async () => {
    const { version: _version, ...older } = first!;
    const kept = await readJson({
      schema: 1,
      recording: { ...recording, participants: [{ ...older, newer: 1 }, ...others] },
    });
    expect(kept?.participants[0]).toMatchObject({ version: null, newer: 1 });
  });

  it.each([
    ['of another form', { schema: 2, recording }],
    ['without participants', { schema: 1, recording: { ...recording, participants: undefined } }],
    ['with text for a time', { schema: 1, recording: { ...recording, startedAt: '<b>' } }],
    [
      'with a list in place of a sample',
      { schema: 1, recording: { ...recording, participants: [{ ...first, samples: [[]] }] } },
    ],
    [
      'of a thousand participants and one',
      {
        schema: 1,
        recording: {
          ...recording,
          participants: Array(1001).fill({ ...first, timeline: [], samples: [], heard: [], console: [] }),
        },
      },
    ],
    ['that is no object', null],
  ])('%s is not drawn', async (_what, value) => {
    expect(await readJson(value)).toBeNull();
  });

  it('that was cut off is not drawn', async () => {
    expect(await read((await packRecording(recording)).subarray(0, 100))).toBeNull();
  });
});
