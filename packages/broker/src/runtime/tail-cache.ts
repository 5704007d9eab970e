// The newest batches of every log, kept so that readers who keep up never touch the storage. One budget for the whole broker;
// the oldest batch of all goes first. It holds slices of what arrived, never copies.

export interface CachedBatch {
  readonly at: number
  readonly next: number
  readonly bytes: Uint8Array
}

/** The cached end of one log: contiguous, and ending at the high watermark. */
export class LogTail {
  #batches: CachedBatch[] = []
  #first = 0

  /** Offset of the oldest cached batch, or undefined. */
  get start(): number | undefined {
    return this.#batches[this.#first]?.at
  }

  push(batch: CachedBatch): void {
    this.#batches.push(batch)
  }

  /** Forgets this batch, if it is still the oldest. */
  drop(batch: CachedBatch): void {
    if (this.#batches[this.#first] !== batch) return
    this.#first++
    if (this.#first > 1024 && this.#first * 2 > this.#batches.length) {
      this.#batches = this.#batches.slice(this.#first)
      this.#first = 0
    }
  }

  clear(): void {
    this.#batches = []
    this.#first = 0
  }

  /** Whole batches from the one that holds `from` up to `to`: as many as fit `maxBytes`, but at least one. */
  read(from: number, to: number, maxBytes: number): Uint8Array[] {
    const found: Uint8Array[] = []
    let size = 0
    for (let i = this.#indexOf(from); i < this.#batches.length; i++) {
      const batch = this.#batches[i] as CachedBatch
      if (batch.next > to) break
      size += batch.bytes.length
      if (size > maxBytes && found.length > 0) break
      found.push(batch.bytes)
    }
    return found
  }

  #indexOf(offset: number): number {
    let low = this.#first
    let high = this.#batches.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#batches[middle] as CachedBatch).next <= offset) low = middle + 1
      else high = middle
    }
    return low
  }
}

interface HeldBatch {
  readonly tail: LogTail
  readonly batch: CachedBatch
}

export class TailCache {
  readonly #budgetBytes: number
  #bytes = 0
  /** Every batch that is held, in order of arrival; also those of a log that was cleared, until their turn to go. */
  #order: HeldBatch[] = []
  #first = 0

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes
  }

  add(tail: LogTail, batch: CachedBatch): void {
    tail.push(batch)
    this.#order.push({ tail, batch })
    this.#bytes += batch.bytes.length
    while (this.#bytes > this.#budgetBytes) this.#dropOldest()
  }

  #dropOldest(): void {
    const { tail, batch } = this.#order[this.#first++] as HeldBatch
    tail.drop(batch)
    this.#bytes -= batch.bytes.length
    if (this.#first > 4096 && this.#first * 2 > this.#order.length) {
      this.#order = this.#order.slice(this.#first)
      this.#first = 0
    }
  }
}
