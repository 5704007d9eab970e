// Whether the store may still say that something is stored. A device that failed once is believed no more: what it then
// says to have stored may be gone, and only opening the store again, and reading it, tells. No room is another matter: it passes.
import { isFull } from './files.ts'
import { JournalFull } from './journal.ts'

/** The device failed under the store: nothing is acknowledged until the store is opened again. Reading goes on. */
export class StoreFailed extends Error {
  override readonly name = 'StoreFailed'
}

/** The store was closed. */
export class StoreClosed extends Error {
  override readonly name = 'StoreClosed'
}

const probeMs = 250

export class Health {
  readonly #directory: string
  #stopped: Error | undefined
  #full: string | undefined
  #probedAt = -Infinity
  readonly #onStop: (why: Error) => void

  constructor(directory: string, onStop: (why: Error) => void) {
    this.#directory = directory
    this.#onStop = onStop
  }

  /** Why nothing is acknowledged any more, if so. */
  get stopped(): Error | undefined {
    return this.#stopped
  }

  get full(): string | undefined {
    return this.#full
  }

  fail(cause: unknown): void {
    if (cause instanceof StoreFailed || cause instanceof StoreClosed) return
    const message = cause instanceof Error ? cause.message : String(cause)
    this.#stop(
      new StoreFailed(`${this.#directory} failed (${message}). Look after the device, then open the store again.`, {
        cause,
      }),
    )
  }

  close(): void {
    this.#stop(new StoreClosed(`${this.#directory} is closed`))
  }

  #stop(why: Error): void {
    if (this.#stopped) return
    this.#stopped = why
    this.#onStop(why)
  }

  mustRun(): void {
    if (this.#stopped) throw this.#stopped
  }

  /** Sorts an error of writing: no room, which passes, or a failure, which does not. */
  note(error: unknown): 'FULL' | 'FAILED' {
    if (!isFull(error) && !(error instanceof JournalFull)) {
      this.fail(error)
      return 'FAILED'
    }
    this.#full = `no room in ${this.#directory}: ${error.message}`
    return 'FULL'
  }

  /** There is room again. */
  healed(): void {
    this.#full = undefined
  }

  /** Whether it is time to look for room again. */
  get wantsProbe(): boolean {
    if (!this.#full || performance.now() - this.#probedAt < probeMs) return false
    this.#probedAt = performance.now()
    return true
  }
}
