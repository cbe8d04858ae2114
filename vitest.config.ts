import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { CountsReporter } from './test/support/counts.ts';
import { SkipsReporter } from './test/support/skips.ts';

const countsFile = process.env.VIGIE_TEST_COUNTS;

/**
 * Two projects: `unit` runs in parallel; `e2e` (real browsers, labs, servers: `*.e2e.test.ts`) one file at a
 * time, because a second heavy thing on the same cores would change what the first one measures.
 */
export default defineConfig({
  test: {
    reporters: ['default', new SkipsReporter(), ...(countsFile ? [new CountsReporter(countsFile)] : [])],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.e2e.test.ts'],
          testTimeout: 20_000,
          // Many wait for a deadline to pass: more files at a time than processors. Of a percentage, vitest takes 100 at most.
          maxWorkers: 2 * availableParallelism(),
          // Files of one worker share what they import, which they would otherwise load a hundred times: a third of the time.
          isolate: false,
          unstubEnvs: true,
          sequence: { groupOrder: 0 },
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
