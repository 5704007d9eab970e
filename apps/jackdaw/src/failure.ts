// The exit codes of the command, and the failures that a person can do something about: one line each, never a stack.

export const exitCode = {
  /** Stopped as asked, by SIGINT or SIGTERM; or the help was shown. */
  done: 0,
  /** Something that we did not foresee: please report it. */
  unforeseen: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The configuration is refused. */
  configuration: 3,
  /** The storage could not be opened, or is weaker than asked. */
  storage: 4,
  /** An address could not be listened on. */
  address: 5,
  /** Stopped at once by a second signal, before everything was put away. */
  forced: 130,
} as const

export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exitCode: number

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = code
  }
}

/** The system's code of an error (ENOENT, EADDRINUSE), where it has one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
