/**
 * How often `vigie compare` claims a regression that is not there, and how often it finds one that is, on made-up
 * recordings of known deployments (test/compare/simulator.ts; not on a real one: that is bench/compare-lab.ts).
 *
 *   node bench/compare.ts [--runs 10,20,40] [--times 200] [--seed 0] [--only TEXT] [--busy]
 *
 * With --busy, times vary as they did on a machine of two processors that others used as well (22 calls on a real
 * Jitsi); without, as on one that has nothing else to do.
 * One line for each case and number of runs: in how many of a hundred comparisons it says `regression`, `too few
 * runs`, and what number the latter names (median).
 */
import { parseArgs } from 'node:util';
import { median } from '../src/base/median.ts';
import { compareRuns, type Verdict } from '../src/compare/compare.ts';
import { type Deployment, simulate } from '../test/support/compare/simulator.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10,20,40,80,160' },
    times: { type: 'string', default: '200' },
    seed: { type: 'string', default: '0' },
    only: { type: 'string', default: '' },
    busy: { type: 'boolean', default: false },
  },
});
const times = Number(values.times);

const HANDOVER = { steps: ['duo', 'third-joins', 'third-leaves'] } as const;
/** Before and after. */
const CASES: Record<string, [Deployment, Deployment]> = {
  'nothing changed': [{}, {}],
  'nothing changed, one call in 15 always lost a picture': [{ loses: 1 / 15 }, { loses: 1 / 15 }],
  'nothing changed, three steps, Chromium and Firefox': [
    { ...HANDOVER, participants: ['chromium', 'chromium', 'firefox'] },
    { ...HANDOVER, participants: ['chromium', 'chromium', 'firefox'] },
  ],
  'one call in 15 loses a picture, none did': [HANDOVER, { ...HANDOVER, loses: 1 / 15 }],
  'one stream is lost in 10 % of the calls': [{}, { drops: { 'C<-B video': 0.1 } }],
  'one stream is lost in 30 % of the calls': [{}, { drops: { 'C<-B video': 0.3 } }],
  'one stream is lost in every call': [{}, { drops: { 'C<-B video': 1 } }],
  'every stream is 150 ms later': [{}, { delayMs: 150 }],
  'every stream is 30 ms later': [{}, { delayMs: 30 }],
  'joining takes half as long again': [{}, { slower: 1.5 }],
  'joining takes a quarter longer': [{}, { slower: 1.25 }],
};

let seed = Number(values.seed);
for (const runs of values.runs.split(',').map(Number)) {
  for (const [name, [before, after]] of Object.entries(CASES)) {
    if (!name.includes(values.only)) continue;
    const counts = new Map<Verdict, number>();
    const more: number[] = [];
    for (let i = 0; i < times; i++) {
      const { verdict, complete } = compareRuns(
        simulate(runs, ++seed, { ...before, busy: values.busy }),
        simulate(runs, ++seed, { ...after, busy: values.busy }),
      );
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
      if (verdict === 'too few runs' && complete?.more?.each) more.push(complete.more.each);
    }
    const share = (verdict: Verdict) => `${((100 * (counts.get(verdict) ?? 0)) / times).toFixed(1)} %`;
    const named = more.length > 0 ? `, ${median(more)} more named (median)` : '';
    process.stdout.write(
      `${runs} runs; ${name}: regression ${share('regression')}, too few runs ${share('too few runs')}${named}\n`,
    );
  }
}
