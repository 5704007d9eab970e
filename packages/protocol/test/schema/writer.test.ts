// Writing single values, and what becomes of large ones.
import { expect, test } from 'vitest'
import { EncodeError } from '../../src/schema/errors.ts'
import { Reader } from '../../src/schema/reader.ts'
import { BY_REFERENCE_BYTES_MIN, Writer } from '../../src/schema/writer.ts'
import { written } from '../support/bytes.ts'

test('numbers are written big-endian', () => {
  expect(written((w) => w.int8(-1))).toBe('ff')
  expect(written((w) => w.int16(-2))).toBe('fffe')
  expect(written((w) => w.uint16(65535))).toBe('ffff')
  expect(written((w) => w.int32(-2147483648))).toBe('80000000')
  expect(written((w) => w.int64(-1))).toBe('ffffffffffffffff')
  expect(written((w) => w.int64(Number.MIN_SAFE_INTEGER))).toBe('ffe0000000000001')
  expect(written((w) => w.int64OrInfinity(Infinity))).toBe('7fffffffffffffff')
  expect(written((w) => w.bits64(-1n))).toBe('ffffffffffffffff')
  expect(written((w) => w.float64(1.5))).toBe('3ff8000000000000')
  expect(written((w) => w.uvarint(4294967295))).toBe('ffffffff0f')
  expect(written((w) => w.varint(-2147483648))).toBe('ffffffff0f')
})

test('a number that its type cannot hold is refused, not cut', () => {
  expect(() => new Writer().int8(128)).toThrow(EncodeError)
  expect(() => new Writer().int16(32768)).toThrow(EncodeError)
  expect(() => new Writer().uint16(-1)).toThrow(EncodeError)
  expect(() => new Writer().int32(2 ** 31)).toThrow(EncodeError)
  expect(() => new Writer().int32(0.5)).toThrow(EncodeError)
  expect(() => new Writer().int32(Number.NaN)).toThrow(EncodeError)
  expect(() => new Writer().int64(2 ** 53)).toThrow(EncodeError)
  expect(() => new Writer().int64(Infinity)).toThrow(EncodeError)
  expect(() => new Writer().bits64(2n ** 63n)).toThrow(EncodeError)
})

test('a value of another type is refused, whatever the compiler was told', () => {
  expect(() => new Writer().int32(undefined as unknown as number)).toThrow(EncodeError)
  expect(() => new Writer().string(7 as unknown as string)).toThrow(EncodeError)
  expect(() => new Writer().bits64(7 as unknown as bigint)).toThrow(EncodeError)
  expect(() => new Writer().uuid('not a uuid')).toThrow(EncodeError)
})

test.each(['', 'orders', 'příliš', '𝄞 clef', 'x'.repeat(63), 'ž'.repeat(65), 'x'.repeat(32_767)])(
  'a string comes back as it was: %#',
  (text) => {
    const writer = new Writer()
    writer.string(text)
    writer.compactString(text)
    const reader = new Reader(Buffer.concat(writer.finish()))
    expect(reader.string()).toBe(text)
    expect(reader.compactString()).toBe(text)
    expect(reader.remaining).toBe(0)
  },
)

test('a string that is too long for the wire is refused', () => {
  expect(() => new Writer().string('x'.repeat(32_768))).toThrow(EncodeError)
  expect(() => new Writer().compactString('ž'.repeat(16_384))).toThrow(EncodeError)
})

test('large byte ranges are handed through, small ones are copied', () => {
  const large = Buffer.alloc(BY_REFERENCE_BYTES_MIN, 1)
  const small = Buffer.alloc(BY_REFERENCE_BYTES_MIN - 1, 2)
  const writer = new Writer()
  writer.int32(1)
  writer.raw(large)
  writer.raw(small)
  writer.int32(2)
  expect(writer.length).toBe(8 + large.length + small.length)
  const chunks = writer.finish()
  expect(chunks.some((chunk) => chunk === large)).toBe(true)
  expect(chunks.every((chunk) => chunk.buffer !== small.buffer || chunk.byteOffset !== small.byteOffset)).toBe(true)
  const expected = [Buffer.from([0, 0, 0, 1]), large, small, Buffer.from([0, 0, 0, 2])]
  expect(Buffer.concat(chunks).equals(Buffer.concat(expected))).toBe(true)
})

test('a large range that is no Buffer is handed through as a view of the same memory', () => {
  const large = new Uint8Array(BY_REFERENCE_BYTES_MIN).fill(7)
  const writer = new Writer()
  writer.raw(large)
  const [chunk] = writer.finish()
  large[0] = 9
  expect(chunk![0]).toBe(9)
})

test('what was written stays where it is while the slab grows', () => {
  const writer = new Writer(8)
  const expected: number[] = []
  for (let i = 0; i < 20_000; i++) {
    writer.int32(i)
    expected.push(i)
  }
  const reader = new Reader(Buffer.concat(writer.finish()))
  expect(expected.every((value) => reader.int32() === value)).toBe(true)
  expect(writer.length).toBe(80_000)
})
