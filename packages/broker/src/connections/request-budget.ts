// The bytes of requests that are held at once, over all connections. At the cap sockets are paused until some are answered; one
// request is always let in. Only requests that carry records count: the others hold next to nothing while they wait, and what
// they wait for may be a request that could then not be read.

export class RequestBudget {
  readonly #maxBytes: number
  readonly #waiting = new Set<() => void>()
  #held = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get isSpent(): boolean {
    return this.#held >= this.#maxBytes
  }

  take(bytes: number): void {
    this.#held += bytes
  }

  give(bytes: number): void {
    this.#held -= bytes
    if (this.isSpent) return
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const resume of waiting) resume()
  }

  /** Calls `resume` once, when there is room again. */
  whenRoom(resume: () => void): void {
    this.#waiting.add(resume)
  }

  /** `resume` is not wanted any more. */
  forget(resume: () => void): void {
    this.#waiting.delete(resume)
  }
}
