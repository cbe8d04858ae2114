/** A vitest reporter: says after a run which reasons tests were skipped for, one line a reason. */
import type { Reporter, TestModule } from 'vitest/node';
import './needs.ts';

export class SkipsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, number>();
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const reason = test.meta().skipped;
        if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
      }
    }
    for (const [reason, count] of counts) {
      process.stderr.write(`skipped: ${count} ${count === 1 ? 'test' : 'tests'}: ${reason}\n`);
    }
  }
}
