// Group commit, written once for every storage. Logs that have something to store gather until the event loop has worked on
// what had arrived, or until a call to the storage is free; then all of them go in one `append`. A log is in one unsettled
// flush at a time, so that its later batches gather into larger entries while the storage works: no log waits for another.

import type { Clock, LogStore, Outcome } from '@jackdaw/ports'

import type { LogWriter } from './log-writer.ts'

export class Flusher {
  readonly #store: LogStore
  readonly #clock: Clock
  #ready: LogWriter[] = []
  #calls = 0
  #scheduled = false

  constructor(store: LogStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** `writer` has entries to store. It is called at most once before the writer's `take`. */
  ready(writer: LogWriter): void {
    this.#ready.push(writer)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled || this.#ready.length === 0) return
    if (this.#calls >= this.#store.supports.flushesInFlight) return
    this.#scheduled = true
    this.#clock.soon(() => this.#flush())
  }

  #flush(): void {
    this.#scheduled = false
    const writers = this.#ready.filter((writer) => writer.wantsFlush)
    this.#ready = []
    if (writers.length === 0) return
    const outcomes = this.#store.append(writers.map((writer) => writer.take()))
    this.#calls++
    let unsettled = writers.length
    const settled = (writer: LogWriter, outcome: Outcome): void => {
      if (--unsettled === 0) this.#calls--
      writer.settled(outcome)
      this.#schedule()
    }
    writers.forEach((writer, index) => {
      void (outcomes[index] as Promise<Outcome>).then(
        (outcome) => settled(writer, outcome),
        (cause: unknown) => settled(writer, { kind: 'UNKNOWN', cause }),
      )
    })
  }
}
