// What is fuzzed: something that makes inputs from chance, and something that runs one and throws where a law is broken.
import type { SeededRandom } from '@jackdaw/testing'

/** Inputs between `begin` and `end`: what a target keeps does not grow beyond what so many inputs can make. */
export const ERA_INPUTS = 10_000

export interface Target {
  /** The next input. A function of `random` alone, and of what the inputs since `begin` have taught. */
  next(random: SeededRandom): Buffer
  /** Throws what breaks a law. True where the input was taken for what it claims to be. */
  run(input: Buffer): boolean | Promise<boolean>
  begin?(): Promise<void>
  /** Also the last look at laws that only hold in the end. */
  end?(): Promise<void>
}

/** A law that an input broke. */
export class LawBroken extends Error {
  override readonly name = 'LawBroken'
}

export function law(holds: boolean, says: () => string): asserts holds {
  if (!holds) throw new LawBroken(says())
}
