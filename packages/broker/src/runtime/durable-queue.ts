// Who waits for the storage: replies, in the order of the offsets that they have to wait for. A reply leaves when everything
// that was decided before it is durable.

export interface Waiting {
  /** Everything below this offset has to be stored first. */
  readonly until: number
  readonly release: () => void
  readonly fail: (reason: unknown) => void
}

export class DurableQueue {
  #waiting: Waiting[] = []
  #first = 0

  push(waiting: Waiting): void {
    this.#waiting.push(waiting)
  }

  releaseUpTo(durable: number): void {
    while (this.#first < this.#waiting.length) {
      const waiting = this.#waiting[this.#first] as Waiting
      if (waiting.until > durable) break
      this.#first++
      waiting.release()
    }
    if (this.#first === this.#waiting.length) {
      this.#waiting = []
      this.#first = 0
    }
  }

  failAll(reason: unknown): void {
    const waiting = this.#waiting.slice(this.#first)
    this.#waiting = []
    this.#first = 0
    for (const { fail } of waiting) fail(reason)
  }
}
