import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallRecording } from '../../src/checks/call/keep/recording.ts';
import type { Run } from '../../src/checks/check.ts';
import { createEvidenceStore, type EvidenceStore } from '../../src/history/evidence-store.ts';
import { renderReport } from '../../src/view/report/render.ts';
import { aFailedCall } from '../support/history/runs.ts';
import { silent } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let directory: string;
let evidence: EvidenceStore;
let server: TestServer;
let id: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigie-test-'));
  evidence = createEvidenceStore({
    directory: join(directory, 'evidence'),
    keepFailures: 5,
    keepPasses: 1,
    maxAgeMs: 3_600_000,
    maxRunSize: 1e6,
    maxSize: 1e6,
    log: silent,
    render: renderReport,
  });
  server = testServer({ evidence: () => evidence });
  const run = aFailedCall();
  id = run.id;
  const sink = evidence.sink(run.check, id);
  await sink.write('A-console.txt', '<script>alert(1)</script>');
  await sink.write('A-webrtc-internals.json.gz', gzipSync('{}'));
  await sink.write('1-example.org.letter.eml', 'Content-Type: text/html\r\n\r\n<b>hello</b>');
  await evidence.settle(run);
  server.store.append(run);
});
afterEach(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});
const get = (url: string, accept = 'text/html') => server.app.inject({ url, headers: { accept } });

describe('evidence', () => {
  it('is linked from the page of its run', async () => {
    const { body } = await get(`/runs/${id}`);
    expect(body).toContain(`href="/runs/${id}/evidence/run.html"`);
    expect(body).toContain(`href="/runs/${id}/evidence">All 5 files</a>`);
  });

  it('has what the graphs on the page of its run are drawn from, also in French', async () => {
    const { run, recording } = JSON.parse(
      gunzipSync(
        readFileSync(new URL('../view/report/fixtures/audio-a-b.json.gz', import.meta.url)),
      ).toString(),
    ) as { run: Run; recording: CallRecording };
    const sink = evidence.sink(run.check, run.id);
    await sink.write('A.png', 'picture');
    sink.record(recording);
    await evidence.settle(run);
    server.store.append(run);
    const { body } = await get(`/runs/${run.id}`);
    for (const part of ['Where it broke', 'What happened', 'Connections over time', 'vigie run meet']) {
      expect(body).toContain(part);
    }
    expect(body.match(/<svg class="chart"/g)!.length).toBeGreaterThan(3);
    expect(body).toContain(`<img src="/runs/${run.id}/evidence/A.png" alt="A’s page`);
    expect((await get(`/runs/${run.id}?lang=fr`)).body).toContain('Où cela s’est rompu');
  });

  it.each(['not gzip', gzipSync('{"schema":1'), gzipSync('{"schema":2,"recording":{}}')])(
    'that cannot be read leaves the page without graphs',
    async (content) => {
      const sink = evidence.sink('meet', id);
      await sink.write('recording.json.gz', content);
      const { statusCode, body } = await get(`/runs/${id}`);
      expect([statusCode, body.includes('<svg class="chart"')]).toEqual([200, false]);
    },
  );

  it('is not linked where there is none', async () => {
    const run = aFailedCall();
    server.store.append(run);
    expect((await get(`/runs/${run.id}`)).body).not.toContain('/evidence');
  });

  it('is listed, for people and for programs', async () => {
    const page = await get(`/runs/${id}/evidence`);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).toContain('console of the participant');
    expect(page.body).toContain(`<a href="/runs/${id}">The run</a>`);
    const { files } = (await get(`/api/runs/${id}/evidence`)).json<{
      files: { name: string; url: string }[];
    }>();
    expect(files.map(({ name }) => name)).toEqual([
      '1-example.org.letter.eml',
      'A-console.txt',
      'A-webrtc-internals.json.gz',
      'run.html',
      'run.json',
    ]);
    expect((await get(files[1]!.url)).statusCode).toBe(200);
  });

  it.each([
    ['run.html', 'text/html; charset=utf-8', false],
    ['run.json', 'application/json; charset=utf-8', false],
    ['A-console.txt', 'text/plain; charset=utf-8', false],
    ['1-example.org.letter.eml', 'text/plain; charset=utf-8', false],
    ['A-webrtc-internals.json.gz', 'application/gzip', true],
  ])('has %s as %s', async (file, type, attachment) => {
    const { statusCode, headers, rawPayload } = await get(`/runs/${id}/evidence/${file}`);
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe(type);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-disposition']).toBe(attachment ? `attachment; filename="${file}"` : undefined);
    expect(Number(headers['content-length'])).toBe(rawPayload.length);
    // Nothing in it may run, nor reach the pages.
    expect(headers['content-security-policy']).toMatch(/^sandbox allow-downloads; default-src 'none';/);
  });

  it('lets the pages keep their own policy', async () => {
    expect((await get('/')).headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'self'/,
    );
  });

  it('has no way out of its directory', async () => {
    await writeFile(join(directory, 'secret.txt'), 'mine');
    await mkdir(join(directory, 'evidence', 'other'), { recursive: true });
    await writeFile(join(directory, 'evidence', 'other', 'secret.txt'), 'mine');
    for (const url of [
      `/runs/${id}/evidence/..%2F..%2F..%2Fsecret.txt`,
      `/runs/${id}/evidence/../../../secret.txt`,
      `/runs/${id}/evidence/%2e%2e%2f%2e%2e%2fother%2fsecret.txt`,
      '/runs/..%2Fother/evidence/secret.txt',
      '/runs/%2e%2e/evidence/secret.txt',
      '/runs/./evidence/secret.txt',
      `/runs/${id}/evidence/${encodeURIComponent(join(directory, 'secret.txt'))}`,
      `/runs/${id}/evidence/secret.txt%00.json`,
    ]) {
      const { statusCode, body } = await get(url);
      expect([statusCode, body.includes('mine')], url).toEqual([404, false]);
    }
  });

  it('is found by its id after a restart, when the run itself is not known any more', async () => {
    const other = testServer({ evidence: () => evidence });
    const list = await other.app.inject({ url: `/runs/${id}/evidence`, headers: { accept: 'text/html' } });
    expect(list.statusCode).toBe(200);
    expect(list.body).not.toContain('The run</a>');
    expect((await other.app.inject(`/runs/${id}/evidence/run.html`)).statusCode).toBe(200);
    await other.close();
  });

  it('says in a sentence that nothing is kept', async () => {
    expect((await get('/runs/none/evidence', '*/*')).json()).toMatchObject({
      status: 404,
      detail: 'No evidence of run none is kept, or no longer.',
      error: { code: 'no-such-evidence', message: 'No evidence of run none is kept, or no longer.' },
    });
    expect((await get(`/runs/${id}/evidence/none.txt`)).statusCode).toBe(404);
    const without = testServer();
    expect((await without.app.inject(`/runs/${id}/evidence`)).statusCode).toBe(404);
    await without.close();
  });
});
