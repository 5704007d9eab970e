// Record batches
export {
  BATCH_HEADER_BYTES,
  type BatchFault,
  BatchView,
  batchCrcMatches,
  incrementSequence,
  type TimestampType,
  viewBatch,
  viewBatches,
  type ViewBatchesOptions,
} from './records/batch-header.ts'
export { setBaseOffset, setPartitionLeaderEpoch, stampLogAppendTime } from './records/batch-stamp.ts'
export { type BatchFrame, type BatchFraming, batchFraming } from './records/batch-framing.ts'
export { type BatchInput, encodeBatch, type RecordInput } from './records/encode-batch.ts'
export { type BatchRecord, decodeRecords, forEachRecord } from './records/decode-records.ts'
export { type ReadRecordsOptions, RecordCursor, type RecordHeader } from './records/record-cursor.ts'
export {
  type ControlBatchInput,
  type ControlRecord,
  decodeControlRecord,
  encodeControlBatch,
} from './records/control-batch.ts'
export {
  builtInCompression,
  type Compression,
  COMPRESSION_NAMES,
  type CompressionCodec,
  type CompressionRegistry,
  createCompressionRegistry,
} from './records/compression.ts'
export { crc32c } from './records/crc32c.ts'
export { RecordBatchError, type RecordBatchErrorCode } from './records/record-batch-error.ts'
