// Offsets by time. The storage knows the largest timestamp of each entry; inside the entry the records tell. They are a client's
// bytes, which nobody has unpacked yet.

import { CorruptLog } from '@jackdaw/ports'
import { decodeRecords, RecordBatchError } from '@jackdaw/protocol'

import type { Partition } from './partition.ts'
import { batchesFrom } from './stored-batches.ts'
import type { Storage } from './storage.ts'
import type { Unavailable } from './unavailable.ts'

export interface TimestampedOffset {
  readonly offset: number
  readonly timestamp: number
}

/** What one batch may unpack to while its records are looked at. */
const LARGEST_RECORDS_BYTES = 256 * 1024 * 1024

type Found = TimestampedOffset | undefined

/** The first visible record whose timestamp is at least `time`. */
export const offsetOfTimestamp = (partition: Partition, storage: Storage, time: number): Promise<Found | Unavailable> =>
  orUnavailable(partition, storage, () => search(partition, storage, time))

/** The first visible record with the largest timestamp of all (KIP-734). */
export const offsetOfLargestTimestamp = (partition: Partition, storage: Storage): Promise<Found | Unavailable> =>
  orUnavailable(partition, storage, () => searchLargest(partition, storage))

const orUnavailable = async (
  { identity: { log } }: Partition,
  storage: Storage,
  look: () => Promise<Found>,
): Promise<Found | Unavailable> => {
  try {
    return await look()
  } catch (cause) {
    const corrupt = cause instanceof CorruptLog || cause instanceof RecordBatchError
    storage.log.warn({ log: log.name, cause }, 'an offset could not be looked for by time')
    return { error: corrupt ? 'CORRUPT_MESSAGE' : 'KAFKA_STORAGE_ERROR', message: String(cause) }
  }
}

const search = async (partition: Partition, storage: Storage, time: number): Promise<Found> => {
  const { log } = partition.identity
  const entry = await storage.store.findByTime(log, time)
  const { start = 0, durable = 0 } = partition.state ?? {}
  if (entry === undefined) return undefined
  for await (const batch of batchesFrom(storage.store, log, Math.max(start, entry.at), durable)) {
    if (batch.maxTimestamp < time || batch.isControl) continue
    for (const { offset, timestamp } of decodeRecords(batch, { maxDecompressedBytes: LARGEST_RECORDS_BYTES })) {
      if (timestamp >= time && offset >= start) return { offset, timestamp }
    }
  }
  return undefined
}

const searchLargest = async (partition: Partition, storage: Storage): Promise<Found> => {
  const { start = 0, durable = 0 } = partition.state ?? {}
  let largest = -1
  for await (const { next, time } of storage.store.scan(partition.identity.log, start)) {
    if (next <= durable && time > largest) largest = time
  }
  return largest < 0 ? undefined : search(partition, storage, largest)
}
