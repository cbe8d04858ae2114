/**
 * The text of one kind's metrics, written once for each run: a run never changes, and a zone check of a thousand
 * domains has five thousand series, which to write anew for each scrape would cost more than all the rest.
 */
import { Registry } from 'prom-client';
import type { Run } from '../../checks/check.ts';
import type { Collector } from './collector.ts';

/** Lines of an exposition, by the name of their metric. */
type Texts = ReadonlyMap<string, string>;

export interface Rendered {
  /** The exposition of these runs' metrics; no line break at its end. */
  text(runs: Iterable<Run>): Promise<string>;
}

/** @param metrics registers a kind's metrics; what its collector then adds of a run may depend on that run alone */
export function rendered(metrics: (registry: Registry) => Collector): Rendered {
  const registry = new Registry();
  const collector = metrics(registry);

  const write = async (): Promise<Texts> => {
    // All values are taken before the first pause: the collector may then be emptied for another run.
    const all = registry.getMetricsAsArray().map(async ({ name }) => {
      return [name, await registry.getSingleMetricAsString(name)] as const;
    });
    return new Map(await Promise.all(all));
  };
  const heads = write();

  const seriesOf = async (run: Run): Promise<Texts> => {
    collector.reset();
    collector.add(run);
    const texts = await write();
    const of = await heads;
    return new Map([...texts].map(([name, text]) => [name, text.slice(of.get(name)!.length)]));
  };

  /** Of the runs that the last scrape had; others do not come back. */
  let known = new Map<string, Promise<Texts>>();
  return {
    async text(runs) {
      const current = new Map<string, Promise<Texts>>();
      for (const run of runs) current.set(run.id, known.get(run.id) ?? seriesOf(run));
      known = current;
      const series = await Promise.all(current.values());
      const blocks = [...(await heads)].map(
        ([name, head]) => head + series.map((each) => each.get(name)!).join(''),
      );
      return blocks.join('\n\n');
    },
  };
}
