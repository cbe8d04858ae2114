import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { CountsReporter } from './test/support/counts.ts';
import { LabsFirst } from './test/support/order.ts';
import { SkipsReporter } from './test/support/skips.ts';

const countsFile = process.env.VIGIE_TEST_COUNTS;

/** Files whose tests wait for others most of the time: more of them at a time than there are processors. */
const beside = {
  // Of a percentage, vitest takes 100 at most.
  maxWorkers: 2 * availableParallelism(),
  sequence: { groupOrder: 0 },
} as const;

/**
 * Three projects. `unit` (`*.test.ts`) and `services` (real servers, labs and browsers, where nothing depends on how fast the
 * machine is: `*.services.test.ts`) run beside each other. Then `e2e` (calls that are watched: `*.e2e.test.ts`), one file at a
 * time, because a second heavy thing on the same cores would change what the first one measures.
 */
export default defineConfig({
  test: {
    // Node runs the sources as they are, as it does for people: nothing is transformed, and what is compiled is kept for the next file.
    experimental: { viteModuleRunner: false },
    sequence: { sequencer: LabsFirst },
    reporters: ['default', new SkipsReporter(), ...(countsFile ? [new CountsReporter(countsFile)] : [])],
    projects: [
      {
        test: {
          ...beside,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.{services,e2e}.test.ts'],
          testTimeout: 20_000,
          // Files of one worker share what they import, which they would otherwise load a hundred times: a third of the time.
          isolate: false,
          unstubEnvs: true,
        },
      },
      {
        test: {
          ...beside,
          // Of one group, vitest starts projects in the order of their names: these take longest.
          name: 'services',
          include: ['test/**/*.services.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
