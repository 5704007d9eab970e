// A tool that this machine cannot get: not a fault of a test, but a reason to skip, said in words.

export class CannotBeHad extends Error {
  override readonly name = 'CannotBeHad'
}

/** Runs `attempt`; a failure of any other kind becomes "`what` cannot be had here: …". */
export const orCannotBeHad = async <T>(what: string, attempt: () => Promise<T>): Promise<T> => {
  try {
    return await attempt()
  } catch (error) {
    if (error instanceof CannotBeHad) throw error
    const said = error instanceof Error ? error.message : String(error)
    throw new CannotBeHad(`${what} cannot be had here: ${said}`, { cause: error })
  }
}
