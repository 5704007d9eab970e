// snappy as Kafka has it: the Java client writes the frames of snappy-java ("xerial": a header, then blocks with their length),
// other clients write those or one raw block. Both are read, the first is written. The blocks are the library's work; what
// their headers claim is checked here before the library allocates for it.

import type * as Snappy from 'snappy'

import type { CompressionCodec } from '../compression.ts'
import { lazyNative } from '../native.ts'
import { corrupt, RecordBatchError, tooLarge } from '../record-batch-error.ts'

const library = lazyNative<typeof Snappy>('snappy')

/** 0x82 "SNAPPY" 0x00, then the version and the oldest compatible version, both 1. */
const XERIAL_HEADER = Buffer.from('82534e415050590000000001' + '00000001', 'hex')
const XERIAL_MAGIC = XERIAL_HEADER.subarray(0, 8)
/** What snappy-java writes. */
const BLOCK_BYTES = 32 * 1024
/** The densest element is a copy of 64 bytes in 3. Whatever claims to unpack to more than this times its size lies. */
const RATIO_MAX = 22
/** Without it the library hands out memory of its own, which costs several times what a copy does (measured). */
const COPY = { asBuffer: true, copyOutputData: true }

export const snappy: CompressionCodec = {
  id: 2,
  name: 'snappy',
  compress(bytes) {
    const parts: Buffer[] = [XERIAL_HEADER]
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
      const block = library().compressSync(bytes.subarray(at, at + BLOCK_BYTES), COPY)
      const length = Buffer.allocUnsafe(4)
      length.writeInt32BE(block.length)
      parts.push(length, block)
    }
    return Buffer.concat(parts)
  },
  decompress(bytes, maxOutputBytes) {
    const blocks = isXerial(bytes) ? xerialBlocks(bytes) : [bytes]
    let total = 0
    for (const block of blocks) {
      total += uncompressedBytes(block)
      if (total > maxOutputBytes) throw tooLarge('snappy', maxOutputBytes)
    }
    const parts = blocks.map(uncompress)
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts, total)
  },
}

function uncompress(block: Uint8Array): Buffer {
  try {
    return library().uncompressSync(block, COPY) as Buffer
  } catch (error) {
    if (error instanceof RecordBatchError) throw error
    throw corrupt(
      `snappy: a block does not decompress: ${error instanceof Error ? error.message : String(error)}`,
      error,
    )
  }
}

const isXerial = (bytes: Uint8Array): boolean =>
  bytes.length >= XERIAL_HEADER.length && XERIAL_MAGIC.equals(bytes.subarray(0, XERIAL_MAGIC.length))

/** The raw blocks of a framed stream. The header may come again in the middle: that is what appending to a stream leaves. */
function xerialBlocks(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const blocks: Uint8Array[] = []
  let at = 0
  while (at < bytes.length) {
    if (isXerial(bytes.subarray(at))) {
      at += XERIAL_HEADER.length
      continue
    }
    if (at + 4 > bytes.length) throw corrupt('snappy: the stream ends inside a block length')
    const length = view.getInt32(at)
    const end = at + 4 + length
    if (length <= 0 || end > bytes.length) throw corrupt(`snappy: a block of ${length} bytes does not fit the stream`)
    blocks.push(bytes.subarray(at + 4, end))
    at = end
  }
  return blocks
}

/** What a raw block says it unpacks to: a varint of at most 32 bits at its beginning. The library holds it to that. */
function uncompressedBytes(block: Uint8Array): number {
  let length = 0
  for (let at = 0; at < 5 && at < block.length; at++) {
    const byte = block[at]!
    length += (byte & 0x7f) * 2 ** (7 * at)
    if (byte >= 0x80) continue
    if (length > block.length * RATIO_MAX) {
      throw corrupt(`snappy: ${block.length} bytes claim to unpack to ${length}, which the format cannot do`)
    }
    return length
  }
  throw corrupt('snappy: a block has no length')
}
