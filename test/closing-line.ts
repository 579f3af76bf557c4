import type { Reporter, TestModule } from 'vitest/node'

declare module 'vitest' {
  interface TaskMeta {
    /** Lines that are worth reading although the test passed: figures that it measured. */
    notes?: readonly string[]
  }
}

/** Prints what tests note, and the counts on one plain line at the end, for programs that read the output. */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        counts[test.result().state] += 1
        for (const note of test.meta().notes ?? []) process.stdout.write(`${note}\n`)
      }
      if (module.state() === 'failed' && [...module.children.allTests()].length === 0) counts.failed += 1
    }
    process.stdout.write(
      `\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped + counts.pending} skipped\n`,
    )
  }
}
