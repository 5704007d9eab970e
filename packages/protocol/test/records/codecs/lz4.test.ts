import { describe, expect, test } from 'vitest'

import { lz4 } from '../../../src/records/codecs/lz4.ts'
import { xxhash32 } from '../../../src/records/codecs/xxhash32.ts'
import { expectError, patched } from '../support.ts'

const hex = (text: string) => Buffer.from(text, 'hex')
const uint32 = (value: number) => patched(Buffer.alloc(4), (bytes) => bytes.writeUInt32LE(value))

/** A frame header with these flags; blocks of 64 KB. */
function header(flags: number, contentBytes?: number): Buffer {
  const descriptor = Buffer.concat([
    Buffer.from([0x40 | flags, 0x40]),
    contentBytes === undefined ? Buffer.alloc(0) : uint64(contentBytes),
  ])
  return Buffer.concat([hex('04224d18'), descriptor, Buffer.from([(xxhash32(descriptor) >>> 8) & 0xff])])
}
const uint64 = (value: number) => patched(Buffer.alloc(8), (bytes) => bytes.writeBigUInt64LE(BigInt(value)))
const INDEPENDENT = 0x20
const BLOCK_CHECKSUMS = 0x10
const CONTENT_SIZE = 0x08
const CONTENT_CHECKSUM = 0x04
const stored = (text: string) => Buffer.concat([uint32(text.length + 0x80000000), Buffer.from(text)])
const compressed = (block: Buffer) => Buffer.concat([uint32(block.length), block])
const END = uint32(0)

describe('frames of the LZ4 reference implementation', () => {
  const content = 'jackdaw '.repeat(12) + 'kavka'

  test.each([
    ['as it comes', '04224d18604082120000008f6a61636b64617720080045506b61766b6100000000'],
    [
      'with content size and both checksums',
      '04224d187c40650000000000000028120000008f6a61636b64617720080045506b61766b61324c1d1d00000000a5eab05b',
    ],
  ])('are read: %s', (_, frame) => {
    expect(lz4.decompress(hex(frame), content.length).toString()).toBe(content)
    expectError('TOO_LARGE', () => lz4.decompress(hex(frame), content.length - 1))
  })

  test('are read: three linked blocks, the later ones made of matches into the earlier', () => {
    const frame = hex(
      '04224d1844405e120100008f6a61636b646177200800' +
        'ff'.repeat(256) +
        'e0506b646177200a0100000f0800' +
        'ff'.repeat(256) +
        'e8506b64617720540000000f0800' +
        'ff'.repeat(74) +
        '22506b6461772000000000912bb87a',
    )
    expect(lz4.decompress(frame, 150_000).toString()).toBe('jackdaw '.repeat(18_750))
    expectError('TOO_LARGE', () => lz4.decompress(frame, 149_999))
    expectError('TOO_LARGE', () => lz4.decompress(frame, 70_000))
  })
})

