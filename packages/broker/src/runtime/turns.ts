// Work that is done one after another for each key, and side by side for different keys.

export class Turns<Key> {
  /** The end of each key's queue. */
  readonly #queues = new Map<Key, Promise<void>>()

  /** Whether something waits for its turn, or has it. */
  isBusy(key: Key): boolean {
    return this.#queues.has(key)
  }

  /** Does `work` when all that came before it for this key is done, whatever became of that. */
  take<T>(key: Key, work: () => Promise<T>): Promise<T> {
    const done = (this.#queues.get(key) ?? Promise.resolve()).then(work)
    const end: Promise<void> = done.then(nothing, nothing)
    this.#queues.set(key, end)
    void end.then(() => {
      if (this.#queues.get(key) === end) this.#queues.delete(key)
    })
    return done
  }
}

const nothing = (): void => undefined
