// Uuids and their one spelling.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Reader } from '../../src/schema/reader.ts'
import { isUuid, writeUuid, ZERO_UUID } from '../../src/schema/uuid.ts'

test('any 16 bytes have a name, and the name has those bytes', () => {
  const law = fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
    const name = new Reader(Buffer.from(bytes)).uuid()
    const back = Buffer.alloc(16)
    writeUuid(back, 0, name)
    expect(name).toHaveLength(22)
    expect(isUuid(name)).toBe(true)
    expect([...back]).toEqual([...bytes])
  })
  fc.assert(law)
})

test('every uuid has one spelling only', () => {
  expect(isUuid(ZERO_UUID)).toBe(true)
  expect(isUuid('AAAAAAAAAAAAAAAAAAAAAB')).toBe(false)
  expect(isUuid('AAAAAAAAAAAAAAAAAAAAA')).toBe(false)
  expect(isUuid('AAAAAAAAAAAAAAAAAAAAA=')).toBe(false)
  expect(isUuid('AAAAAAAAAAAAAAAAAAAA+A')).toBe(false)
  expect(isUuid('AAAAAAAAAAAAAAAAAAAAžA')).toBe(false)
})