describe('a frame', () => {
  test('may hold stored blocks, and a linked block may refer to them', () => {
    // A match of 16 from 8 before, then five literals.
    const linked = Buffer.concat([hex('0c0800' + '50'), Buffer.from('kavka')])
    const frame = Buffer.concat([header(0), stored('jackdaw '), compressed(linked), END])
    expect(lz4.decompress(frame, 100).toString()).toBe('jackdaw jackdaw jackdaw kavka')
    const independent = Buffer.concat([header(INDEPENDENT), stored('jackdaw '), compressed(linked), END])
    expectError('CORRUPT', () => lz4.decompress(independent, 100))
  })

  test('may be followed by another, or by one that is to be skipped', () => {
    const frame = Buffer.concat([header(INDEPENDENT), stored('jackdaw '), END])
    const skippable = hex('532a4d18' + '02000000' + 'abcd')
    expect(lz4.decompress(Buffer.concat([frame, skippable, frame]), 16).toString()).toBe('jackdaw jackdaw ')
    expectError('TOO_LARGE', () => lz4.decompress(Buffer.concat([frame, frame]), 15))
  })

  test('may hold nothing', () => {
    expect(lz4.decompress(Buffer.concat([header(INDEPENDENT), END]), 0)).toHaveLength(0)
  })

  test('is refused at once where it says that it holds more than allowed', () => {
    expectError('TOO_LARGE', () => lz4.decompress(header(INDEPENDENT | CONTENT_SIZE, 2 ** 40), 1000))
  })

  test('is refused where its content size is not its content’s', () => {
    const frame = Buffer.concat([header(INDEPENDENT | CONTENT_SIZE, 9), stored('jackdaw '), END])
    expectError('CORRUPT', () => lz4.decompress(frame, 1000))
  })

  test('is refused where a checksum does not match', () => {
    const flags = INDEPENDENT | BLOCK_CHECKSUMS | CONTENT_CHECKSUM
    const hash = uint32(xxhash32(Buffer.from('jackdaw ')))
    const parts = [header(flags), stored('jackdaw '), hash, END, hash]
    const frame = Buffer.concat(parts)
    expect(lz4.decompress(frame, 8).toString()).toBe('jackdaw ')
    for (const at of [6, 12, 19, frame.length - 1]) {
      expectError('CORRUPT', () =>
        lz4.decompress(
          patched(frame, (bytes) => (bytes[at]! ^= 1)),
          8,
        ),
      )
    }
  })

  test('is refused where it is cut off, wherever', () => {
    const frame = Buffer.concat([header(INDEPENDENT | CONTENT_SIZE, 8), stored('jackdaw '), END])
    for (let length = 0; length < frame.length; length++) {
      expectError('CORRUPT', () => lz4.decompress(frame.subarray(0, length), 100))
    }
  })

  test('is refused where it is of another version, needs a dictionary or sets what is reserved', () => {
    for (const flags of [INDEPENDENT | 0x01, INDEPENDENT | 0x02, 0x40 | INDEPENDENT | 0x80]) {
      expectError('CORRUPT', () => lz4.decompress(Buffer.concat([header(flags), END, END]), 100))
    }
    expectError('CORRUPT', () => lz4.decompress(Buffer.from('not a frame at all'), 100))
  })

  test('is refused where a block is larger than the frame’s blocks may be', () => {
    const frame = Buffer.concat([header(INDEPENDENT), stored('x'.repeat(65_537)), END])
    expectError('CORRUPT', () => lz4.decompress(frame, 1_000_000))
  })
})

describe('a block is refused where', () => {
  const unpack = (block: string) =>
    lz4.decompress(Buffer.concat([header(INDEPENDENT), compressed(hex(block)), END]), 60_000)

  test.each([
    ['a match reaches before the beginning', '10' + '61' + '0200' + '50' + '6161616161'],
    ['a match has offset 0', '10' + '61' + '0000' + '50' + '6161616161'],
    ['it ends inside a literal', '50' + '6161'],
    ['it ends inside an offset', '10' + '61' + '01'],
    ['it ends inside a length', 'f0' + 'ffff'],
  ])('%s', (_, block) => {
    expectError('CORRUPT', () => unpack(block))
  })
})

test('what is written is what the Java client writes: blocks of 64 KB, independent, no checksums', () => {
  const packed = lz4.compress(Buffer.alloc(150_000))
  expect(packed.subarray(0, 7).toString('hex')).toBe('04224d18604082')
  const blocks: number[] = []
  for (let at = 7; packed.readUInt32LE(at) !== 0; at += 4 + packed.readUInt32LE(at)) blocks.push(at)
  expect(blocks).toHaveLength(3)
  expect(packed.subarray(-4)).toEqual(Buffer.alloc(4))
})

test('a block that does not shrink is stored', () => {
  expect(lz4.compress(Buffer.from('jackdaw ')).subarray(7).toString('hex')).toBe(
    '08000080' + Buffer.from('jackdaw ').toString('hex') + '00000000',
  )
})
