// A binary heap of events by time, then by a seeded tie-break. A cancelled event stays in the heap without its `run` and
// is dropped when it comes up.

export interface ScheduledEvent {
  readonly at: number
  readonly tie: number
  /** Undefined once cancelled. */
  run: (() => void) | undefined
}

const before = (a: ScheduledEvent, b: ScheduledEvent): boolean => a.at < b.at || (a.at === b.at && a.tie < b.tie)

export class EventQueue {
  readonly #heap: ScheduledEvent[] = []

  push(event: ScheduledEvent): void {
    const heap = this.#heap
    let i = heap.push(event) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!before(event, heap[parent]!)) break
      heap[i] = heap[parent]!
      i = parent
    }
    heap[i] = event
  }

  /** The next event that was not cancelled. */
  peek(): ScheduledEvent | undefined {
    while (this.#heap.length > 0 && this.#heap[0]!.run === undefined) this.#shift()
    return this.#heap[0]
  }

  pop(): ScheduledEvent | undefined {
    return this.peek() && this.#shift()
  }

  #shift(): ScheduledEvent {
    const heap = this.#heap
    const top = heap[0]!
    const last = heap.pop()!
    if (heap.length > 0) this.#sink(last)
    return top
  }

  #sink(event: ScheduledEvent): void {
    const heap = this.#heap
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++
      if (!before(heap[child]!, event)) break
      heap[i] = heap[child]!
      i = child
    }
    heap[i] = event
  }
}
