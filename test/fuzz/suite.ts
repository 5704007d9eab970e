// What CI runs of each target: always the same inputs, so that a failure belongs to a change. Other seeds: `pnpm fuzz`.
import { expect, test } from 'vitest'
import { countOf, fuzz, printed } from './run.ts'
import type { TargetName } from './targets/index.ts'

const SEED = 1
const INPUTS_IN_ALL = 1_000_000

export const testTarget = (target: TargetName, law: string): void =>
  test(`${target}: ${law}`, async () => {
    const outcome = await fuzz({ target, seed: SEED, count: countOf(target, INPUTS_IN_ALL) })
    if (outcome.kind === 'FAILED') throw new Error(outcome.report)
    console.log(printed(target, outcome.figures))
    // Inputs that are all refused at the first byte would break no law either.
    expect(outcome.figures.taken).toBeGreaterThan(outcome.figures.inputs / 5)
  })
