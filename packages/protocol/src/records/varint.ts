// Zigzag varints of the record format: varint (int32) and varlong (int64, here a safe integer). Both ends work on numbers:
// a varlong is split so that no step needs more than the 53 bits that a number has.

import { corrupt } from './record-batch-error.ts'

/** Bytes of an int32 as varint: 1 to 5. */
export function varintBytes(value: number): number {
  const zigzag = ((value << 1) ^ (value >> 31)) >>> 0
  return zigzag < 0x80 ? 1 : zigzag < 0x4000 ? 2 : zigzag < 0x200000 ? 3 : zigzag < 0x10000000 ? 4 : 5
}

/** Bytes of a safe integer as varlong: 1 to 8. */
export function varlongBytes(value: number): number {
  if ((value | 0) === value) return varintBytes(value)
  let rest = Math.floor((value < 0 ? -value - 1 : value) / 64)
  let bytes = 1
  for (; rest > 0; rest = Math.floor(rest / 128)) bytes++
  return bytes
}

/** Writes an int32; returns where it ends. */
export function writeVarint(bytes: Buffer, at: number, value: number): number {
  let zigzag = ((value << 1) ^ (value >> 31)) >>> 0
  for (; zigzag >= 0x80; zigzag >>>= 7) bytes[at++] = zigzag | 0x80
  bytes[at++] = zigzag
  return at
}

/** Writes a safe integer; returns where it ends. */
export function writeVarlong(bytes: Buffer, at: number, value: number): number {
  if ((value | 0) === value) return writeVarint(bytes, at, value)
  // Zigzag is `half` shifted left by one with the sign in the lowest bit: only the first byte needs that bit.
  const half = value < 0 ? -value - 1 : value
  let rest = Math.floor(half / 64)
  const first = ((half % 64) << 1) | (value < 0 ? 1 : 0)
  bytes[at++] = rest > 0 ? first | 0x80 : first
  while (rest > 0) {
    const more = Math.floor(rest / 128)
    bytes[at++] = more > 0 ? (rest % 128) | 0x80 : rest
    rest = more
  }
  return at
}

/**
 * Reads varints one after the other. It does not stop at the end of the bytes: past it everything reads as zero, and `at` lies
 * behind the end. Whoever uses it compares `at` with the end that he knows, once per record instead of once per byte.
 */
export class VarintReader {
  readonly bytes: Buffer
  at = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  byte(): number {
    return this.bytes[this.at++] ?? 0
  }

  /** An int32. Throws {@link RecordBatchError} where it takes more than 5 bytes. */
  varint(): number {
    let byte = this.byte()
    let zigzag = byte & 0x7f
    for (let shift = 7; byte >= 0x80; shift += 7) {
      if (shift > 28) throw corrupt('a varint is longer than 5 bytes')
      byte = this.byte()
      zigzag |= (byte & 0x7f) << shift
    }
    return (zigzag >>> 1) ^ -(zigzag & 1)
  }

  /** An int64. Throws {@link RecordBatchError} where it takes more than 10 bytes or is no safe integer. */
  varlong(): number {
    let byte = this.byte()
    let low = byte & 0x7f
    for (let shift = 7; byte >= 0x80; shift += 7) {
      if (shift > 21) return this.#wide(low)
      byte = this.byte()
      low |= (byte & 0x7f) << shift
    }
    return (low >>> 1) ^ -(low & 1)
  }

  /** The rest of a varlong whose first four bytes gave the 28 bits `low`. */
  #wide(low: number): number {
    let high = 0
    let byte: number
    let scale = 1
    let length = 4
    do {
      if (++length > 10) throw corrupt('a varlong is longer than 10 bytes')
      byte = this.byte()
      high += (byte & 0x7f) * scale
      scale *= 128
    } while (byte >= 0x80)
    const half = high * 2 ** 27 + (low >>> 1)
    const value = low & 1 ? -half - 1 : half
    if (!Number.isSafeInteger(value)) throw corrupt('a varlong is beyond 2^53')
    return value
  }
}
