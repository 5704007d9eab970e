// What node:zlib throws, as ours.

import { corrupt, type RecordBatchError, tooLarge } from '../record-batch-error.ts'

export function zlibError(codec: string, maxOutputBytes: number, error: unknown): RecordBatchError {
  if (error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
    return tooLarge(codec, maxOutputBytes)
  }
  const reason = error instanceof Error ? error.message : String(error)
  return corrupt(`${codec}: the records do not decompress: ${reason}`, error)
}
