import { availableParallelism } from 'node:os'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { ClosingLine } from './test/closing-line.ts'

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    sequence: { shuffle: true },
    // Tests over SSH wait more than they work.
    maxWorkers: Math.max(3, availableParallelism()),
    testTimeout: 30_000,
    restoreMocks: true,
    setupFiles: ['test/leaks.ts', 'test/seed.ts'],
    reporters: ['default', new ClosingLine()],
  },
})

export default config
