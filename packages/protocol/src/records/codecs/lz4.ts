// lz4 as Kafka has it: the LZ4 frame format (header checksum per its specification, KIP-57). The frame is read and written here,
// so that sizes are checked before anything is allocated; the blocks in it are the library's work. Read: independent and linked
// blocks, all checksums, content size, several frames, skippable frames. Written: what the Java client writes.

import type { CompressionCodec } from '../compression.ts'
import { corrupt, tooLarge } from '../record-batch-error.ts'
import { compressBlock, uncompressBlock } from './lz4-block.ts'
import { xxhash32 } from './xxhash32.ts'

const MAGIC = 0x184d2204
/** Any of sixteen magics: the lowest four bits are free. */
const SKIPPABLE_MAGIC = 0x184d2a50
/** Version 1, independent blocks, no checksums; blocks of 64 KB; header checksum. */
const FRAME_HEADER = Buffer.from('04224d18' + '60' + '40' + '82', 'hex')
const FRAME_END = Buffer.alloc(4)
const BLOCK_BYTES = 64 * 1024
/** The top bit of a block's size: the block is stored, not compressed. */
const STORED = 0x80000000
const HISTORY_BYTES = 64 * 1024

export const lz4: CompressionCodec = {
  id: 3,
  name: 'lz4',
  compress(bytes) {
    const parts: Uint8Array[] = [FRAME_HEADER]
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
      const raw = bytes.subarray(at, at + BLOCK_BYTES)
      const block = compressBlock(raw)
      const size = Buffer.allocUnsafe(4)
      const stored = block.length >= raw.length
      size.writeUInt32LE(stored ? raw.length + STORED : block.length)
      parts.push(size, stored ? raw : block)
    }
    parts.push(FRAME_END)
    return Buffer.concat(parts)
  },
  decompress(bytes, maxOutputBytes) {
    const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const output: Output = { chunks: [], total: 0, maxBytes: maxOutputBytes }
    let at = 0
    do at = readFrame(input, at, output)
    while (at < input.length)
    return output.chunks.length === 1 ? output.chunks[0]! : Buffer.concat(output.chunks, output.total)
  },
}

interface Output {
  readonly chunks: Buffer[]
  total: number
  readonly maxBytes: number
}

interface FrameHeader {
  readonly linkedBlocks: boolean
  readonly blockChecksums: boolean
  readonly contentChecksum: boolean
  readonly contentBytes: number | undefined
  readonly blockBytesMax: number
  /** Where the first block begins. */
  readonly end: number
}

/** Appends the content of the frame at `start` to `output`; returns where the frame ends. */
function readFrame(input: Buffer, start: number, output: Output): number {
  need(input, start + 8)
  const magic = input.readUInt32LE(start)
  if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
    const end = start + 8 + input.readUInt32LE(start + 4)
    need(input, end)
    return end
  }
  if (magic !== MAGIC) throw corrupt(`lz4: no frame begins with ${magic.toString(16)}`)
  const header = readFrameHeader(input, start)
  if (header.contentBytes !== undefined && output.total + header.contentBytes > output.maxBytes) {
    throw tooLarge('lz4', output.maxBytes)
  }
  const firstChunk = output.chunks.length
  const before = output.total
  const at = readBlocks(input, header, output)
  if (header.contentBytes !== undefined && output.total - before !== header.contentBytes) {
    throw corrupt(`lz4: a frame of ${output.total - before} bytes claims to hold ${header.contentBytes}`)
  }
  if (!header.contentChecksum) return at
  const content = Buffer.concat(output.chunks.slice(firstChunk), output.total - before)
  checkHash(input, at, content, 'content')
  return at + 4
}

function readFrameHeader(input: Buffer, start: number): FrameHeader {
  const flags = input[start + 4]!
  const descriptor = input[start + 5]!
  if (flags >>> 6 !== 1) throw corrupt(`lz4: frame version ${flags >>> 6} is not known`)
  if (flags & 0x01) throw corrupt('lz4: the frame needs a dictionary, which Kafka has no place for')
  const sizeCode = (descriptor >>> 4) & 0x07
  if (flags & 0x02 || descriptor & 0x8f || sizeCode < 4) throw corrupt('lz4: the frame header has reserved bits set')
  const hasContentSize = (flags & 0x08) !== 0
  const checksumAt = start + 6 + (hasContentSize ? 8 : 0)
  need(input, checksumAt + 1)
  if (input[checksumAt] !== ((xxhash32(input.subarray(start + 4, checksumAt)) >>> 8) & 0xff)) {
    throw corrupt('lz4: the checksum of the frame header does not match')
  }
  return {
    linkedBlocks: (flags & 0x20) === 0,
    blockChecksums: (flags & 0x10) !== 0,
    contentChecksum: (flags & 0x04) !== 0,
    contentBytes: hasContentSize ? input.readUInt32LE(start + 6) + input.readUInt32LE(start + 10) * 2 ** 32 : undefined,
    blockBytesMax: 1 << (8 + 2 * sizeCode),
    end: checksumAt + 1,
  }
}

/** Appends all blocks of a frame to `output`; returns where its end mark ends. */
function readBlocks(input: Buffer, header: FrameHeader, output: Output): number {
  let history: Buffer | undefined
  for (let at = header.end; ;) {
    need(input, at + 4)
    const word = input.readUInt32LE(at)
    at += 4
    if (word === 0) return at
    const size = word % STORED
    need(input, at + size)
    const block = input.subarray(at, at + size)
    at += size
    if (header.blockChecksums) {
      checkHash(input, at, block, 'block')
      at += 4
    }
    const room = output.maxBytes - output.total
    const chunk = word >= STORED ? block : uncompressBlock(block, header.blockBytesMax, room, output.maxBytes, history)
    if (chunk.length > header.blockBytesMax) throw corrupt('lz4: a block is larger than its frame allows')
    if (chunk.length > room) throw tooLarge('lz4', output.maxBytes)
    output.chunks.push(chunk)
    output.total += chunk.length
    if (header.linkedBlocks) history = lastBytes(history, chunk)
  }
}

/** What the next linked block may refer to: the last 64 KB. */
function lastBytes(history: Buffer | undefined, chunk: Buffer): Buffer {
  const all = history === undefined || chunk.length >= HISTORY_BYTES ? chunk : Buffer.concat([history, chunk])
  return all.subarray(-HISTORY_BYTES)
}

function need(input: Buffer, end: number): void {
  if (end > input.length) throw corrupt('lz4: the bytes end inside a frame')
}

function checkHash(input: Buffer, at: number, content: Buffer, what: string): void {
  need(input, at + 4)
  if (input.readUInt32LE(at) !== xxhash32(content)) throw corrupt(`lz4: the ${what} checksum does not match`)
}
