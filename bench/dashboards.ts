/**
 * What the dashboards cost a Prometheus that has watched a large installation for thirty days: 100 checks and 1000 domains,
 * scraped each 15 s as in deploy/prometheus.
 *
 *   node bench/dashboards.ts make DIRECTORY      the database, 2 GB (5 GB while it is made)
 *   node bench/dashboards.ts record DIRECTORY    what changed rules record, beside what is there
 *   node bench/dashboards.ts ask DIRECTORY [--times 3] [--top 3] [--opening]
 *
 * `make` writes some hours of samples, has `promtool tsdb create-blocks-from openmetrics` make a block of them, copies it to the
 * rest of the thirty days (`dashboards/blocks.ts`), and does the same with what the shipped rules record (`promtool tsdb
 * create-blocks-from rules`). `ask` starts a Prometheus with it and asks what Grafana asks when each dashboard is opened, over the
 * range that it opens with and over thirty days (not with `--opening`): medians, one query after the other, all instances and checks; the CPU
 * time is Prometheus's. `ratio` is to the
 * time of a reference query in the same run: `count({job="vigie"})`, which looks at every series once.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { generate } from '../dashboards/generate.ts';
import { freePort } from '../test/support/free-port.ts';
import { blocksIn, copyBlock } from './dashboards/blocks.ts';
import { type Asked, type Dashboard, opensWithS, queriesOf } from './dashboards/grafana.ts';
import { type Evolving, installation } from './dashboards/installation.ts';

const SCRAPE_S = 15;
const PROCESS_SCRAPE_S = 30;
/** One of the lengths that Prometheus's own blocks have. */
const BLOCK_S = 6 * 3600;
const DAYS = 30;
const BLOCKS = (DAYS * 86_400) / BLOCK_S;
/** The end of the newest block: a multiple of all lengths of blocks. */
const END = 8 * 54 * 3600 * 1138;
const WRITTEN_AT_ONCE = 1 << 22;
const CALL = 'call-3';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    times: { type: 'string', default: '3' },
    top: { type: 'string', default: '3' },
    opening: { type: 'boolean' },
  },
});
const [act, directory] = positionals;

function rules(): string {
  return [...generate()].find(([name]) => name.endsWith('.rules.yml'))![1];
}

/** One block's samples as OpenMetrics, series by series. */
function writeSamples(file: string, series: readonly Evolving[], from: number, to: number): number {
  const times = (every: number) => {
    const all: number[] = [];
    for (let t = from + 1; t < to; t += every) all.push(t);
    return all;
  };
  const [often, seldom] = [times(SCRAPE_S), times(PROCESS_SCRAPE_S)];
  const out = openSync(file, 'w');
  let [samples, text] = [0, ''];
  for (const { name, at } of series) {
    for (const t of name.includes('vigie-process') ? seldom : often) {
      text += `${name} ${at(t)} ${t}\n`;
      samples += 1;
    }
    if (text.length > WRITTEN_AT_ONCE) {
      writeSync(out, text);
      text = '';
    }
  }
  writeSync(out, `${text}# EOF\n`);
  closeSync(out);
  return samples;
}

async function withPrometheus<T>(
  database: string,
  work: (url: string, pid: number) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const config = join(database, '../prometheus.yml');
  writeFileSync(config, 'global: { scrape_interval: 15s }\n');
  // Blocks stay as they were made: nothing else is at work while queries are measured.
  const args = [
    '--storage.tsdb.min-block-duration=6h',
    '--storage.tsdb.max-block-duration=6h',
    '--storage.tsdb.retention.time=100y',
  ];
  const prometheus: ChildProcess = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${database}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...args,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  prometheus.stderr!.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  const url = `http://127.0.0.1:${port}`;
  try {
    for (;;) {
      if (prometheus.exitCode !== null) throw new Error(`prometheus ended: ${said}`);
      const answer = await fetch(`${url}/-/ready`).catch(() => null);
      if (answer?.ok) break;
      await delay(200);
    }
    return await work(url, prometheus.pid!);
  } finally {
    prometheus.kill();
    if (prometheus.exitCode === null) await once(prometheus, 'exit');
  }
}

const promtool = (...args: string[]) =>
  execFileSync('promtool', args, { stdio: ['ignore', 'ignore', 'inherit'] });

