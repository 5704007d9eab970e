// A tool that this machine cannot get: not a fault of a test, but a reason to skip, said in words.

export class CannotBeHad extends Error {
  override readonly name = 'CannotBeHad'
}

/** Runs `attempt`; whatever fails in it becomes a CannotBeHad that names `what` and tells what was printed. */
export const orCannotBeHad = async <T>(what: string, attempt: () => Promise<T>): Promise<T> => {
  try {
    return await attempt()
  } catch (error) {
    if (error instanceof CannotBeHad) throw error
    throw new CannotBeHad(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}
