import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { varintBytes, VarintReader, varlongBytes, writeVarint, writeVarlong } from '../../src/records/varint.ts'
import { expectError } from './support.ts'

const hex = (write: typeof writeVarint, value: number): string => {
  const bytes = Buffer.alloc(12)
  return bytes.subarray(0, write(bytes, 0, value)).toString('hex')
}
const reader = (text: string): VarintReader => new VarintReader(Buffer.from(text, 'hex'))

describe('a varint', () => {
  const examples: [number, string][] = [
    [0, '00'],
    [-1, '01'],
    [1, '02'],
    [63, '7e'],
    [-64, '7f'],
    [64, '8001'],
    [-65, '8101'],
    [8191, 'fe7f'],
    [8192, '808001'],
    [2 ** 31 - 1, 'feffffff0f'],
    [-(2 ** 31), 'ffffffff0f'],
  ]

  test.each(examples)('of %d is %s', (value, text) => {
    expect(hex(writeVarint, value)).toBe(text)
    expect(varintBytes(value)).toBe(text.length / 2)
    expect(reader(text).varint()).toBe(value)
  })

  test('is refused beyond five bytes', () => {
    expectError('CORRUPT', () => reader('ffffffffff0f').varint())
  })

  test('reads back for every int32', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        expect(reader(hex(writeVarint, value)).varint()).toBe(value)
      }),
    )
  })
})

describe('a varlong', () => {
  const examples: [number, string][] = [
    [0, '00'],
    [-1, '01'],
    [2 ** 27 - 1, 'feffff7f'],
    [2 ** 27, '8080808001'],
    [2 ** 31, '8080808010'],
    [-(2 ** 31) - 1, '8180808010'],
    [2 ** 40, '808080808040'],
    [Number.MAX_SAFE_INTEGER, 'feffffffffffff1f'],
    [Number.MIN_SAFE_INTEGER, 'fdffffffffffff1f'],
  ]

  test.each(examples)('of %d is %s', (value, text) => {
    expect(hex(writeVarlong, value)).toBe(text)
    expect(varlongBytes(value)).toBe(text.length / 2)
    expect(reader(text).varlong()).toBe(value)
  })

  test('reads back for every safe integer, and takes as many bytes as it says', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const text = hex(writeVarlong, value)
        expect(reader(text).varlong()).toBe(value)
        expect(varlongBytes(value)).toBe(text.length / 2)
      }),
    )
  })

  test('is refused beyond ±2^53, though the format has room for 2^63', () => {
    expectError('CORRUPT', () => reader('ffffffffffffff1f').varlong())
    expectError('CORRUPT', () => reader('8080808080808020').varlong())
    expectError('CORRUPT', () => reader('ffffffffffffffffff01').varlong())
  })

  test('is refused beyond ten bytes', () => {
    expectError('CORRUPT', () => reader('8080808080808080808000').varlong())
  })

  test('may be written longer than needed', () => {
    expect(reader('81808080808080808000').varlong()).toBe(-1)
    expect(reader('82808000').varint()).toBe(1)
  })
})

test('reading past the end gives zeros and leaves the position behind the end', () => {
  const past = reader('80')
  expect(past.varint()).toBe(0)
  expect(past.at).toBe(2)
})
