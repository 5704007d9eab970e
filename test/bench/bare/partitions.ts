// Topics of the bare server: how many partitions each has and where they end. In memory only; the bytes are in the file.

import { type BatchView, batchCrcMatches, errorCode, setBaseOffset, viewBatches } from '@jackdaw/protocol'

export interface Checked {
  readonly errorCode: number
  readonly baseOffset: number
}

export class Partitions {
  readonly #ends = new Map<string, number[]>()

  create(name: string, count: number): void {
    if (!this.#ends.has(name))
      this.#ends.set(
        name,
        Array.from({ length: Math.max(count, 1) }, () => 0),
      )
  }

  remove(name: string): void {
    this.#ends.delete(name)
  }

  /** Undefined where there is no such topic. */
  countOf(name: string): number | undefined {
    return this.#ends.get(name)?.length
  }

  /** Checks every batch and gives it its offsets in place, as a broker does. */
  take(name: string, partition: number, records: Buffer): Checked {
    const ends = this.#ends.get(name)
    const baseOffset = ends?.[partition]
    if (ends === undefined || baseOffset === undefined) return refused('UNKNOWN_TOPIC_OR_PARTITION')
    const batches = viewBatches(records)
    if (typeof batches === 'string' || !batches.every(batchCrcMatches)) return refused('CORRUPT_MESSAGE')
    ends[partition] = batches.reduce(stamp, baseOffset)
    return { errorCode: 0, baseOffset }
  }
}

function stamp(offset: number, batch: BatchView): number {
  setBaseOffset(batch.bytes, 0, offset)
  return batch.lastOffset + 1
}

const refused = (name: Parameters<typeof errorCode>[0]): Checked => ({ errorCode: errorCode(name), baseOffset: -1 })
