// zstd (KIP-110) by node:zlib. Its decompressor stops after the first frame and says nothing of the rest, so the frames are
// walked here: streams that were flushed, concatenated or padded with skippable frames are legal.

import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

import type { CompressionCodec } from '../compression.ts'
import { corrupt, tooLarge } from '../record-batch-error.ts'
import { zlibCap, zlibError } from './zlib-limits.ts'

/**
 * A frame tells how large a window its decoder has to hold (up to 2 GB). 2^23 is what every decoder should take (RFC 8878);
 * above it no window is allowed to be larger than the output may be.
 */
const WINDOW_LOG_MIN = 23
const WINDOW_LOG_MAX = 27

export const zstd: CompressionCodec = {
  id: 4,
  name: 'zstd',
  compress: (bytes, level = constants.ZSTD_CLEVEL_DEFAULT) =>
    zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: level } }),
  decompress(bytes, maxOutputBytes) {
    const frames: Buffer[] = []
    let total = 0
    let at = 0
    do {
      const frame = decompressFrame(bytes.subarray(at), maxOutputBytes - total, maxOutputBytes)
      frames.push(frame.output)
      total += frame.output.length
      at += frame.consumed
    } while (at < bytes.length)
    return frames.length === 1 ? frames[0]! : Buffer.concat(frames, total)
  },
}

function decompressFrame(bytes: Uint8Array, room: number, maxOutputBytes: number) {
  const windowLogMax = Math.min(WINDOW_LOG_MAX, Math.max(WINDOW_LOG_MIN, Math.ceil(Math.log2(maxOutputBytes + 1))))
  try {
    const options = {
      info: true,
      maxOutputLength: zlibCap(room),
      params: { [constants.ZSTD_d_windowLogMax]: windowLogMax },
    }
    // With `info` the answer is not what the types say.
    const answer = zstdDecompressSync(bytes, options) as unknown as { buffer: Buffer; engine: { bytesWritten: number } }
    if (answer.buffer.length > room) throw tooLarge('zstd', maxOutputBytes)
    if (answer.engine.bytesWritten === 0) throw corrupt('zstd: the decompressor makes no progress')
    return { output: answer.buffer, consumed: answer.engine.bytesWritten }
  } catch (error) {
    throw zlibError('zstd', maxOutputBytes, error)
  }
}
