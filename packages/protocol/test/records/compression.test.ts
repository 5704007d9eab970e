import { gzipSync, zstdCompressSync } from 'node:zlib'

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  builtInCompression,
  type Compression,
  COMPRESSION_NAMES,
  createCompressionRegistry,
} from '../../src/records/compression.ts'
import type { RecordBatchErrorCode } from '../../src/records/record-batch-error.ts'
import { arbitraryContent, expectError, orRecordBatchError } from './support.ts'

const megabyte = 2 ** 20
const codecs = COMPRESSION_NAMES.map((name) => builtInCompression.codec(name))

test('ids and names are those of Kafka', () => {
  expect(codecs.map(({ id, name }) => [id, name])).toEqual([
    [0, 'none'],
    [1, 'gzip'],
    [2, 'snappy'],
    [3, 'lz4'],
    [4, 'zstd'],
  ])
})

describe.each(codecs.map((codec) => [codec.name, codec] as const))('%s', (_, codec) => {
  test('unpacks what it packed, up to the cap and not a byte beyond', () => {
    fc.assert(
      fc.property(arbitraryContent, (content) => {
        const packed = codec.compress(content)
        expect(codec.decompress(packed, content.length).equals(content)).toBe(true)
        if (content.length > 0) expectError('TOO_LARGE', () => codec.decompress(packed, content.length - 1))
      }),
      { numRuns: 40 },
    )
  })

  test('takes and gives a plain Uint8Array that lies within a larger one', () => {
    const around = new Uint8Array(300_000).fill(7)
    const content = around.subarray(100, 200_100)
    const packed = new Uint8Array(codec.compress(content)).subarray(0)
    const unpacked = codec.decompress(packed, 200_000)
    expect(Buffer.isBuffer(unpacked)).toBe(true)
    expect(unpacked.equals(content)).toBe(true)
  })

  test('gives bytes or a RecordBatchError, and never more than the cap, whatever is damaged', () => {
    const packed = codec.compress(Buffer.from('jackdaw '.repeat(2000)))
    fc.assert(
      fc.property(
        fc.nat(packed.length - 1),
        fc.nat(255),
        fc.nat(packed.length),
        fc.nat(20_000),
        (at, byte, length, cap) => {
          const damaged = Buffer.from(packed)
          damaged[at] = byte
          const unpacked = orRecordBatchError(() => codec.decompress(damaged.subarray(0, length), cap))
          if (Buffer.isBuffer(unpacked)) expect(unpacked.length).toBeLessThanOrEqual(cap)
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('a level', () => {
  const text = Buffer.from(Array.from({ length: 5000 }, (_, i) => `${i * 7919} jackdaw ${i % 13}`).join('\n'))

  test.each([
    ['gzip', 1, 9],
    ['zstd', 1, 19],
  ] as const)('makes %s pack better, and is heeded', (name, low, high) => {
    const codec = builtInCompression.codec(name)
    expect(codec.compress(text, high).length).toBeLessThan(codec.compress(text, low).length)
    expect(codec.decompress(codec.compress(text, high), text.length).equals(text)).toBe(true)
  })
})

describe('a bomb is refused, and what it would unpack to is never held', () => {
  const codec = builtInCompression.codec
  const zeros = Buffer.alloc(megabyte)
  const many = Buffer.alloc(128 * megabyte)
  const repeat = (unit: Buffer, times: number) => Buffer.concat(Array<Buffer>(times).fill(unit))
  const xerialHeader = codec('snappy').compress(Buffer.alloc(0))
  const xerialBlocks = codec('snappy').compress(zeros).subarray(xerialHeader.length)
  const bombs: [Compression, string, RecordBatchErrorCode, Buffer][] = [
    ['gzip', 'one member', 'TOO_LARGE', gzipSync(many)],
    ['gzip', 'a thousand members', 'TOO_LARGE', repeat(gzipSync(zeros), 1000)],
    ['zstd', 'one frame', 'TOO_LARGE', zstdCompressSync(many)],
    ['zstd', 'a thousand frames', 'TOO_LARGE', repeat(zstdCompressSync(zeros), 1000)],
    // These two formats cannot pack a thousand to one: snappy ends at 21, lz4 at 255. What they can do is lie, and repeat.
    ['snappy', 'a gigabyte claimed by ten bytes', 'CORRUPT', Buffer.from('8080808004' + '00'.repeat(5), 'hex')],
    ['snappy', 'four gigabytes claimed by ten bytes', 'CORRUPT', Buffer.from('ffffffff0f' + '00'.repeat(5), 'hex')],
    ['snappy', 'thousands of honest blocks', 'TOO_LARGE', Buffer.concat([xerialHeader, repeat(xerialBlocks, 128)])],
    ['lz4', 'one frame', 'TOO_LARGE', codec('lz4').compress(many)],
    ['lz4', 'a thousand frames', 'TOO_LARGE', repeat(codec('lz4').compress(zeros), 1000)],
  ]

  test.each(bombs)('%s: %s', (name, _, code, bomb) => {
    const peakBefore = process.resourceUsage().maxRSS
    expectError(code, () => codec(name).decompress(bomb, megabyte / 2))
    // In kilobytes. Unpacked, each would take at least 128 MB.
    expect(process.resourceUsage().maxRSS - peakBefore).toBeLessThan(32 * 1024)
  })
})

test('no cap at all is a cap, too', () => {
  for (const codec of codecs) {
    expect(codec.decompress(codec.compress(Buffer.from('jackdaw')), Infinity).toString()).toBe('jackdaw')
  }
})

describe('a registry', () => {
  const shout = {
    id: 4,
    name: 'zstd' as const,
    compress: (bytes: Uint8Array) => Buffer.from(bytes),
    decompress: (bytes: Uint8Array) => Buffer.from(bytes),
  }

  test('takes another codec in the place of ours, for itself alone', () => {
    const registry = createCompressionRegistry()
    registry.register(shout)
    expect(registry.codec('zstd')).toBe(shout)
    expect(createCompressionRegistry().codec('zstd')).not.toBe(shout)
    expect(builtInCompression.codec('zstd')).not.toBe(shout)
  })

  test('refuses a codec under an id that is not Kafka’s', () => {
    expect(() => createCompressionRegistry().register({ ...shout, id: 3 })).toThrow(RangeError)
  })
})
