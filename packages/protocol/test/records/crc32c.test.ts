import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { crc32c, crc32cByTables, crc32cNative } from '../../src/records/crc32c.ts'

const implementations = [
  ['chosen', crc32c],
  ['tables', crc32cByTables],
  ...(crc32cNative ? ([['native', crc32cNative]] as const) : []),
] as const

const ascending = Uint8Array.from({ length: 32 }, (_, i) => i)

describe.each(implementations)('CRC-32C (%s)', (_, crc) => {
  test('gives the values of RFC 3720 and of the catalogue of CRCs', () => {
    expect(crc(Buffer.from('123456789'))).toBe(0xe3069283)
    expect(crc(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(crc(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
    expect(crc(ascending)).toBe(0x46dd794e)
    expect(crc(ascending.toReversed())).toBe(0x113fdb5c)
    expect(crc(new Uint8Array(0))).toBe(0)
  })

  test('goes on from the CRC of what came before', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat(2000), (bytes, cut) => {
        expect(crc(bytes.subarray(cut), crc(bytes.subarray(0, cut)))).toBe(crc(bytes))
      }),
    )
  })

  test('is the same as bit by bit, whatever the length and the place in memory', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(20), (bytes, from) => {
        expect(crc(bytes.subarray(from))).toBe(bitByBit(bytes.subarray(from)))
      }),
    )
  })
})

function bitByBit(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc >>> 0
}
