// Record batches as a broker would append them, for tests of the layout that Kafka's tools read.
import { batchFraming, encodeBatch } from '@jackdaw/protocol'
import type { Entry, EntryInfo } from '@jackdaw/ports'

/** A batch of `count` records from `at` on, the last one at `time`; `valueBytes` of value each. */
export function batchEntry(at: number, count: number, time: number, valueBytes = 20): Entry {
  const records = Array.from({ length: count }, (_, i) => ({
    timestamp: time - (count - 1 - i),
    key: Buffer.from(`key ${at + i}`),
    value: Buffer.alloc(valueBytes, at + i),
  }))
  const bytes = encodeBatch({ baseOffset: at, partitionLeaderEpoch: 3, records })
  return { at, next: at + count, time, bytes: [bytes] }
}

/** The frames in a file of batches. Throws where it is anything else. */
export function batchesIn(bytes: Buffer): (EntryInfo & { readonly position: number })[] {
  const found: (EntryInfo & { readonly position: number })[] = []
  for (let position = 0; position < bytes.length; position += found.at(-1)!.size) {
    const frame = batchFraming.frame(bytes.subarray(position), true)
    if (typeof frame === 'string') throw new Error(`the bytes at ${position} are ${frame}`)
    found.push({ ...frame, position })
  }
  return found
}
