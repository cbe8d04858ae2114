/**
 * How fast aggregate reports are read: generated ones, as files, by a run of the check.
 *
 *   node --expose-gc bench/reports.ts [--reports 10000] [--domains 300]
 *
 * Prints reports and records a second, of time and of processor time, and the largest memory of the process.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CheckContext } from '../src/checks/check.ts';
import { runReports } from '../src/checks/reports/index.ts';
import { reportsOptions } from '../src/checks/reports/options.ts';
import { type BuiltRecord, END, gz, reportXml, zip } from '../test/support/reports/build.ts';

const { values } = parseArgs({
  options: { reports: { type: 'string', default: '10000' }, domains: { type: 'string', default: '300' } },
});
const [reports, domains] = [Number(values.reports), Number(values.domains)];
const directory = mkdtempSync(join(tmpdir(), 'vigie-reports-'));

/** 1 to 40 records: most are our own relay's, some forwarders', some strangers'. */
function recordsOf(index: number): BuiltRecord[] {
  return Array.from({ length: 1 + ((index * 7) % 40) }, (_, each) => {
    if (each % 4 !== 3) return { source: `192.0.2.${each % 16}`, count: 1 + (each % 9) };
    const source = `198.51.${(index + each) % 256}.${each}`;
    return each % 8 === 3
      ? { source, spf: 'fail', count: 2 }
      : { source, spf: 'fail', dkim: 'fail', disposition: 'reject' };
  });
}

let records = 0;
let bytes = 0;
for (let index = 0; index < reports; index += 1) {
  const its = recordsOf(index);
  records += its.length;
  const end = END - (index % 7) * 86_400;
  const domain = `d${index % domains}.example`;
  const xml = reportXml({ id: String(index), domain, end, records: its, modern: index % 3 === 0 });
  bytes += xml.length;
  const packed = index % 2 === 0 ? gz(xml) : zip({ name: 'report.xml', content: Buffer.from(xml) });
  writeFileSync(
    join(directory, `r!${domain}!${end - 86_400}!${end}!${index}.${index % 2 ? 'zip' : 'xml.gz'}`),
    packed,
  );
}

const context: CheckContext<'reports'> = {
  name: 'reports',
  signal: new AbortController().signal,
  evidence: null,
  log: { debug() {}, info() {}, warn() {}, error() {} },
  progress() {},
};
globalThis.gc?.();
const before = process.memoryUsage().rss;
let peak = before;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 20);
let longest = 0;
let last = performance.now();
const turns = setInterval(() => {
  longest = Math.max(longest, performance.now() - last - 5);
  last = performance.now();
}, 5);
const cpu = process.cpuUsage();
const started = performance.now();
const options = reportsOptions.parse({
  files: [directory],
  own: ['192.0.2.0/28'],
  resolver: { servers: ['127.0.0.1:9'], timeout: '100ms', tries: 1 },
});
const { reports: result, findings } = await runReports(options, context, END * 1000 + 3_600_000);
const seconds = (performance.now() - started) / 1000;
const spent = process.cpuUsage(cpu);
const busy = (spent.user + spent.system) / 1e6;
clearInterval(watch);
clearInterval(turns);
rmSync(directory, { recursive: true });
console.log(
  `${result?.reports} reports, ${records} records, ${(bytes / 1e6).toFixed(0)} MB of XML, ${result?.domains.length} domains, ${findings.length} findings`,
);
console.log(
  `${seconds.toFixed(1)} s, ${busy.toFixed(1)} CPU-s (${Math.round(records / busy)} records a CPU-second): ${Math.round(reports / seconds)} reports and ${Math.round(records / seconds)} records a second; ${(peak / 1e6).toFixed(0)} MB resident at most (${(before / 1e6).toFixed(0)} before); the longest turn ${longest.toFixed(0)} ms`,
);
