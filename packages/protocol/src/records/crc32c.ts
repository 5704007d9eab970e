// CRC-32C (Castagnoli), the checksum of record batches. node:zlib's crc32 is another polynomial. Native (SSE4.2 or ARMv8
// instructions, about 6 GB/s) where there is a build for the platform; slicing-by-16 tables (about 1.6 GB/s) elsewhere, and
// everywhere for small inputs, where the call into native code costs more than it saves.

import type * as Crc32 from '@node-rs/crc32'

import { tryNative } from './native.ts'

type Crc32c = (bytes: Uint8Array, seed?: number) => number

/** Below this many bytes the tables are faster than the call (measured: they meet between 200 and 300). */
const NATIVE_FROM_BYTES = 256

/** Sixteen tables of 256 entries, one after the other: table k holds the CRC of a byte followed by k zero bytes. */
const tables = buildTables(0x82f63b78)

function buildTables(polynomial: number): Int32Array {
  const built = new Int32Array(16 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
    built[byte] = crc
  }
  for (let at = 256; at < built.length; at++) {
    const previous = built[at - 256]!
    built[at] = (previous >>> 8) ^ built[previous & 0xff]!
  }
  return built
}

/** The tables' version: the same numbers everywhere, whatever the platform. */
export function crc32cByTables(bytes: Uint8Array, seed = 0): number {
  const t = tables
  const length = bytes.length
  let crc = ~seed
  let at = 0
  for (; at + 16 <= length; at += 16) {
    crc =
      t[0xf00 + ((crc ^ bytes[at]!) & 0xff)]! ^
      t[0xe00 + (((crc >>> 8) ^ bytes[at + 1]!) & 0xff)]! ^
      t[0xd00 + (((crc >>> 16) ^ bytes[at + 2]!) & 0xff)]! ^
      t[0xc00 + ((crc >>> 24) ^ bytes[at + 3]!)]! ^
      t[0xb00 + bytes[at + 4]!]! ^
      t[0xa00 + bytes[at + 5]!]! ^
      t[0x900 + bytes[at + 6]!]! ^
      t[0x800 + bytes[at + 7]!]! ^
      t[0x700 + bytes[at + 8]!]! ^
      t[0x600 + bytes[at + 9]!]! ^
      t[0x500 + bytes[at + 10]!]! ^
      t[0x400 + bytes[at + 11]!]! ^
      t[0x300 + bytes[at + 12]!]! ^
      t[0x200 + bytes[at + 13]!]! ^
      t[0x100 + bytes[at + 14]!]! ^
      t[bytes[at + 15]!]!
  }
  for (; at < length; at++) crc = (crc >>> 8) ^ t[(crc ^ bytes[at]!) & 0xff]!
  return ~crc >>> 0
}

/** The native version, or `undefined` where the platform has none. */
export const crc32cNative: Crc32c | undefined = tryNative<typeof Crc32>('@node-rs/crc32')?.crc32c

/**
 * CRC-32C of `bytes` as an unsigned 32-bit number. `seed` is the CRC of the bytes before them:
 * `crc32c(b, crc32c(a))` is the CRC of `a` followed by `b`.
 */
export const crc32c: Crc32c = crc32cNative
  ? (bytes, seed = 0) => (bytes.length < NATIVE_FROM_BYTES ? crc32cByTables(bytes, seed) : crc32cNative!(bytes, seed))
  : crc32cByTables
