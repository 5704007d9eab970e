// A topic with a `compression.type` of its own: batches that came in another codec are opened and packed again. Everything
// else about the batch stays, so that its producer's sequences and its timestamps are what they were.

import { decodeRecords, encodeBatch, viewBatch, type BatchView, type Compression } from '@jackdaw/protocol'

import { invariant } from '../invariant.ts'

/**
 * Throws RecordBatchError where the records cannot be read or unpack to more than `maxBytes`, RangeError where they were read and
 * cannot be a batch.
 */
export const recompress = (batch: BatchView, compression: Compression, maxBytes: number): BatchView => {
  const records = decodeRecords(batch, { maxDecompressedBytes: maxBytes })
  const packed = viewBatch(
    encodeBatch({
      records,
      baseOffset: batch.baseOffset,
      compression,
      timestampType: batch.timestampType,
      producerId: batch.producerId,
      producerEpoch: batch.producerEpoch,
      baseSequence: batch.baseSequence,
      isTransactional: batch.isTransactional,
    }),
  )
  invariant(typeof packed !== 'string', 'a batch that was encoded here can be read here')
  return packed
}
