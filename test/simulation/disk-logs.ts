// The partitions as the disk holds them when all is over, read without the broker.
import type { MemoryDisk } from '@jackdaw/adapter-memory'
import { decodeValues } from './client/records.ts'
import type { FinalLog, PartitionRef } from './history.ts'

export const logsOnDisk = (disk: MemoryDisk, partitions: readonly PartitionRef[]): readonly FinalLog[] =>
  partitions.map(({ topic, partition }) => {
    const stored = [...disk.logs.values()].find(({ log }) => log.name === `${topic}-${partition}`)
    if (stored === undefined) return { topic, partition, start: 0, next: 0, records: [] }
    const records = stored.entries.flatMap((entry) => decodeValues(Buffer.concat(entry.bytes), stored.start))
    return { topic, partition, start: stored.start, next: stored.next, records }
  })
