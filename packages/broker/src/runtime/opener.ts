// Opens logs in bulk: whatever wants a log opened in one turn of the event loop goes in one call to the storage.

import type { Clock, Fenced, LogId, LogStore, Missing, Opened } from '@jackdaw/ports'

export type OpenResult = Opened | Fenced | Missing | { readonly kind: 'UNREACHABLE'; readonly cause: unknown }

interface Wanted {
  readonly log: LogId
  readonly epoch: number
  readonly resolve: (result: OpenResult) => void
}

export class Opener {
  readonly #store: LogStore
  readonly #clock: Clock
  #wanted: Wanted[] = []

  constructor(store: LogStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** Never rejects. */
  open(log: LogId, epoch: number): Promise<OpenResult> {
    return new Promise((resolve) => {
      this.#wanted.push({ log, epoch, resolve })
      if (this.#wanted.length === 1) this.#clock.soon(() => void this.#openAll())
    })
  }

  async #openAll(): Promise<void> {
    const wanted = this.#wanted
    this.#wanted = []
    try {
      const results = await this.#store.open(wanted)
      wanted.forEach(({ resolve }, index) => resolve(results[index] as OpenResult))
    } catch (cause) {
      for (const { resolve } of wanted) resolve({ kind: 'UNREACHABLE', cause })
    }
  }
}
