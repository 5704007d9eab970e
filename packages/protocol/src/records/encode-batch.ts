// Writes a record batch v2, byte for byte as the Java client does. Two passes: the first measures, so that the second writes
// into one buffer of the right size.

import {
  ATTRIBUTE,
  BATCH_HEADER_BYTES,
  computeBatchCrc,
  HEADER,
  LENGTH_COUNTS_FROM,
  type TimestampType,
} from './batch-header.ts'
import { builtInCompression, type Compression, type CompressionRegistry } from './compression.ts'
import { writeInt64 } from './int64.ts'
import { varintBytes, varlongBytes, writeVarint, writeVarlong } from './varint.ts'

const INT32_MAX = 2 ** 31 - 1

export interface RecordInput {
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  readonly key?: Uint8Array | null
  readonly value?: Uint8Array | null
  readonly headers?: readonly { readonly key: string; readonly value: Uint8Array | null }[]
  /** Absolute. Default: the one after the record before; the base offset for the first. */
  readonly offset?: number
}

export interface BatchInput {
  /** In the order of their offsets. None: a batch that only keeps its producer's state (see `lastOffset`). */
  readonly records: readonly RecordInput[]
  /** Default: 0, as producers send it. */
  readonly baseOffset?: number
  /** Default: the last record's. Compaction keeps the original one when the last records are gone. */
  readonly lastOffset?: number
  /** Default: -1. */
  readonly partitionLeaderEpoch?: number
  /** Default: -1, not idempotent. */
  readonly producerId?: number
  readonly producerEpoch?: number
  readonly baseSequence?: number
  /** Default: false. */
  readonly isTransactional?: boolean
  readonly isControl?: boolean
  /** Default: CreateTime. With LogAppendTime `maxTimestamp` is the timestamp of every record. */
  readonly timestampType?: TimestampType
  /** Default: the largest of the records; -1 where there is none. */
  readonly maxTimestamp?: number
  /** When tombstones of the batch may go (KIP-534), in milliseconds since the epoch. Timestamps then count from it. */
  readonly deleteHorizonMs?: number
  /** Default: none. */
  readonly compression?: Compression
  /** See `CompressionCodec.compress`. */
  readonly compressionLevel?: number
  /** Where codecs come from. Default: this package's. */
  readonly codecs?: Pick<CompressionRegistry, 'codec'>
}

/**
 * A whole batch, CRC included. Throws `RangeError` where the input cannot be a batch (offsets that do not rise, numbers that
 * do not fit) and {@link RecordBatchError} `CODEC_UNAVAILABLE`.
 */
export function encodeBatch(input: BatchInput): Buffer {
  const { records, baseOffset = 0 } = input
  const base = { offset: baseOffset, timestamp: input.deleteHorizonMs ?? records[0]?.timestamp ?? -1 }
  const plan = planRecords(records, base)
  // An empty batch is never compressed: there is nothing to compress, and readers need not unpack nothing.
  const compression = records.length === 0 ? 'none' : (input.compression ?? 'none')
  if (compression === 'none') {
    const batch = Buffer.allocUnsafe(BATCH_HEADER_BYTES + plan.totalBytes)
    writeRecords(batch, BATCH_HEADER_BYTES, records, plan, base)
    return seal(batch, input, base, plan, 0)
  }
  const plain = Buffer.allocUnsafe(plan.totalBytes)
  writeRecords(plain, 0, records, plan, base)
  const codec = (input.codecs ?? builtInCompression).codec(compression)
  const compressed = codec.compress(plain, input.compressionLevel)
  const batch = Buffer.allocUnsafe(BATCH_HEADER_BYTES + compressed.length)
  batch.set(compressed, BATCH_HEADER_BYTES)
  return seal(batch, input, base, plan, codec.id)
}

interface Base {
  readonly offset: number
  readonly timestamp: number
}

/** What the first pass finds out. */
interface Plan {
  /** Bytes of each record without its length. */
  readonly bodyBytes: readonly number[]
  readonly offsetDeltas: readonly number[]
  readonly totalBytes: number
  readonly maxTimestamp: number
}

