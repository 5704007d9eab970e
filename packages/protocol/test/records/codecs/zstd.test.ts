import { zstdCompressSync } from 'node:zlib'

import { expect, test } from 'vitest'

import { zstd } from '../../../src/records/codecs/zstd.ts'
import { expectError } from '../support.ts'

const frame = (text: string) => zstdCompressSync(Buffer.from(text))
const skippable = Buffer.from('502a4d18' + '03000000' + '010203', 'hex')

test('several frames are read one after the other', () => {
  const frames = Buffer.concat([frame('jack'), frame(''), frame('daw')])
  expect(zstd.decompress(frames, 7).toString()).toBe('jackdaw')
  expectError('TOO_LARGE', () => zstd.decompress(frames, 6))
  expectError('TOO_LARGE', () => zstd.decompress(frames, 4))
})

test('skippable frames are skipped, wherever they stand', () => {
  expect(
    zstd.decompress(Buffer.concat([skippable, frame('jack'), skippable, frame('daw'), skippable]), 7).toString(),
  ).toBe('jackdaw')
})

test('what follows the frames and is none is refused', () => {
  expectError('CORRUPT', () => zstd.decompress(Buffer.concat([frame('jackdaw'), Buffer.from('junk')]), 100))
})

test('a frame that is cut off is refused, and so is nothing at all', () => {
  expectError('CORRUPT', () => zstd.decompress(frame('jackdaw').subarray(0, -1), 100))
  expectError('CORRUPT', () => zstd.decompress(Buffer.alloc(0), 100))
})

test('a frame that asks for a window of a gigabyte is refused', () => {
  // Magic, a descriptor without content size, window descriptor (exponent 20: 2^30), an empty last block.
  const window = (exponent: number) => Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, exponent << 3, 0x01, 0x00, 0x00])
  expectError('CORRUPT', () => zstd.decompress(window(20), 2 ** 20))
  expect(zstd.decompress(window(13), 2 ** 20)).toHaveLength(0)
})
