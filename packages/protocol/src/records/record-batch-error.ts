// The one error that reading or writing record batches throws. Structural faults of a header are values (`BatchFault`),
// because the broker meets them on its hot path; whatever is found inside a batch is this.

/**
 * - `CORRUPT`: the bytes are not what the format says. Reading them again gives the same answer.
 * - `TOO_LARGE`: decompressed, they would exceed the cap that the caller gave.
 * - `CODEC_UNAVAILABLE`: the codec's native library has no build for this platform.
 */
export type RecordBatchErrorCode = 'CORRUPT' | 'TOO_LARGE' | 'CODEC_UNAVAILABLE'

/** Thrown by everything that looks inside a record batch, whatever the bytes: no other exception leaves a decoder. */
export class RecordBatchError extends Error {
  override readonly name = 'RecordBatchError'
  readonly code: RecordBatchErrorCode

  constructor(code: RecordBatchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export const corrupt = (message: string, cause?: unknown): RecordBatchError =>
  new RecordBatchError('CORRUPT', message, { cause })

export const tooLarge = (codec: string, maxOutputBytes: number): RecordBatchError =>
  new RecordBatchError(
    'TOO_LARGE',
    `${codec}: decompressed, the records would exceed the ${maxOutputBytes} bytes allowed; nothing of them was kept`,
  )
