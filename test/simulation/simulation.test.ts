// The real broker under seeded faults: no seed breaks a law, the same seed gives the same run, and together the seeds reach
// every state in `sometimes.ts`. Few and short here; `pnpm soak` runs many and long ones.
import { describe, expect, test } from 'vitest'
import { report } from './report.ts'
import { runSeed } from './run-seed.ts'
import { POINTS, reachedBy } from './sometimes.ts'

const SEEDS = 500
const STEPS = 4000
const SEEDS_PER_TEST = 50
const TWICE = [3, 17, 33]

describe('a simulated cluster', () => {
  const reached = new Set<string>()

  for (let first = 1; first <= SEEDS; first += SEEDS_PER_TEST) {
    const last = first + SEEDS_PER_TEST - 1
    test(`breaks no law under the seeds ${first} to ${last}`, async () => {
      for (let seed = first; seed <= last; seed++) {
        const run = await runSeed({ seed, steps: STEPS })
        for (const point of reachedBy(run.evidence)) reached.add(point)
        if (run.violations.length > 0) expect.fail(report(run, STEPS))
      }
    })
  }

  test.each(TWICE)('gives the same run for the same seed, byte for byte: %i', async (seed) => {
    const [one, other] = [await runSeed({ seed, steps: STEPS }), await runSeed({ seed, steps: STEPS })]
    expect(other.evidence.history.lines).toEqual(one.evidence.history.lines)
  })

  test('reaches every rare state in some run', () => {
    expect(Object.keys(POINTS).filter((point) => !reached.has(point))).toEqual([])
  })
})
