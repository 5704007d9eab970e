// How a store that keeps nothing but batches, byte after byte, finds where each begins: the `Framing` of @jackdaw/ports,
// which this package fits by structure and does not import. One frame is one batch.

import { BATCH_HEADER_BYTES, BatchView, batchCrcMatches, batchSizeAt, headerFault } from './batch-header.ts'

/** Place, time and size of a batch: it occupies the offsets [at, next); `time` is its largest timestamp. */
export interface BatchFrame {
  readonly at: number
  readonly next: number
  readonly time: number
  readonly size: number
}

/** See `Framing` in @jackdaw/ports. */
export interface BatchFraming {
  readonly headerBytes: number
  /** TORN where `bytes` end before the header (with `verify`: the batch) does, CORRUPT where they cannot be a batch. */
  frame(bytes: Uint8Array, verify: boolean): BatchFrame | 'TORN' | 'CORRUPT'
}

export const batchFraming: BatchFraming = {
  headerBytes: BATCH_HEADER_BYTES,
  frame(bytes, verify) {
    if (bytes.length < BATCH_HEADER_BYTES) return 'TORN'
    const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (headerFault(buffer, 0) !== undefined) return 'CORRUPT'
    const size = batchSizeAt(buffer, 0)
    if (verify && buffer.length < size) return 'TORN'
    // Without `verify` this view may lack its end: only the header is read from it.
    const view = new BatchView(buffer.length > size ? buffer.subarray(0, size) : buffer)
    if (verify && !batchCrcMatches(view)) return 'CORRUPT'
    return { at: view.baseOffset, next: view.lastOffset + 1, time: view.maxTimestamp, size }
  },
}
