// The partitions as the disk holds them when all is over, read without the broker.
import type { MemoryDisk } from '@jackdaw/adapter-memory'
import { decodeControlRecord, decodeRecords, viewBatches } from '@jackdaw/protocol'
import { decodeValues } from './client/records.ts'
import type { FinalLog, PartitionRef, TransactionBatch, TransactionLog } from './history.ts'

export const logsOnDisk = (disk: MemoryDisk, partitions: readonly PartitionRef[]): readonly FinalLog[] =>
  partitions.map(({ topic, partition }) => {
    const stored = [...disk.logs.values()].find(({ log }) => log.name === `${topic}-${partition}`)
    if (stored === undefined) return { topic, partition, start: 0, next: 0, records: [] }
    const records = stored.entries.flatMap((entry) => decodeValues(Buffer.concat(entry.bytes), stored.start))
    return { topic, partition, start: stored.start, next: stored.next, records }
  })

/** Every batch and every marker of transactions, in order. */
export const transactionLogsOnDisk = (
  disk: MemoryDisk,
  partitions: readonly PartitionRef[],
): readonly TransactionLog[] =>
  partitions.map(({ topic, partition }) => {
    const stored = [...disk.logs.values()].find(({ log }) => log.name === `${topic}-${partition}`)
    return {
      topic,
      partition,
      batches: (stored?.entries ?? []).flatMap(({ bytes }) => batchesIn(Buffer.concat(bytes))),
    }
  })

const batchesIn = (bytes: Buffer): TransactionBatch[] => {
  const batches = viewBatches(bytes)
  if (typeof batches === 'string') throw new Error(`a stored entry is no record batch: ${batches}`)
  return batches.map((batch) => {
    const producer = { id: batch.producerId, epoch: batch.producerEpoch }
    if (!batch.isControl) {
      return { producer, at: batch.baseOffset, values: decodeValues(batch.bytes).map(([, value]) => value) }
    }
    const [record] = decodeRecords(batch, { maxDecompressedBytes: 1000 })
    const { type } = decodeControlRecord(record!)
    return { producer, at: batch.baseOffset, end: type === 'commit' ? 'commit' : 'abort', values: [] }
  })
}
