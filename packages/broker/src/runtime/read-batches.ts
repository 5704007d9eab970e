// The read side of a partition: what of [from, visible end) fits a byte budget, from the cached tail where it is there, else
// from the storage. Batches go out as they lie.

import { CorruptLog } from '@jackdaw/ports'

import type { Partition } from './partition.ts'
import { batchesOf } from './stored-batches.ts'
import type { Storage } from './storage.ts'
import type { Unavailable } from './unavailable.ts'

export type Batches = readonly Uint8Array[]

export const bytesIn = (batches: Batches): number => {
  let bytes = 0
  for (const batch of batches) bytes += batch.length
  return bytes
}

/** From the cached tail, or undefined where that does not reach back to `from`. */
export const readTail = (partition: Partition, from: number, to: number, maxBytes: number): Batches | undefined => {
  const start = partition.tail.start
  return start !== undefined && start <= from ? partition.tail.read(from, to, maxBytes) : undefined
}

/** From the storage: whole batches, at least one where there is one. */
export const readStored = async (
  partition: Partition,
  storage: Storage,
  from: number,
  to: number,
  maxBytes: number,
): Promise<Batches | Unavailable> => {
  const { log } = partition.identity
  try {
    const [entries = []] = await storage.store.read([{ log, from, maxBytes }])
    const found: Uint8Array[] = []
    let size = 0
    for (const entry of entries) {
      for (const batch of batchesOf(log, entry)) {
        if (batch.lastOffset < from) continue
        size += batch.sizeInBytes
        if (batch.lastOffset >= to || (size > maxBytes && found.length > 0)) return found
        found.push(batch.bytes)
      }
    }
    return found
  } catch (cause) {
    const corrupt = cause instanceof CorruptLog
    storage.log.error({ log: log.name, cause }, corrupt ? 'a log is damaged' : 'a log could not be read')
    return { error: corrupt ? 'CORRUPT_MESSAGE' : 'KAFKA_STORAGE_ERROR', message: String(cause) }
  }
}
