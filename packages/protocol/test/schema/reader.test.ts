// Reading single values: nothing is believed before it is checked.
import { expect, test } from 'vitest'
import { DecodeError } from '../../src/schema/errors.ts'
import { ARRAY_COUNT_MAX, Reader, STRING_BYTES_MAX } from '../../src/schema/reader.ts'
import { ZERO_UUID } from '../../src/schema/uuid.ts'
import { hex } from '../support/bytes.ts'

const reading = (text: string): Reader => new Reader(hex(text))

test('integers are big-endian and keep their sign', () => {
  const reader = reading('ff 8000 ffff 80000000 ffffffffffffffff 001fffffffffffff')
  expect(reader.int8()).toBe(-1)
  expect(reader.int16()).toBe(-32768)
  expect(reader.uint16()).toBe(65535)
  expect(reader.int32()).toBe(-2147483648)
  expect(reader.int64()).toBe(-1)
  expect(reader.int64()).toBe(Number.MAX_SAFE_INTEGER)
  expect(reader.remaining).toBe(0)
})

test('an int64 that a number cannot hold is refused', () => {
  expect(() => reading('0020000000000000').int64()).toThrow(DecodeError)
  expect(() => reading('ffe0000000000000').int64()).toThrow(DecodeError)
  expect(() => reading('7fffffffffffffff').int64()).toThrow(/2\^53/)
  expect(reading('ffe0000000000001').int64()).toBe(Number.MIN_SAFE_INTEGER)
})

test('the largest int64 is Infinity where it stands for "no limit"', () => {
  expect(reading('7fffffffffffffff').int64OrInfinity()).toBe(Infinity)
  expect(reading('7fffffff00000000').bytes).toHaveLength(8)
  expect(() => reading('7fffffff00000000').int64OrInfinity()).toThrow(DecodeError)
  expect(() => reading('7fffffffffff').int64OrInfinity()).toThrow(DecodeError)
  expect(reading('0000000000000005').int64OrInfinity()).toBe(5)
})

test('varints hold 32 bits and varlongs 64, and no more', () => {
  expect(reading('00').uvarint()).toBe(0)
  expect(reading('7f').uvarint()).toBe(127)
  expect(reading('8001').uvarint()).toBe(128)
  expect(reading('ffffffff0f').uvarint()).toBe(4294967295)
  expect(() => reading('ffffffff1f').uvarint()).toThrow(DecodeError)
  expect(() => reading('ffffffffff01').uvarint()).toThrow(DecodeError)
  expect(() => reading('80').uvarint()).toThrow(DecodeError)
  expect(reading('ffffffff0f').varint()).toBe(-2147483648)
  expect(reading('feffffff0f').varint()).toBe(2147483647)
  expect(reading('01').varlong()).toBe(-1)
  expect(reading('8080808080808010').varlong()).toBe(2 ** 52)
  expect(() => reading('ffffffffffffffffff01').varlong()).toThrow(/2\^53/)
  expect(() => reading('ffffffffffffffffff02').varlong()).toThrow(/64 bits/)
  expect(() => reading('ffffffffffffffffffff01').varlong()).toThrow(DecodeError)
})

test('a length that goes beyond the end is refused before anything is taken', () => {
  expect(() => reading('7fff 61').string()).toThrow(DecodeError)
  expect(() => reading('7fffffff 61').blob()).toThrow(DecodeError)
  expect(() => reading('ffffffff0f').compactBlob()).toThrow(DecodeError)
})

test('null is only read where it is allowed, and other lengths below zero nowhere', () => {
  expect(reading('ffff').nullableString()).toBeNull()
  expect(reading('00').nullableCompactString()).toBeNull()
  expect(reading('ffffffff').nullableBlob()).toBeNull()
  expect(reading('00').nullableCompactBlob()).toBeNull()
  expect(() => reading('ffff').string()).toThrow(/null is not allowed/)
  expect(() => reading('00').compactBlob()).toThrow(/null is not allowed/)
  expect(() => reading('fffe').nullableString()).toThrow(DecodeError)
  expect(() => reading('fffffffe').nullableBlob()).toThrow(DecodeError)
})

test('a string beyond the limit of the wire is refused', () => {
  const length = Buffer.from('818002', 'hex')
  expect(() => new Reader(Buffer.concat([length, Buffer.alloc(32_768, 97)])).compactString()).toThrow(/32767/)
})

test('byte ranges are slices of the input, not copies', () => {
  const bytes = hex('00000002 abcd')
  const blob = new Reader(bytes).blob()
  bytes[4] = 0
  expect(blob.toString('hex')).toBe('00cd')
})

test('an array may not claim more elements than the bytes that are left can hold', () => {
  expect(reading('00000002 0000000000000000').count(4)).toBe(2)
  expect(() => reading('00000003 0000000000000000').count(4)).toThrow(/cannot lie in the 8 bytes/)
  expect(() => reading('fffffffe').count(1)).toThrow(DecodeError)
  const roomy = Buffer.alloc(ARRAY_COUNT_MAX + 100)
  roomy.writeInt32BE(ARRAY_COUNT_MAX + 1)
  expect(() => new Reader(roomy).count(1)).toThrow(/1000000 allowed/)
})

test('uuids read as 22 characters', () => {
  expect(reading('00000000000000000000000000000000').uuid()).toBe(ZERO_UUID)
  expect(reading('26ff0625145148e5894366d53675d8cd').uuid()).toBe('Jv8GJRRRSOWJQ2bVNnXYzQ')
})

test('a limited read can neither read on nor leave anything over', () => {
  const reader = reading('0001 0002 0003')
  expect(reader.limited(2, (inner) => inner.int16())).toBe(1)
  expect(() => reader.limited(1, (inner) => inner.int16())).toThrow(DecodeError)
  expect(() => reading('0001 0002').limited(4, (inner) => inner.int16())).toThrow(/left over/)
  expect(() => reading('0001').limited(4, (inner) => inner.int16())).toThrow(DecodeError)
})

test('a reader keeps to its part of the bytes', () => {
  const reader = new Reader(hex('00 01 02 03'), 1, 3)
  expect(reader.int16()).toBe(0x0102)
  expect(() => reader.int8()).toThrow(DecodeError)
})

test('a string that could not be written again is refused: what is no UTF-8 grows when it is read', () => {
  const stringOf = (length: number, byte: number): Reader => {
    const bytes = Buffer.alloc(2 + length, byte)
    bytes.writeInt16BE(length)
    return new Reader(bytes)
  }
  expect(stringOf(STRING_BYTES_MAX, 0x61).string()).toHaveLength(STRING_BYTES_MAX)
  expect(stringOf(10_922, 0xff).string()).toBe('\ufffd'.repeat(10_922))
  expect(() => stringOf(10_923, 0xff).string()).toThrow(DecodeError)
})
