/** Evidence of real calls in which something breaks: what is in the folder, and how it looks in a browser. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../../src/checks/check.ts';
import { evidenceFolder } from '../../../src/history/evidence.ts';
import { renderReport } from '../../../src/view/report/render.ts';
import { look } from '../../support/report/browse.ts';
import { brokenCall } from '../../support/report/call.ts';
import { launchChromium } from '../../support/sandbox/bots.ts';
import { silent } from '../../support/schedule/kinds.ts';

interface Connection {
  readonly url: string;
  readonly rtcConfiguration: string;
  readonly updateLog: readonly { type: string; value: string; time: string; timestamp: number }[];
  readonly stats: Readonly<Record<string, { statsType: string; values: string }>>;
}
interface Dump {
  readonly UserAgentData: readonly { brand: string; version: string }[];
  readonly PeerConnections: Readonly<Record<string, Connection>>;
}
interface Line {
  readonly at: string;
  readonly report: readonly { type: string; id: string }[];
}

/** A file of the folder, unpacked. */
function contentOf(directory: string, name: string): string {
  const bytes = readFileSync(join(directory, name));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
}

let directory: string;
let run: Run;
let browser: Browser;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vigie-test-'));
  const folder = evidenceFolder(directory, { log: silent, render: renderReport });
  run = await brokenCall({ breaks: 'audio A->B', after: 3000, watch: 8000 }, folder);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  rmSync(directory, { recursive: true });
});

describe('the evidence of a call in which a stream breaks', () => {
  it('is a folder with the report, the run, and six files for each participant', () => {
    expect(run.findings[0]).toMatchObject({ id: 'stream-lost', where: 'downlink' });
    const each = [
      '.png',
      '-console.txt',
      '-events.json',
      '-getstats.jsonl.gz',
      '-stats.json',
      '-webrtc-internals.json.gz',
    ];
    const expected = [
      ...['A', 'B', 'C'].flatMap((name) => each.map((end) => name + end)),
      'recording.json.gz',
      'run.html',
      'run.json',
    ];
    expect(readdirSync(directory).sort()).toEqual(expected.sort());
    expect(JSON.parse(contentOf(directory, 'run.json'))).toEqual(JSON.parse(JSON.stringify(run)));
  });

  it('has complete statistics: several reports of each connection, with every kind of entry', () => {
    const lines = contentOf(directory, 'B-getstats.jsonl.gz').trim().split('\n');
    const reports = lines.map((line) => JSON.parse(line) as Line);
    expect(reports.length).toBeGreaterThan(5);
    const types = new Set(reports.at(-1)!.report.map(({ type }) => type));
    for (const type of [
      'inbound-rtp',
      'outbound-rtp',
      'candidate-pair',
      'transport',
      'codec',
      'media-source',
    ]) {
      expect([...types]).toContain(type);
    }
  });

  it('has a dump with what was done, in order, and series in step with their times', () => {
    const dump = JSON.parse(contentOf(directory, 'B-webrtc-internals.json.gz')) as Dump;
    expect(dump.UserAgentData[2]!.brand).toBe('Chromium');
    const [connection] = Object.values(dump.PeerConnections);
    const types = connection!.updateLog.map(({ type }) => type);
    for (const type of [
      'setRemoteDescription',
      'setLocalDescription',
      'icecandidate',
      'connectionstatechange',
    ]) {
      expect(types).toContain(type);
    }
    const times = connection!.updateLog.map(({ timestamp }) => timestamp);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const description = connection!.updateLog.find(({ type }) => type === 'setRemoteDescription')!.value;
    expect(description).toMatch(/^type: (offer|answer), sdp: v=0\r\n/);
    for (const [name, { values }] of Object.entries(connection!.stats)) {
      const id = name.slice(0, name.search(/-(\[|[^-]*$)/));
      const stamps = JSON.parse(connection!.stats[`${id}-timestamp`]!.values) as number[];
      expect((JSON.parse(values) as unknown[]).length, name).toBeLessThanOrEqual(stamps.length);
    }
  });

  it('holds no password of ICE, in any file', () => {
    const all = readdirSync(directory).map((name) => contentOf(directory, name));
    const descriptions = all.filter((text) => text.includes('a=ice-pwd:'));
    expect(descriptions.length).toBeGreaterThan(0);
    for (const text of all) expect(text).not.toMatch(/a=ice-pwd:(?!\[redacted\])/);
  });

  it.each([
    { scheme: 'light', width: 1280 },
    { scheme: 'dark', width: 1280 },
    { scheme: 'light', width: 390 },
    { scheme: 'dark', width: 390 },
  ] as const)(
    'opens in a browser, $scheme, $width wide: complete, and nobody is asked for anything',
    async (how) => {
      const seen = await look(browser, pathToFileURL(join(directory, 'run.html')).href, how);
      expect(seen.requests).toEqual([]);
      expect(seen.console).toEqual([]);
      expect(seen.violations).toEqual([]);
      expect(seen.overflows).toEqual([]);
    },
  );

  it('shows in figures that the sender went on and one receiver got nothing any more', async () => {
    const page = await browser.newPage();
    await page.setJavaScriptEnabled(false);
    await page.goto(pathToFileURL(join(directory, 'run.html')).href);
    const rows = await page.$$eval('h2#streams + .panels > .panel:first-child .legend tbody tr', (all) =>
      all.map((row) => row.textContent),
    );
    const figures = rows.map((row) => /^(.*?)\s*(\d+|–) → (\d+|–)/.exec(row!.trim())!.slice(1));
    expect(figures.map(([who]) => who)).toEqual(['A sends', 'B hears A', 'C hears A']);
    const [source, broken, other] = figures.map(([, ...numbers]) => numbers.map(Number));
    for (const rates of [source!, other!]) for (const rate of rates) expect(rate).toBeGreaterThan(30);
    expect(broken![0]).toBeGreaterThan(30);
    expect(broken![1]).toBe(0);
    await page.close();
  });
});