async function make(database: string): Promise<void> {
  mkdirSync(database, { recursive: true });
  const series = await installation();
  const file = join(database, '../samples.txt');
  const started = performance.now();
  const since = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;
  const from = END - BLOCK_S;
  const samples = writeSamples(file, series, from, END);
  console.log(`${series.length} series, ${samples} samples of ${BLOCK_S / 3600} h written after ${since()}`);
  promtool('tsdb', 'create-blocks-from', '--max-block-duration=6h', 'openmetrics', file, database);
  rmSync(file);
  const [block] = blocksIn(database);
  for (let n = 1; n < BLOCKS; n += 1) copyBlock(database, block!, -n * BLOCK_S * 1000);
  console.log(`${BLOCKS} blocks after ${since()}`);
  await record(database);
  console.log(`what the rules record after ${since()}`);
}

/** What the shipped rules record of the newest block, in one block, copied to the rest. */
async function record(database: string): Promise<void> {
  const [rulesFile, recorded] = [join(database, '../rules.yml'), join(database, '../recorded')];
  writeFileSync(rulesFile, rules());
  rmSync(recorded, { recursive: true, force: true });
  mkdirSync(recorded);
  await withPrometheus(database, async (url) => {
    const range = [`--start=${END - BLOCK_S}`, `--end=${END - 1}`, `--eval-interval=${SCRAPE_S}s`];
    promtool(
      'tsdb',
      'create-blocks-from',
      '--max-block-duration=6h',
      'rules',
      `--url=${url}`,
      ...range,
      `--output-dir=${recorded}`,
      rulesFile,
    );
  });
  // promtool makes a block for each rule; Prometheus merges what overlaps within a minute.
  await withPrometheus(recorded, async () => {
    while (blocksIn(recorded).length > 1) await delay(1000);
  });
  const [block] = blocksIn(recorded);
  renameSync(join(recorded, block!), join(database, block!));
  for (let n = 1; n < BLOCKS; n += 1) copyBlock(database, block!, -n * BLOCK_S * 1000);
}

const REFERENCE = {
  by: 'reference',
  path: `/api/v1/query?${new URLSearchParams({ query: 'count({job="vigie"})', time: String(END - 1) }).toString()}`,
};

/** Milliseconds until the whole answer is here, the median of some; and its size. */
async function timeOf(
  url: string,
  { by, path }: Asked,
  times: number,
): Promise<{ ms: number; bytes: number }> {
  const all: number[] = [];
  let bytes = 0;
  for (let n = 0; n < times; n += 1) {
    const start = performance.now();
    const answer = await fetch(url + path);
    bytes = (await answer.arrayBuffer()).byteLength;
    if (!answer.ok) throw new Error(`${by}: ${answer.status} for ${path}`);
    all.push(performance.now() - start);
  }
  return { ms: all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!, bytes };
}

/** CPU time of a process, in milliseconds (Linux). */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function ask(database: string): Promise<void> {
  const times = Number(values.times);
  const dashboards = [...generate()]
    .filter(([name]) => name.endsWith('.json'))
    .map(([, text]) => JSON.parse(text) as Dashboard);
  await withPrometheus(database, async (url, pid) => {
    await timeOf(url, REFERENCE, 1);
    const reference = (await timeOf(url, REFERENCE, times)).ms;
    console.log(`reference: ${reference.toFixed(0)} ms\n`);
    console.log('| dashboard | range | queries | together | CPU time | ratio | answers | slowest |');
    console.log('|---|---|---|---|---|---|---|---|');
    for (const dashboard of dashboards) {
      const month = DAYS * 86_400 - 86_400;
      for (const rangeS of [opensWithS(dashboard), ...(values.opening ? [] : [month])]) {
        const asked = queriesOf(dashboard, END - 1, rangeS, CALL);
        const used = cpuMs(pid);
        const measured: { by: string; ms: number; bytes: number }[] = [];
        for (const each of asked) measured.push({ by: each.by, ...(await timeOf(url, each, times)) });
        const cpu = (cpuMs(pid) - used) / times;
        const sum = measured.reduce((all, { ms }) => all + ms, 0);
        const bytes = measured.reduce((all, each) => all + each.bytes, 0);
        const slowest = measured.toSorted((a, b) => b.ms - a.ms).slice(0, Number(values.top));
        console.log(
          `| ${dashboard.title} | ${rangeS / 3600} h | ${asked.length} | ${sum.toFixed(0)} ms | ${cpu.toFixed(0)} ms | ${(sum / reference).toFixed(1)} | ${(bytes / 1e6).toFixed(1)} MB | ${slowest.map(({ by, ms }) => `${by} ${ms.toFixed(0)}`).join(', ')} |`,
        );
      }
    }
  });
}

if (directory && act === 'record') await record(join(directory, 'database'));
else if (directory && act === 'make') await make(join(directory, 'database'));
else if (directory && act === 'ask') await ask(join(directory, 'database'));
else {
  process.stderr.write('usage: node bench/dashboards.ts make|record|ask DIRECTORY [--times N] [--top N]\n');
  process.exit(2);
}
