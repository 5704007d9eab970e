// The two ends of asking node:zlib for no more than so many bytes: the cap as it takes it, and its errors as ours.

import { constants } from 'node:buffer'

import { corrupt, RecordBatchError, tooLarge } from '../record-batch-error.ts'

/** node:zlib takes no cap below 1 or beyond what a buffer can hold. Where it was 0, look for the one byte too many. */
export const zlibCap = (maxOutputBytes: number): number => Math.min(Math.max(1, maxOutputBytes), constants.MAX_LENGTH)

/** What node:zlib throws, as a {@link RecordBatchError}; one of ours passes. */
export function zlibError(codec: string, maxOutputBytes: number, error: unknown): RecordBatchError {
  if (error instanceof RecordBatchError) return error
  if (error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
    return tooLarge(codec, maxOutputBytes)
  }
  const reason = error instanceof Error ? error.message : String(error)
  return corrupt(`${codec}: the records do not decompress: ${reason}`, error)
}
