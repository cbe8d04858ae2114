/**
 * Time from the start of the process to a complete matrix, and its phases.
 *
 *   node bench/call/time.ts [--runs 20] [--participants firefox,firefox,firefox]
 *
 * The reference in the same run: the same browser started by the same launcher with as many pages on the
 * deployment's `/base.html`, which is what no checker can do without.
 */
import { BROWSERS, type BrowserName } from '../../src/browsers/browser.ts';
import { launch } from '../../src/browsers/launch.ts';
import { phaseLabel } from '../../src/checks/phase.ts';
import { call, median, options, quantile, target, toComplete } from './common.ts';

const { url } = target();
const { runs, rest } = options({ runs: 20 });
const at = rest.indexOf('--participants');
const names = (at < 0 ? 'chromium,chromium,chromium' : rest[at + 1]!).split(',') as BrowserName[];
const times: number[] = [];
const references: number[] = [];
const phases = new Map<string, number[]>();
let incomplete = 0;
for (let i = 0; i < runs; i++) {
  references.push(await reference());
  const called = await call([url, '--watch', '0', '--no-p2p', ...rest]);
  const complete = toComplete(called);
  if (complete === null) incomplete++;
  else times.push(complete);
  const begin = Date.parse(called.run.startedAt) - called.spawnedAt;
  for (const phase of [{ name: 'process', ms: begin }, ...called.run.phases]) {
    const label = phaseLabel(phase);
    phases.set(label, [...(phases.get(label) ?? []), phase.ms]);
  }
}
const reference50 = median(references);
process.stdout.write(
  `${runs} calls of ${names.join(', ')}: complete after ${Math.round(median(times))} ms median, ${Math.round(quantile(times, 0.95))} ms 95 %, ${Math.round(Math.max(...times))} ms worst (${incomplete} incomplete)\n` +
    `phases (medians): ${[...phases].map(([name, values]) => `${name} ${Math.round(median(values))}`).join(', ')} ms\n` +
    `reference (browsers and pages alone): ${Math.round(reference50)} ms; ratio ${(median(times) / reference50).toFixed(2)}\n`,
);

async function reference(): Promise<number> {
  const start = performance.now();
  const signal = AbortSignal.timeout(30_000);
  const wanted = BROWSERS.filter((name) => names.includes(name));
  const browsers = await Promise.all(wanted.map((name) => launch(name, { insecure: true, signal })));
  await Promise.all(
    names.map(async (name) => {
      const page = await browsers.find((browser) => browser.name === name)!.open();
      await page.goto(new URL('base.html', url).href, { waitUntil: 'domcontentloaded' });
    }),
  );
  const ms = performance.now() - start;
  await Promise.all(browsers.map((browser) => browser.close()));
  return ms;
}
