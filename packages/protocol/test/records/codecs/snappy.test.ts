import { describe, expect, test } from 'vitest'

import { snappy } from '../../../src/records/codecs/snappy.ts'
import { expectError } from '../support.ts'

/** A raw block that is one literal: length, tag, bytes. */
const literal = (text: string) => Buffer.concat([Buffer.from([text.length, (text.length - 1) << 2]), Buffer.from(text)])
const header = Buffer.from('82534e4150505900' + '00000001' + '00000001', 'hex')
const block = (raw: Buffer) => {
  const length = Buffer.alloc(4)
  length.writeInt32BE(raw.length)
  return Buffer.concat([length, raw])
}

describe('raw snappy', () => {
  test('is read as one block', () => {
    expect(snappy.decompress(literal('jackdaw'), 7).toString()).toBe('jackdaw')
    expectError('TOO_LARGE', () => snappy.decompress(literal('jackdaw'), 6))
  })

  test('may hold nothing', () => {
    expect(snappy.decompress(Buffer.from([0]), 0)).toHaveLength(0)
  })

  test('is read with copies: a literal of 1 and a copy of 64 from one byte before', () => {
    const bytes = Buffer.from([65, 0x00, 0x61, (63 << 2) | 0x02, 0x01, 0x00])
    expect(snappy.decompress(bytes, 65).toString()).toBe('a'.repeat(65))
  })

  test('is refused where its length lies, before anything is allocated for it', () => {
    expectError('CORRUPT', () =>
      snappy.decompress(Buffer.concat([Buffer.from('80808004', 'hex'), Buffer.alloc(6)]), 2 ** 30),
    )
    expectError('CORRUPT', () => snappy.decompress(Buffer.from([8, 6 << 2, ...Buffer.from('jackdaw')]), 100))
    expectError('CORRUPT', () => snappy.decompress(Buffer.from([6, 6 << 2, ...Buffer.from('jackdaw')]), 100))
    expectError('CORRUPT', () => snappy.decompress(Buffer.alloc(10, 0xff), 100))
    expectError('CORRUPT', () => snappy.decompress(Buffer.alloc(0), 100))
  })
})

describe('xerial-framed snappy', () => {
  test('is read block by block, and under one cap for all', () => {
    const framed = Buffer.concat([header, block(literal('jack')), block(literal('daw'))])
    expect(snappy.decompress(framed, 7).toString()).toBe('jackdaw')
    expectError('TOO_LARGE', () => snappy.decompress(framed, 6))
  })

  test('may have its header again in the middle', () => {
    const framed = Buffer.concat([header, block(literal('jack')), header, block(literal('daw'))])
    expect(snappy.decompress(framed, 7).toString()).toBe('jackdaw')
  })

  test('may hold nothing', () => {
    expect(snappy.decompress(header, 0)).toHaveLength(0)
  })

  test('is refused where a block length is none or beyond the bytes', () => {
    const framed = Buffer.concat([header, block(literal('jackdaw'))])
    expectError('CORRUPT', () => snappy.decompress(framed.subarray(0, -1), 100))
    expectError('CORRUPT', () => snappy.decompress(Buffer.concat([framed, Buffer.from([0, 0])]), 100))
    expectError('CORRUPT', () => snappy.decompress(Buffer.concat([header, Buffer.from('00000000', 'hex')]), 100))
    expectError('CORRUPT', () => snappy.decompress(Buffer.concat([header, Buffer.from('ffffffff00', 'hex')]), 100))
    expectError('CORRUPT', () => snappy.decompress(Buffer.concat([header, Buffer.from('7fffffff00', 'hex')]), 100))
  })

  test('is what is written, in blocks of 32 KB as snappy-java does', () => {
    const packed = snappy.compress(Buffer.alloc(70_000))
    expect(packed.subarray(0, 16)).toEqual(header)
    const lengths: number[] = []
    for (let at = 16; at < packed.length; at += 4 + packed.readInt32BE(at)) lengths.push(at)
    expect(lengths).toHaveLength(3)
  })
})
