// Hints that something has changed. What is hinted while a reader is away gathers once per item: a slow reader costs
// memory for what changed, never for how often.

export class Hints<T> {
  readonly #listeners = new Set<(item: T) => void>()

  tell(item: T): void {
    for (const listener of this.#listeners) listener(item)
  }

  /** Listens from this call on. Ends, and stops listening, when `signal` aborts or the reader stops. */
  listen(wanted: (item: T) => boolean, signal: AbortSignal): AsyncIterable<readonly T[]> {
    let gathered = new Set<T>()
    let wake: () => void = () => {}
    const listener = (item: T) => {
      if (!wanted(item)) return
      gathered.add(item)
      wake()
    }
    const stop = () => {
      this.#listeners.delete(listener)
      wake()
    }
    if (!signal.aborted) this.#listeners.add(listener)
    signal.addEventListener('abort', stop, { once: true })
    return (async function* () {
      try {
        while (!signal.aborted) {
          if (gathered.size === 0) await new Promise<void>((resolve) => (wake = resolve))
          else {
            const items = [...gathered]
            gathered = new Set()
            yield items
          }
        }
      } finally {
        signal.removeEventListener('abort', stop)
        stop()
      }
    })()
  }
}
