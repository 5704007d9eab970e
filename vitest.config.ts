// One project a kind of test. Sources are run as they stand: the `source` condition of every workspace package.
import { defineConfig } from 'vitest/config'

const source = {
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source', 'node', 'import', 'default'] } },
}
const project = (name: string, include: string[], test: Record<string, unknown> = {}) => ({
  ...source,
  test: { name, include, pool: 'forks' as const, testTimeout: 30_000, ...test },
})

export default defineConfig({
  ...source,
  test: {
    maxWorkers: 2,
    projects: [
      project('unit', [
        'packages/*/test/**/*.test.ts',
        'packages/adapters/*/test/**/*.test.ts',
        'apps/*/test/**/*.test.ts',
        'test/tree/**/*.test.ts',
        'test/bench/test/**/*.test.ts',
      ]),
      project('simulation', ['test/simulation/**/*.test.ts'], { testTimeout: 600_000 }),
      project('fuzz', ['test/fuzz/**/*.test.ts'], { testTimeout: 600_000 }),
      project('packaging', ['test/packaging/**/*.test.ts'], { testTimeout: 300_000, hookTimeout: 600_000 }),
      project('interop', ['test/interop/**/*.test.ts', 'test/bench/interop/**/*.test.ts'], {
        testTimeout: 180_000,
        hookTimeout: 600_000,
        fileParallelism: false,
      }),
    ],
  },
})