function planRecords(records: readonly RecordInput[], base: Base): Plan {
  const bodyBytes: number[] = []
  const offsetDeltas: number[] = []
  let totalBytes = 0
  let maxTimestamp = records[0]?.timestamp ?? -1
  let nextOffset = base.offset
  for (const record of records) {
    const offset = record.offset ?? nextOffset
    const delta = offset - base.offset
    const timestampDelta = record.timestamp - base.timestamp
    if (offset < nextOffset || delta > INT32_MAX) {
      throw new RangeError(`record offset ${offset} does not fit after ${nextOffset - 1}`)
    }
    if (!Number.isSafeInteger(record.timestamp) || !Number.isSafeInteger(timestampDelta)) {
      throw new RangeError(`timestamp ${record.timestamp} is no integer, or 2^53 or more from ${base.timestamp}`)
    }
    const bytes = recordBodyBytes(record, delta, timestampDelta)
    bodyBytes.push(bytes)
    offsetDeltas.push(delta)
    totalBytes += varintBytes(bytes) + bytes
    maxTimestamp = Math.max(maxTimestamp, record.timestamp)
    nextOffset = offset + 1
  }
  return { bodyBytes, offsetDeltas, totalBytes, maxTimestamp }
}

function recordBodyBytes(record: RecordInput, offsetDelta: number, timestampDelta: number): number {
  const headers = record.headers ?? []
  let bytes = 1 + varlongBytes(timestampDelta) + varintBytes(offsetDelta)
  bytes += nullableBytes(record.key) + nullableBytes(record.value) + varintBytes(headers.length)
  for (const header of headers) {
    const keyBytes = Buffer.byteLength(header.key)
    bytes += varintBytes(keyBytes) + keyBytes + nullableBytes(header.value)
  }
  return bytes
}

const nullableBytes = (bytes: Uint8Array | null | undefined): number =>
  bytes ? varintBytes(bytes.length) + bytes.length : 1

function writeRecords(into: Buffer, at: number, records: readonly RecordInput[], plan: Plan, base: Base): void {
  for (let i = 0; i < records.length; i++) {
    const record = records[i]!
    const headers = record.headers ?? []
    at = writeVarint(into, at, plan.bodyBytes[i]!)
    into[at++] = 0 // attributes
    at = writeVarlong(into, at, record.timestamp - base.timestamp)
    at = writeVarint(into, at, plan.offsetDeltas[i]!)
    at = writeNullable(into, at, record.key)
    at = writeNullable(into, at, record.value)
    at = writeVarint(into, at, headers.length)
    for (const header of headers) {
      const keyBytes = Buffer.byteLength(header.key)
      at = writeVarint(into, at, keyBytes)
      at += into.write(header.key, at)
      at = writeNullable(into, at, header.value)
    }
  }
}

function writeNullable(into: Buffer, at: number, bytes: Uint8Array | null | undefined): number {
  if (!bytes) return writeVarint(into, at, -1)
  at = writeVarint(into, at, bytes.length)
  into.set(bytes, at)
  return at + bytes.length
}

/** Writes the header over the first 61 bytes of a batch whose records are in place. */
function seal(batch: Buffer, input: BatchInput, base: Base, plan: Plan, compressionId: number): Buffer {
  const lastRecordDelta = plan.offsetDeltas.at(-1) ?? 0
  const lastOffset = input.lastOffset ?? base.offset + lastRecordDelta
  const lastOffsetDelta = lastOffset - base.offset
  if (!Number.isSafeInteger(lastOffset) || lastOffsetDelta < lastRecordDelta) {
    throw new RangeError(`last offset ${lastOffset} is before the last record's or beyond 2^53`)
  }
  writeInt64(batch, HEADER.baseOffset, base.offset)
  batch.writeInt32BE(batch.length - LENGTH_COUNTS_FROM, HEADER.batchLength)
  batch.writeInt32BE(input.partitionLeaderEpoch ?? -1, HEADER.partitionLeaderEpoch)
  batch[HEADER.magic] = 2
  batch.writeInt16BE(attributesOf(input, compressionId), HEADER.attributes)
  batch.writeInt32BE(lastOffsetDelta, HEADER.lastOffsetDelta)
  writeInt64(batch, HEADER.baseTimestamp, base.timestamp)
  writeInt64(batch, HEADER.maxTimestamp, input.maxTimestamp ?? plan.maxTimestamp)
  writeInt64(batch, HEADER.producerId, input.producerId ?? -1)
  batch.writeInt16BE(input.producerEpoch ?? -1, HEADER.producerEpoch)
  batch.writeInt32BE(input.baseSequence ?? -1, HEADER.baseSequence)
  batch.writeInt32BE(plan.bodyBytes.length, HEADER.recordCount)
  batch.writeUInt32BE(computeBatchCrc(batch), HEADER.crc)
  return batch
}

function attributesOf(input: BatchInput, compressionId: number): number {
  let attributes = compressionId
  if (input.timestampType === 'LogAppendTime') attributes |= ATTRIBUTE.logAppendTime
  if (input.isTransactional) attributes |= ATTRIBUTE.transactional
  if (input.isControl) attributes |= ATTRIBUTE.control
  if (input.deleteHorizonMs !== undefined) attributes |= ATTRIBUTE.deleteHorizon
  return attributes
}
