/**
 * The acceptance test of the security model, for as long as is wanted: `vigie serve` watches hostile deployments, relays, mailboxes,
 * name servers and directories, and is asked by a hostile viewer, while honest checks beside them must stay right and in time.
 *
 *   node bench/hostile.ts [--seconds 60] [--calls]
 *
 * `--calls` adds calls with browsers, on every hostile deployment and on an honest one. As root what is left in /tmp, /dev/shm and
 * /run is counted, too: the service then has these directories to itself.
 */
import { parseArgs } from 'node:util';
import { siege } from '../test/hostile/siege.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, calls: { type: 'boolean', default: false } },
});
const found = await siege({ seconds: Number(values.seconds), calls: values.calls });
const { attacks, honest, wrong, late, healthzMs, healthz99Ms, waitedMs, peakMb, status, left, log } = found;
process.stdout.write(
  `${attacks} attacks; ${honest} runs of honest checks: ${wrong.length} wrong, ${late.length} late
longest /healthz ${healthzMs.toFixed(0)} ms, 99 % within ${healthz99Ms.toFixed(0)} ms; without a processor ${waitedMs.toFixed(0)} ms of each second
peak memory without browsers ${peakMb.toFixed(0)} MB; exit status ${status}
left: ${left.files} descriptors, ${left.processes} processes, ${left.zombies} zombies, ${left.entries === null ? 'not root: entries not counted' : `${left.entries.length} entries of /tmp, /dev/shm, /run`}
${[...wrong, ...late, ...(left.entries ?? []), log].filter(Boolean).join('\n')}
`,
);
process.exit(wrong.length + late.length + left.zombies + left.processes > 0 ? 1 : 0);
