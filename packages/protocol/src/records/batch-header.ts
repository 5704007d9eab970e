// The header of record batch v2 (magic 2, KIP-98), read in place. This is the hot path of produce and fetch: a view is one
// object over the arrived bytes, nothing is decoded until it is asked for, and what is wrong with a header is a value and
// not an exception. Nothing here looks inside the records.

import { COMPRESSION_NAMES, type Compression } from './compression.ts'
import { crc32c } from './crc32c.ts'
import { readInt64 } from './int64.ts'

/** Bytes of a batch before its first record. */
export const BATCH_HEADER_BYTES = 61

/** Where each field of the header begins. The CRC covers everything from `attributes` on. */
export const HEADER = {
  baseOffset: 0,
  batchLength: 8,
  partitionLeaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
} as const

export const ATTRIBUTE = {
  compressionMask: 0x07,
  logAppendTime: 0x08,
  transactional: 0x10,
  control: 0x20,
  deleteHorizon: 0x40,
} as const

/** `batchLength` counts from here: from the partition leader epoch on. */
export const LENGTH_COUNTS_FROM = HEADER.partitionLeaderEpoch
const SMALLEST_BATCH_LENGTH = BATCH_HEADER_BYTES - LENGTH_COUNTS_FROM
/** Length, attributes, two deltas, key length, value length, header count: a byte each. */
const SMALLEST_RECORD_BYTES = 7

export type TimestampType = 'CreateTime' | 'LogAppendTime'

/**
 * What is wrong with a batch's header.
 * - `TRUNCATED`: the bytes end before the batch does.
 * - `UNSUPPORTED_MAGIC`: not record batch v2. Formats 0 and 1 are not read at all.
 * - `INVALID_LENGTH`: a batch length smaller than the header.
 * - `INVALID_OFFSET`: a negative base offset, or a last offset of 2^53 or more.
 * - `INVALID_COUNT`: a negative last offset delta or record count, more records than offsets, or more than the bytes can hold.
 * - `INVALID_TIMESTAMP`, `INVALID_PRODUCER`: beyond ±2^53; a producer id below -1.
 * - `UNKNOWN_COMPRESSION`: a codec id above 4.
 */
export type BatchFault =
  | 'TRUNCATED'
  | 'UNSUPPORTED_MAGIC'
  | 'INVALID_LENGTH'
  | 'INVALID_OFFSET'
  | 'INVALID_COUNT'
  | 'INVALID_TIMESTAMP'
  | 'INVALID_PRODUCER'
  | 'UNKNOWN_COMPRESSION'

/**
 * One record batch whose header has been found sane ({@link viewBatch}). Every field is read from `bytes` when asked for, so
 * a view sees what {@link setBaseOffset} and its like change. The CRC is not checked by making a view.
 */
export class BatchView {
  /** The whole batch, header included; a slice of what was viewed, not a copy. */
  readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  get baseOffset(): number {
    return readInt64(this.bytes, HEADER.baseOffset)
  }
  /** The offset of the last record as the batch was written: compaction may have removed that record. */
  get lastOffset(): number {
    return this.baseOffset + this.lastOffsetDelta
  }
  /** The whole batch, header included. */
  get sizeInBytes(): number {
    return this.bytes.length
  }
  /** -1 in a batch that has not been appended yet. */
  get partitionLeaderEpoch(): number {
    return this.bytes.readInt32BE(HEADER.partitionLeaderEpoch)
  }
  /** As stored, unsigned. See {@link batchCrcMatches}. */
  get crc(): number {
    return this.bytes.readUInt32BE(HEADER.crc)
  }
  get attributes(): number {
    return this.bytes.readInt16BE(HEADER.attributes)
  }
  get lastOffsetDelta(): number {
    return this.bytes.readInt32BE(HEADER.lastOffsetDelta)
  }
  /** What record timestamps count from, in milliseconds since the epoch; the delete horizon where there is one (KIP-534). */
  get baseTimestamp(): number {
    return readInt64(this.bytes, HEADER.baseTimestamp)
  }
  /** The largest record timestamp, in milliseconds since the epoch; of every record where the type is LogAppendTime. */
  get maxTimestamp(): number {
    return readInt64(this.bytes, HEADER.maxTimestamp)
  }
  /** -1 where the producer is neither idempotent nor transactional. */
  get producerId(): number {
    return readInt64(this.bytes, HEADER.producerId)
  }
  get producerEpoch(): number {
    return this.bytes.readInt16BE(HEADER.producerEpoch)
  }
  /** The sequence of the first record, -1 where there is none. */
  get baseSequence(): number {
    return this.bytes.readInt32BE(HEADER.baseSequence)
  }
  /** The sequence of the last record, -1 where there is none. Sequences wrap from 2^31 - 1 to 0. */
  get lastSequence(): number {
    const base = this.baseSequence
    return base < 0 ? -1 : incrementSequence(base, this.lastOffsetDelta)
  }
  /** Records that the batch holds: 0 where compaction removed them all and kept the header for the producer's state. */
  get recordCount(): number {
    return this.bytes.readInt32BE(HEADER.recordCount)
  }
  get compression(): Compression {
    return COMPRESSION_NAMES[this.attributes & ATTRIBUTE.compressionMask]!
  }
  get timestampType(): TimestampType {
    return this.attributes & ATTRIBUTE.logAppendTime ? 'LogAppendTime' : 'CreateTime'
  }
  get isTransactional(): boolean {
    return (this.attributes & ATTRIBUTE.transactional) !== 0
  }
  get isControl(): boolean {
    return (this.attributes & ATTRIBUTE.control) !== 0
  }
  get hasDeleteHorizon(): boolean {
    return (this.attributes & ATTRIBUTE.deleteHorizon) !== 0
  }
  /** Everything after the header: the records, compressed as one piece where the batch is compressed. */
  get payload(): Buffer {
    return this.bytes.subarray(BATCH_HEADER_BYTES)
  }
}

