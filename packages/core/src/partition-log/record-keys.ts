// The keys of a batch that is to be compacted. Walks the records without making an object for each.

import { RecordCursor, type BatchView } from '@jackdaw/protocol'

/** The places of the records whose key is null. Throws RecordBatchError where they cannot be read or unpack to more than `maxBytes`. */
export const recordsWithoutKey = (batch: BatchView, maxBytes: number): readonly number[] => {
  const without: number[] = []
  const cursor = new RecordCursor(batch, { maxDecompressedBytes: maxBytes })
  for (let index = 0; cursor.next(); index++) if (cursor.keyBytes < 0) without.push(index)
  return without
}
