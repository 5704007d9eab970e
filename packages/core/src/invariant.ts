// What must hold whatever clients and storage do. A violation is our own mistake: it stops the machine that finds it, because
// a coordinator that goes on from a state it cannot explain hands the same partition to two consumers.

export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation'

  constructor(law: string) {
    super(`broken law: ${law}`)
  }
}

/** Throws InvariantViolation, whose message names `law`, unless `condition` holds. */
export function invariant(condition: unknown, law: string): asserts condition {
  if (!condition) throw new InvariantViolation(law)
}
