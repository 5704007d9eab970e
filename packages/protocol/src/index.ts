// Bytes to messages and back, and nothing else: no I/O, no clock.

// How a message is described, read and written
export {
  array,
  bits64,
  bool,
  bytes,
  float64,
  int16,
  int32,
  int64,
  int64OrInfinity,
  int8,
  nullable,
  records,
  string,
  struct,
  uint16,
  uuid,
  type Field,
  type FieldSpec,
  type Fields,
  type InferFields,
  type InitFields,
  type RecordsInput,
} from './schema/field.ts'
export { api, message, type Api, type Infer, type Init, type Message } from './schema/message.ts'
export { holds, type VersionRange, type VersionSpec } from './schema/versions.ts'
export { DecodeError, EncodeError } from './schema/errors.ts'
export { ARRAY_COUNT_MAX, Reader, STRING_BYTES_MAX } from './schema/reader.ts'
export { BY_REFERENCE_BYTES_MIN, Writer } from './schema/writer.ts'
export { isUuid, ZERO_UUID } from './schema/uuid.ts'

// The error table
export { errorCode, errorName, errors, isRetriable, type ErrorName, type ProtocolError } from './errors.ts'

// Frames, and every API in key order
export { requestHeaderVersion, responseHeaderVersion, RequestHeader, ResponseHeader } from './messages/header.ts'
export {
  decodeRequestHeader,
  encodeRequestFrame,
  encodeResponseFrame,
  type DecodedRequestHeader,
  type RequestFrame,
  type ResponseFrame,
} from './messages/frame.ts'
export { apiByKey, apis } from './messages/index.ts'
export * from './messages/produce.ts'
export * from './messages/fetch.ts'
export * from './messages/list-offsets.ts'
export * from './messages/metadata.ts'
export * from './messages/offset-commit.ts'
export * from './messages/offset-fetch.ts'
export * from './messages/find-coordinator.ts'
export * from './messages/join-group.ts'
export * from './messages/heartbeat.ts'
export * from './messages/leave-group.ts'
export * from './messages/sync-group.ts'
export * from './messages/describe-groups.ts'
export * from './messages/list-groups.ts'
export * from './messages/sasl-handshake.ts'
export * from './messages/api-versions.ts'
export * from './messages/create-topics.ts'
export * from './messages/delete-topics.ts'
export * from './messages/delete-records.ts'
export * from './messages/init-producer-id.ts'
export * from './messages/offset-for-leader-epoch.ts'
export * from './messages/add-partitions-to-txn.ts'
export * from './messages/add-offsets-to-txn.ts'
export * from './messages/end-txn.ts'
export * from './messages/write-txn-markers.ts'
export * from './messages/txn-offset-commit.ts'
export * from './messages/describe-acls.ts'
export * from './messages/create-acls.ts'
export * from './messages/delete-acls.ts'
export * from './messages/describe-configs.ts'
export * from './messages/alter-configs.ts'
export * from './messages/alter-replica-log-dirs.ts'
export * from './messages/describe-log-dirs.ts'
export * from './messages/sasl-authenticate.ts'
export * from './messages/create-partitions.ts'
export * from './messages/create-delegation-token.ts'
export * from './messages/renew-delegation-token.ts'
export * from './messages/expire-delegation-token.ts'
export * from './messages/describe-delegation-token.ts'
export * from './messages/delete-groups.ts'
export * from './messages/elect-leaders.ts'
export * from './messages/incremental-alter-configs.ts'
export * from './messages/alter-partition-reassignments.ts'
export * from './messages/list-partition-reassignments.ts'
export * from './messages/offset-delete.ts'
export * from './messages/describe-client-quotas.ts'
export * from './messages/alter-client-quotas.ts'
export * from './messages/describe-user-scram-credentials.ts'
export * from './messages/alter-user-scram-credentials.ts'
export * from './messages/describe-quorum.ts'
export * from './messages/update-features.ts'
export * from './messages/describe-cluster.ts'
export * from './messages/describe-producers.ts'
export * from './messages/unregister-broker.ts'
export * from './messages/describe-transactions.ts'
export * from './messages/list-transactions.ts'
export * from './messages/consumer-group-heartbeat.ts'
export * from './messages/consumer-group-describe.ts'
export * from './messages/get-telemetry-subscriptions.ts'
export * from './messages/push-telemetry.ts'
export * from './messages/list-config-resources.ts'
export * from './messages/describe-topic-partitions.ts'
export * from './messages/share-group-heartbeat.ts'
export * from './messages/share-group-describe.ts'
export * from './messages/share-fetch.ts'
export * from './messages/share-acknowledge.ts'
export * from './messages/add-raft-voter.ts'
export * from './messages/remove-raft-voter.ts'
export * from './messages/initialize-share-group-state.ts'
export * from './messages/read-share-group-state.ts'
export * from './messages/write-share-group-state.ts'
export * from './messages/delete-share-group-state.ts'
export * from './messages/read-share-group-state-summary.ts'
export * from './messages/streams-group-heartbeat.ts'
export * from './messages/streams-group-describe.ts'
export * from './messages/describe-share-group-offsets.ts'
export * from './messages/alter-share-group-offsets.ts'
export * from './messages/delete-share-group-offsets.ts'
export * from './messages/consumer-protocol.ts'

// What coordinators and controllers keep in their logs
export {
  recordDecoder,
  recordKey,
  recordValue,
  type KnownRecord,
  type RecordKey,
  type RecordTable,
  type RecordValue,
  type UnknownRecord,
} from './state/coordinator-record.ts'
export * from './state/record-tables.ts'
export * from './state/offsets.ts'
export * from './state/classic-group.ts'
export * from './state/consumer-group.ts'
export * from './state/share-group.ts'
export * from './state/streams-group.ts'
export * from './state/transaction-log.ts'
export * from './state/share-state.ts'
export * from './state/control-record.ts'
export {
  encodeMetadataRecord,
  metadataDecoder,
  metadataRecord,
  type KnownMetadataRecord,
  type MetadataRecordSchema,
  type MetadataRecordTable,
  type UnknownMetadataRecord,
} from './state/metadata-record.ts'
export * from './state/cluster-metadata.ts'

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
