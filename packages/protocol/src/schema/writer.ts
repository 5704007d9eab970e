// Gathers a message into a list of buffers: small values are written into a slab, large byte ranges become chunks of their own
// and are never copied. A full slab is left as it is and a larger one begun, so nothing written is ever moved.
import { EncodeError } from './errors.ts'
import { STRING_BYTES_MAX } from './reader.ts'
import { writeUuid } from './uuid.ts'

/** From this size on a byte range is handed through by reference: below it, a copy is cheaper than one more chunk. */
export const BY_REFERENCE_BYTES_MIN = 2048

const SLAB_BYTES_FIRST = 512
const SLAB_BYTES_MAX = 65_536
const TWO_32 = 4_294_967_296

export class Writer {
  #slab: Buffer
  /** Where the next byte goes, and where the part of the slab begins that is not in `#chunks` yet. */
  #at = 0
  #from = 0
  #chunks: Buffer[] = []
  #chunkBytes = 0

  constructor(slabBytes = SLAB_BYTES_FIRST) {
    this.#slab = Buffer.allocUnsafe(slabBytes)
  }

  /** How many bytes have been written. */
  get length(): number {
    return this.#chunkBytes + this.#at - this.#from
  }

  /** What was written, in order. Large values are the caller's own memory: leave them alone until they are sent. */
  finish(): Buffer[] {
    this.#flush()
    return this.#chunks
  }

  bool(value: boolean): void {
    const at = this.#reserve(1)
    this.#slab[at] = value ? 1 : 0
  }

  int8(value: number): void {
    if ((value << 24) >> 24 !== value) wrongNumber(value, 'int8')
    const at = this.#reserve(1)
    this.#slab[at] = value
  }

  int16(value: number): void {
    if ((value << 16) >> 16 !== value) wrongNumber(value, 'int16')
    this.#put16(value)
  }

  uint16(value: number): void {
    if ((value & 0xffff) !== value) wrongNumber(value, 'uint16')
    this.#put16(value)
  }

  int32(value: number): void {
    if ((value | 0) !== value) wrongNumber(value, 'int32')
    this.#put32(value)
  }

  int64(value: number): void {
    if (!Number.isSafeInteger(value)) wrongNumber(value, 'int64 below 2^53')
    const high = Math.floor(value / TWO_32)
    this.#put32(high)
    this.#put32(value - high * TWO_32)
  }

  /** Infinity becomes the largest int64, which stands for "no limit". */
  int64OrInfinity(value: number): void {
    if (value !== Infinity) return this.int64(value)
    this.#put32(0x7fffffff)
    this.#put32(-1)
  }

  bits64(value: bigint): void {
    if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) wrongNumber(value, 'int64')
    const at = this.#reserve(8)
    this.#slab.writeBigInt64BE(value, at)
  }

  float64(value: number): void {
    if (typeof value !== 'number') wrongNumber(value, 'float64')
    const at = this.#reserve(8)
    this.#slab.writeDoubleBE(value, at)
  }

  uuid(value: string): void {
    const at = this.#reserve(16)
    writeUuid(this.#slab, at, value)
  }

  uvarint(value: number): void {
    const at = this.#reserve(5)
    let next = at
    let rest = value >>> 0
    while (rest >= 0x80) {
      this.#slab[next++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#slab[next++] = rest
    this.#at = next
  }

  varint(value: number): void {
    this.uvarint((value << 1) ^ (value >> 31))
  }

  string(value: string): void {
    const length = utf8Length(value)
    this.#put16(length)
    this.#text(value, length)
  }

  nullableString(value: string | null): void {
    if (value === null) this.#put16(-1)
    else this.string(value)
  }

  compactString(value: string): void {
    const length = utf8Length(value)
    this.uvarint(length + 1)
    this.#text(value, length)
  }

  nullableCompactString(value: string | null): void {
    if (value === null) this.uvarint(0)
    else this.compactString(value)
  }

  /** The bytes alone, without a length. */
  raw(bytes: Uint8Array): void {
    const size = bytes.length
    if (size >= BY_REFERENCE_BYTES_MIN) {
      this.#flush()
      this.#push(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, size))
      return
    }
    const at = this.#reserve(size)
    this.#slab.set(bytes, at)
  }

  /** Everything that another writer gathered. */
  append(other: Writer): void {
    for (const chunk of other.finish()) this.raw(chunk)
  }

  /** Takes `count` bytes and says where they start, in a slab that may be a new one: call it before looking at `#slab`. */
  #reserve(count: number): number {
    if (this.#slab.length - this.#at < count) this.#grow(count)
    const at = this.#at
    this.#at = at + count
    return at
  }

  #grow(count: number): void {
    const slabBytes = Math.min(this.#slab.length * 4, SLAB_BYTES_MAX)
    this.#flush()
    this.#slab = Buffer.allocUnsafe(Math.max(slabBytes, count))
    this.#at = 0
    this.#from = 0
  }

  #flush(): void {
    if (this.#at === this.#from) return
    this.#push(this.#slab.subarray(this.#from, this.#at))
    this.#from = this.#at
  }

  #push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#chunkBytes += chunk.length
    this.#from = this.#at
  }

  #put16(value: number): void {
    const at = this.#reserve(2)
    this.#slab[at] = value >> 8
    this.#slab[at + 1] = value
  }

  #put32(value: number): void {
    const at = this.#reserve(4)
    const slab = this.#slab
    slab[at] = value >> 24
    slab[at + 1] = value >> 16
    slab[at + 2] = value >> 8
    slab[at + 3] = value
  }

  #text(value: string, length: number): void {
    const at = this.#reserve(length)
    if (length !== value.length || length > 64) {
      this.#slab.write(value, at)
      return
    }
    const slab = this.#slab
    for (let i = 0; i < length; i++) slab[at + i] = value.charCodeAt(i)
  }
}

/** The length in UTF-8. Names are short and plain: for those a look at each character beats the call into native code. */
function utf8Length(value: string): number {
  if (typeof value !== 'string') throw new EncodeError(`${String(value)} is not a string`)
  const length = isShortAscii(value) ? value.length : Buffer.byteLength(value)
  if (length <= STRING_BYTES_MAX) return length
  throw new EncodeError(`a string of ${length} bytes is longer than the ${STRING_BYTES_MAX} allowed`)
}

function isShortAscii(value: string): boolean {
  if (value.length > 64) return false
  for (let i = 0; i < value.length; i++) if (value.charCodeAt(i) > 127) return false
  return true
}

function wrongNumber(value: unknown, kind: string): never {
  throw new EncodeError(`${String(value)} is not an ${kind}`)
}