/** The sequence that lies `by` after `sequence`: they wrap from 2^31 - 1 to 0. */
export const incrementSequence = (sequence: number, by: number): number => (sequence + by) % 2 ** 31

/** What is wrong with the header at `at`, of which all 61 bytes must be there, or `undefined`. */
export function headerFault(bytes: Buffer, at: number): Exclude<BatchFault, 'TRUNCATED'> | undefined {
  if (bytes[at + HEADER.magic] !== 2) return 'UNSUPPORTED_MAGIC'
  const batchLength = bytes.readInt32BE(at + HEADER.batchLength)
  if (batchLength < SMALLEST_BATCH_LENGTH) return 'INVALID_LENGTH'
  const compression = bytes.readInt16BE(at + HEADER.attributes) & ATTRIBUTE.compressionMask
  if (compression >= COMPRESSION_NAMES.length) return 'UNKNOWN_COMPRESSION'
  return (
    countFault(bytes, at, compression === 0 ? batchLength - SMALLEST_BATCH_LENGTH : undefined) ?? int64Fault(bytes, at)
  )
}

function countFault(bytes: Buffer, at: number, recordsBytes: number | undefined): 'INVALID_COUNT' | undefined {
  const lastOffsetDelta = bytes.readInt32BE(at + HEADER.lastOffsetDelta)
  const recordCount = bytes.readInt32BE(at + HEADER.recordCount)
  if (lastOffsetDelta < 0 || recordCount < 0 || recordCount > lastOffsetDelta + 1) return 'INVALID_COUNT'
  if (recordsBytes !== undefined && recordCount * SMALLEST_RECORD_BYTES > recordsBytes) return 'INVALID_COUNT'
  return undefined
}

function int64Fault(
  bytes: Buffer,
  at: number,
): 'INVALID_OFFSET' | 'INVALID_TIMESTAMP' | 'INVALID_PRODUCER' | undefined {
  const baseOffset = readInt64(bytes, at + HEADER.baseOffset)
  const lastOffset = baseOffset + bytes.readInt32BE(at + HEADER.lastOffsetDelta)
  // The offset after the last one has to be safe as well: it is the log end offset.
  if (baseOffset < 0 || lastOffset >= Number.MAX_SAFE_INTEGER) return 'INVALID_OFFSET'
  const baseTimestamp = readInt64(bytes, at + HEADER.baseTimestamp)
  const maxTimestamp = readInt64(bytes, at + HEADER.maxTimestamp)
  if (!Number.isSafeInteger(baseTimestamp) || !Number.isSafeInteger(maxTimestamp)) return 'INVALID_TIMESTAMP'
  const producerId = readInt64(bytes, at + HEADER.producerId)
  return producerId < -1 || !Number.isSafeInteger(producerId) ? 'INVALID_PRODUCER' : undefined
}

/** Bytes of the batch at `at`, header included, as its length field tells. */
export const batchSizeAt = (bytes: Buffer, at: number): number =>
  LENGTH_COUNTS_FROM + bytes.readInt32BE(at + HEADER.batchLength)

/** The batch that begins at `at`. Structural checks only: the CRC is {@link batchCrcMatches}'s, the records are unread. */
export function viewBatch(bytes: Buffer, at = 0): BatchView | BatchFault {
  if (bytes.length - at < BATCH_HEADER_BYTES) return 'TRUNCATED'
  const fault = headerFault(bytes, at)
  if (fault !== undefined) return fault
  const end = at + batchSizeAt(bytes, at)
  if (end > bytes.length) return 'TRUNCATED'
  return new BatchView(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end))
}

export interface ViewBatchesOptions {
  /**
   * Leave out a last batch that is cut off instead of refusing everything. A fetch response may end so: brokers return
   * bytes up to a limit, not batches. Default: false.
   */
  readonly tolerateTruncated?: boolean
}

/** All batches of a records field, in order; the first fault where one is damaged. No bytes: no batches. */
export function viewBatches(bytes: Buffer, options: ViewBatchesOptions = {}): BatchView[] | BatchFault {
  const views: BatchView[] = []
  for (let at = 0; at < bytes.length;) {
    const view = viewBatch(bytes, at)
    if (typeof view === 'string') return view === 'TRUNCATED' && options.tolerateTruncated ? views : view
    views.push(view)
    at += view.sizeInBytes
  }
  return views
}

/** The CRC-32C of everything that the batch's CRC covers: from the attributes to the end. */
export const computeBatchCrc = (bytes: Buffer): number => crc32c(bytes.subarray(HEADER.attributes))

/** Whether the batch is as its producer made it (base offset and partition leader epoch lie outside the CRC). */
export const batchCrcMatches = (view: BatchView): boolean => computeBatchCrc(view.bytes) === view.crc
