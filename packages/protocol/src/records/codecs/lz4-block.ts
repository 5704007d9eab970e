// One LZ4 block, by the library. It wants the uncompressed size before the block, which a frame does not tell: the library
// takes that number as the most it may write, and so does this module.

import type * as Lz4 from 'lz4-napi'

import { lazyNative } from '../native.ts'
import { corrupt, RecordBatchError, tooLarge } from '../record-batch-error.ts'

const library = lazyNative<typeof Lz4>('lz4-napi')

/** The densest a block can be: every 255 bytes of a match cost one. */
const RATIO_MAX = 255

/** The block alone. */
export const compressBlock = (bytes: Uint8Array): Buffer => library().compressSync(asBuffer(bytes)).subarray(4)

/**
 * At most `blockBytesMax` and `room` bytes. `history` is what linked blocks may refer to. `maxOutputBytes` is for the message
 * of `TOO_LARGE` only.
 */
export function uncompressBlock(
  block: Buffer,
  blockBytesMax: number,
  room: number,
  maxOutputBytes: number,
  history?: Buffer,
): Buffer {
  const limit = Math.min(blockBytesMax, room, block.length * RATIO_MAX)
  const prefixed = Buffer.allocUnsafe(4 + block.length)
  prefixed.writeUInt32LE(limit)
  prefixed.set(block, 4)
  try {
    return library().uncompressSync(prefixed, history)
  } catch (error) {
    if (error instanceof RecordBatchError) throw error
    if (uncompressedBytes(block) > room) throw tooLarge('lz4', maxOutputBytes)
    throw corrupt(`lz4: a block does not decompress: ${error instanceof Error ? error.message : String(error)}`, error)
  }
}

/** What a block unpacks to as far as it can be walked. Only asked after a failure: was it the room, or is it damaged? */
function uncompressedBytes(block: Buffer): number {
  let total = 0
  let at = 0
  const lengthAt = (nibble: number): number => {
    let length = nibble
    if (nibble === 15) {
      let byte: number
      do length += byte = block[at++] ?? 0
      while (byte === 255)
    }
    return length
  }
  while (at < block.length) {
    const token = block[at++]!
    const literals = lengthAt(token >>> 4)
    total += literals
    at += literals
    if (at >= block.length) break
    at += 2
    total += lengthAt(token & 15) + 4
  }
  return total
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
