// The laws catch what they are for: each broken broker or store breaks one of its laws within a few seeds.
import { expect, test } from 'vitest'
import { MUTANTS } from './mutants.ts'
import { runSeed } from './run-seed.ts'

const SEEDS = 200
const STEPS = 3000

test.each(MUTANTS)('a broker or store that $name is caught', async ({ make, breaks }) => {
  const found = new Set<string>()
  for (let seed = 1; seed <= SEEDS; seed++) {
    const run = await runSeed({ seed, steps: STEPS, ...make() })
    for (const { law } of run.violations) found.add(law)
    if (breaks.some((law) => found.has(law))) return
  }
  expect.fail(`${SEEDS} seeds did not break any of: ${breaks.join(', ')}. Broken: ${[...found].join(', ') || 'none'}`)
})
