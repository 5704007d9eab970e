// Records of a batch as objects, for those who want them all. Whoever wants less walks with a RecordCursor.

import type { BatchView } from './batch-header.ts'
import { type ReadRecordsOptions, RecordCursor, type RecordHeader } from './record-cursor.ts'

/** One record. Key, value and header values are slices of the batch (or of what it unpacked to), not copies. */
export interface BatchRecord {
  readonly offset: number
  /** Milliseconds since the epoch: the producer's, or the broker's where the batch is stamped LogAppendTime. */
  readonly timestamp: number
  readonly attributes: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly RecordHeader[]
}

/**
 * All records of a batch, in order. Any bytes give records or {@link RecordBatchError}. The CRC is not looked at
 * (`batchCrcMatches`), and control batches give their control records.
 */
export function decodeRecords(view: BatchView, options: ReadRecordsOptions): BatchRecord[] {
  const records: BatchRecord[] = []
  for (const cursor = new RecordCursor(view, options); cursor.next();) {
    const { offset, timestamp, attributes, key, value, headers } = cursor
    records.push({ offset, timestamp, attributes, key, value, headers })
  }
  return records
}

/** Calls `visit` for each record of a batch with the one cursor that walks it. Throws {@link RecordBatchError}. */
export function forEachRecord(
  view: BatchView,
  options: ReadRecordsOptions,
  visit: (record: RecordCursor) => void,
): void {
  for (const cursor = new RecordCursor(view, options); cursor.next();) visit(cursor)
}
