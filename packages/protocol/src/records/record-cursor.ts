// Walks the records of a batch one by one without making an object for each: what a key check, a search by timestamp or
// compaction needs. Keys, values and headers are sliced only when asked for. Every length is checked against the record that
// it stands in, and the record against the batch, before it is believed.

import { type BatchView } from './batch-header.ts'
import { builtInCompression, type CompressionRegistry } from './compression.ts'
import { corrupt, RecordBatchError } from './record-batch-error.ts'
import { VarintReader } from './varint.ts'

/** A record's header. Keys may repeat; order matters. */
export interface RecordHeader {
  readonly key: string
  readonly value: Buffer | null
}

export interface ReadRecordsOptions {
  /** The most bytes that the records of a compressed batch may unpack to. */
  readonly maxDecompressedBytes: number
  /** Default: this package's codecs. */
  readonly codecs?: Pick<CompressionRegistry, 'codec'>
}

const NO_HEADERS: readonly RecordHeader[] = []

/**
 * A cursor over the records of one batch: `while (cursor.next()) …`. Its fields are those of the record that it stands on and
 * are overwritten by the next `next()`; slices stay valid, since they are slices of the batch (or of what it unpacked to).
 */
export class RecordCursor {
  readonly #view: BatchView
  readonly #reader: VarintReader
  readonly #bytes: Buffer
  readonly #baseOffset: number
  readonly #lastOffsetDelta: number
  readonly #baseTimestamp: number
  readonly #appendTime: number | undefined
  #left: number
  #start = 0
  #end = 0
  #keyAt = 0
  #valueAt = 0
  #headersAt = 0

  /** Absolute. */
  offset = -1
  /** Milliseconds since the epoch. */
  timestamp = -1
  /** Unused by Kafka so far: 0. */
  attributes = 0
  /** Bytes of the key, -1 where it is null. */
  keyBytes = -1
  /** Bytes of the value, -1 where it is null. */
  valueBytes = -1

  /** Decompresses where the batch is compressed. Throws {@link RecordBatchError}. */
  constructor(view: BatchView, options: ReadRecordsOptions) {
    this.#view = view
    this.#bytes = recordsOf(view, options)
    this.#reader = new VarintReader(this.#bytes)
    this.#baseOffset = view.baseOffset
    this.#lastOffsetDelta = view.lastOffsetDelta
    this.#baseTimestamp = view.baseTimestamp
    this.#appendTime = view.timestampType === 'LogAppendTime' ? view.maxTimestamp : undefined
    this.#left = view.recordCount
  }

  /** Steps to the next record; false at the end. Throws {@link RecordBatchError} `CORRUPT`. */
  next(): boolean {
    const reader = this.#reader
    reader.at = this.#end
    if (this.#left === 0) {
      if (reader.at !== this.#bytes.length) throw this.#corrupt('bytes are left over after its last record')
      return false
    }
    this.#left--
    this.#start = reader.at
    const length = reader.varint()
    this.#end = reader.at + length
    if (length < 0 || this.#end > this.#bytes.length) throw this.#corrupt(`a record of ${length} bytes does not fit`)
    this.attributes = (reader.byte() << 24) >> 24
    this.#readTimestamp()
    this.#readOffset()
    this.keyBytes = this.#readLength('key')
    this.#keyAt = reader.at
    if (this.keyBytes > 0) reader.at += this.keyBytes
    this.valueBytes = this.#readLength('value')
    this.#valueAt = reader.at
    if (this.valueBytes > 0) reader.at += this.valueBytes
    this.#headersAt = reader.at
    if (reader.at >= this.#end) throw this.#corrupt('a record ends before its fields do')
    return true
  }

  /** A slice, or null. */
  get key(): Buffer | null {
    return this.keyBytes < 0 ? null : this.#bytes.subarray(this.#keyAt, this.#keyAt + this.keyBytes)
  }

  /** A slice, or null. */
  get value(): Buffer | null {
    return this.valueBytes < 0 ? null : this.#bytes.subarray(this.#valueAt, this.#valueAt + this.valueBytes)
  }

  /** Parsed at each call. Throws {@link RecordBatchError} `CORRUPT`: `next()` steps over headers without reading them. */
  get headers(): readonly RecordHeader[] {
    const reader = this.#reader
    reader.at = this.#headersAt
    const count = reader.varint()
    if (count < 0 || count * 2 > this.#end - reader.at) throw this.#corrupt(`${count} headers do not fit a record`)
    const headers: RecordHeader[] | undefined = count === 0 ? undefined : []
    for (let i = 0; i < count; i++) headers!.push(this.#readHeader())
    if (reader.at !== this.#end) throw this.#corrupt('a record is longer than its fields')
    return headers ?? NO_HEADERS
  }

  /** The record as it stands in the batch, length included: valid in any batch of the same base offset and timestamp. */
  get bytes(): Buffer {
    return this.#bytes.subarray(this.#start, this.#end)
  }

  #readTimestamp(): void {
    const delta = this.#reader.varlong()
    this.timestamp = this.#appendTime ?? this.#baseTimestamp + delta
    if (!Number.isSafeInteger(this.timestamp)) throw this.#corrupt('a timestamp is beyond 2^53')
  }

  #readOffset(): void {
    const delta = this.#reader.varint()
    if (delta < 0 || delta > this.#lastOffsetDelta) throw this.#corrupt(`an offset delta of ${delta} lies outside it`)
    this.offset = this.#baseOffset + delta
  }

  #readLength(field: string): number {
    const length = this.#reader.varint()
    if (length < -1 || length > this.#end - this.#reader.at)
      throw this.#corrupt(`a ${field} of ${length} bytes does not fit`)
    return length
  }

  #readHeader(): RecordHeader {
    const reader = this.#reader
    const keyBytes = this.#readLength('header key')
    if (keyBytes < 0) throw this.#corrupt('a header has no key')
    const key = this.#bytes.toString('utf8', reader.at, (reader.at += keyBytes))
    const valueBytes = this.#readLength('header value')
    const value = valueBytes < 0 ? null : this.#bytes.subarray(reader.at, reader.at + valueBytes)
    if (valueBytes > 0) reader.at += valueBytes
    return { key, value }
  }

  #corrupt(what: string) {
    return corrupt(`the batch at offset ${this.#baseOffset} is damaged: ${what} (${this.#view.recordCount} records)`)
  }
}

/** The records of a batch as one piece, decompressed where they are compressed. */
function recordsOf(view: BatchView, { codecs = builtInCompression, maxDecompressedBytes }: ReadRecordsOptions): Buffer {
  const payload = view.payload
  if (view.compression === 'none' || payload.length === 0) return payload
  try {
    return codecs.codec(view.compression).decompress(payload, maxDecompressedBytes)
  } catch (error) {
    // A codec that somebody registered may throw what it likes.
    if (error instanceof RecordBatchError) throw error
    throw corrupt(`${view.compression}: the records do not decompress`, error)
  }
}
