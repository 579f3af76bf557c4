import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { ClosingLine } from './test/closing-line.ts'

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    sequence: { shuffle: true },
    testTimeout: 30_000,
    restoreMocks: true,
    setupFiles: ['test/leaks.ts', 'test/seed.ts'],
    reporters: ['default', new ClosingLine()],
  },
})

export default config
