/**
 * The text of one kind's metrics, written once for each run: a run never changes, and a zone check of a thousand
 * domains has five thousand series, which to write anew for each scrape would cost more than all the rest.
 */
import { Registry } from 'prom-client';
import type { Kind, Run, RunOf } from '../../checks/check.ts';
import { isOfKind, resultOf } from '../../checks/results.ts';
import type { Collector } from './face.ts';

/** Lines of an exposition, by the name of their metric. */
type Texts = ReadonlyMap<string, string>;

export interface Rendered {
  /** The exposition of the metrics of those runs that are of this kind; no line break at its end. */
  text(runs: Iterable<Run>): Promise<string>;
}

/** @param metrics registers a kind's metrics; what its collector then adds of a run may depend on that run alone */
export function rendered<K extends Kind>(kind: K, metrics: (registry: Registry) => Collector<K>): Rendered {
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

  const seriesOf = async (run: Run & RunOf<K>): Promise<Texts> => {
    collector.reset();
    const result = resultOf(kind, run);
    if (result !== undefined) collector.add(result, run);
    const texts = await write();
    const of = await heads;
    return new Map([...texts].map(([name, text]) => [name, text.slice(of.get(name)!.length)]));
  };

  /** Of the runs that the last scrape had; others do not come back. */
  let known = new Map<string, Promise<Texts>>();
  return {
    async text(runs) {
      const current = new Map<string, Promise<Texts>>();
      for (const run of runs) {
        if (!isOfKind(kind, run)) continue;
        current.set(run.id, known.get(run.id) ?? seriesOf(run));
      }
      known = current;
      const series = await Promise.all(current.values());
      const blocks = [...(await heads)].map(
        ([name, head]) => head + series.map((each) => each.get(name)!).join(''),
      );
      return blocks.join('\n\n');
    },
  };
}
