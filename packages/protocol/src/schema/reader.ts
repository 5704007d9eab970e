// A cursor over received bytes. Every length is checked against what is left before it is believed, so that any bytes give a
// value or a DecodeError. Strings are copied, byte ranges are slices of the input.
import { DecodeError } from './errors.ts'

/** No array on the wire is longer, whatever its elements: Kafka's own readers stop there as well. */
export const ARRAY_COUNT_MAX = 1_000_000
/** Kafka's limit for every string on the wire, also where the length would have room for more. */
export const STRING_BYTES_MAX = 32_767

/** A byte that is no UTF-8 is read as U+FFFD, which takes three: up to here a string has room for that. */
const GROWING_STRING_BYTES_MAX = Math.floor(STRING_BYTES_MAX / 3)

const TWO_32 = 4_294_967_296
const LONG_MAX_HIGH = 0x7fffffff

export class Reader {
  readonly bytes: Buffer
  position: number
  #end: number

  /** Reads `bytes` from `at` up to `end` (exclusive). */
  constructor(bytes: Buffer, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.position = at
    this.#end = end
  }

  get end(): number {
    return this.#end
  }

  get remaining(): number {
    return this.#end - this.position
  }

  /** Takes `count` bytes: where they start. */
  take(count: number): number {
    const at = this.position
    if (count > this.#end - at) {
      throw new DecodeError(`${count} bytes are needed at ${at}, but only ${this.#end - at} are left`)
    }
    this.position = at + count
    return at
  }

  /** Runs `read` on exactly the next `size` bytes: it can neither read on nor leave any over. */
  limited<T>(size: number, read: (reader: Reader) => T): T {
    const end = this.take(size) + size
    const outer = this.#end
    this.position = end - size
    this.#end = end
    try {
      const value = read(this)
      if (this.position !== end) throw new DecodeError(`${end - this.position} of ${size} bytes are left over`)
      return value
    } finally {
      this.#end = outer
    }
  }

  bool(): boolean {
    return this.bytes[this.take(1)] !== 0
  }

  int8(): number {
    return (this.bytes[this.take(1)]! << 24) >> 24
  }

  int16(): number {
    const at = this.take(2)
    return (((this.bytes[at]! << 8) | this.bytes[at + 1]!) << 16) >> 16
  }

  uint16(): number {
    const at = this.take(2)
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!
  }

  int32(): number {
    const at = this.take(4)
    const bytes = this.bytes
    return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
  }

  /** Refuses what a number cannot hold exactly. */
  int64(): number {
    const high = this.int32()
    const value = high * TWO_32 + (this.int32() >>> 0)
    if (!Number.isSafeInteger(value)) throw new DecodeError('this int64 is 2^53 or more, beyond what is supported')
    return value
  }

  /** An int64 whose largest value means "no limit", and is Infinity here. */
  int64OrInfinity(): number {
    const at = this.position
    if (this.remaining >= 8 && this.int32() === LONG_MAX_HIGH && this.int32() === -1) return Infinity
    this.position = at
    return this.int64()
  }

  /** 64 bits nobody counts with, such as a hash. */
  bits64(): bigint {
    return this.bytes.readBigInt64BE(this.take(8))
  }

  float64(): number {
    return this.bytes.readDoubleBE(this.take(8))
  }

  uuid(): string {
    const at = this.take(16)
    return this.bytes.toString('base64url', at, at + 16)
  }

  /** An unsigned varint of at most 32 bits. */
  uvarint(): number {
    const first = this.bytes[this.take(1)]!
    if (first < 0x80) return first
    let value = first & 0x7f
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.bytes[this.take(1)]!
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    const last = this.bytes[this.take(1)]!
    if (last > 0x0f) throw new DecodeError('this varint has more than 32 bits')
    return (value | (last << 28)) >>> 0
  }

  /** A zigzag varint of at most 32 bits. */
  varint(): number {
    const raw = this.uvarint()
    return (raw >>> 1) ^ -(raw & 1)
  }

  /** A zigzag varint of at most 64 bits; refuses what a number cannot hold exactly. */
  varlong(): number {
    const at = this.position
    const byte = this.bytes[this.take(1)]!
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1)
    this.position = at
    return this.#varlongSlow()
  }

  #varlongSlow(): number {
    let raw = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.take(1)]!
      raw |= BigInt(byte & 0x7f) << shift
      if (byte >= 0x80) continue
      if (raw >= 1n << 64n) throw new DecodeError('this varint has more than 64 bits')
      const value = Number((raw >> 1n) ^ -(raw & 1n))
      if (!Number.isSafeInteger(value)) throw new DecodeError('this varint is 2^53 or more, beyond what is supported')
      return value
    }
    throw new DecodeError('this varint has more than 10 bytes')
  }

  string(): string {
    return this.#text(this.int16()) ?? unexpectedNull()
  }

  nullableString(): string | null {
    return this.#text(this.int16())
  }

  compactString(): string {
    return this.#text(this.uvarint() - 1) ?? unexpectedNull()
  }

  nullableCompactString(): string | null {
    return this.#text(this.uvarint() - 1)
  }

  blob(): Buffer {
    return this.#slice(this.int32()) ?? unexpectedNull()
  }

  nullableBlob(): Buffer | null {
    return this.#slice(this.int32())
  }

  compactBlob(): Buffer {
    return this.#slice(this.uvarint() - 1) ?? unexpectedNull()
  }

  nullableCompactBlob(): Buffer | null {
    return this.#slice(this.uvarint() - 1)
  }

  /** How many elements follow, each of at least `elementBytesMin` bytes; -1 for a null array. */
  count(elementBytesMin: number): number {
    return this.#checkedCount(this.int32(), elementBytesMin)
  }

  compactCount(elementBytesMin: number): number {
    return this.#checkedCount(this.uvarint() - 1, elementBytesMin)
  }

  #checkedCount(count: number, elementBytesMin: number): number {
    if (count < -1) throw new DecodeError(`an array cannot have ${count} elements`)
    if (count > ARRAY_COUNT_MAX) throw new DecodeError(`${count} elements are more than the ${ARRAY_COUNT_MAX} allowed`)
    if (count * elementBytesMin > this.remaining) {
      throw new DecodeError(`${count} elements cannot lie in the ${this.remaining} bytes that are left`)
    }
    return count
  }

  #text(length: number): string | null {
    if (length < 0) return nullLength(length)
    if (length > STRING_BYTES_MAX) {
      throw new DecodeError(`a string of ${length} bytes is longer than the ${STRING_BYTES_MAX} allowed`)
    }
    const at = this.take(length)
    const text = this.bytes.toString('utf8', at, at + length)
    if (length > GROWING_STRING_BYTES_MAX && Buffer.byteLength(text) > STRING_BYTES_MAX) {
      throw new DecodeError(`a string of ${length} bytes that are not UTF-8 cannot be said again`)
    }
    return text
  }

  #slice(length: number): Buffer | null {
    if (length < 0) return nullLength(length)
    const at = this.take(length)
    return this.bytes.subarray(at, at + length)
  }
}

function nullLength(length: number): null {
  if (length !== -1) throw new DecodeError(`${length} is not a length`)
  return null
}

function unexpectedNull(): never {
  throw new DecodeError('null is not allowed in this version')
}
