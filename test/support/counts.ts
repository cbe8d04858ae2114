/** A vitest reporter: leaves "passed failed skipped" in the file that VIGIE_TEST_COUNTS names (scripts/test). */
import { writeFileSync } from 'node:fs';
import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

export class CountsReporter implements Reporter {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0 };
    for (const module of modules) {
      // A file that cannot be loaded, and a hook that throws, have no test of their own to fail.
      counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        // A test that the run was cut short of has not passed.
        counts[state === 'pending' ? 'failed' : state] += 1;
      }
    }
    writeFileSync(this.#file, `${counts.passed} ${counts.failed} ${counts.skipped}\n`);
  }
}
