// Makes bytes wrong. `damage` knows nothing of them; `mutate` knows where numbers and lengths lie and lies there.
import type { SeededRandom } from '@jackdaw/testing'
import type { Mark, Marked } from './marking-writer.ts'

export const EXTREMES_32 = [
  -1, -2, 0, 1, 2, 127, 128, 0x7fff, 0x8000, 0xffff, 1_000_000, 1_000_001, 0x7fffffff, -0x80000000,
]

const INTERESTING = [0, 1, 2, 0x7e, 0x7f, 0x80, 0x81, 0xfe, 0xff]
const CUT_BYTES_MAX = 64

type Damage = (bytes: Buffer, random: SeededRandom) => Buffer

/** One blow, anywhere. Never changes `bytes`. */
export const damage: Damage = (bytes, random) => random.pick(BLOWS)(bytes, random)

/** Where `[from, to)` of `bytes` gives way to `middle`. */
const spliced = (bytes: Buffer, from: number, to: number, middle: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), middle, bytes.subarray(to)])

const place = (bytes: Buffer, random: SeededRandom): number => random.int(0, bytes.length)

const flipBits: Damage = (bytes, random) => {
  const copy = Buffer.from(bytes)
  if (copy.length > 0)
    for (let i = random.int(1, 4); i > 0; i--) copy[random.int(0, copy.length - 1)]! ^= 1 << random.int(0, 7)
  return copy
}

const setBytes: Damage = (bytes, random) => {
  const copy = Buffer.from(bytes)
  if (copy.length > 0)
    for (let i = random.int(1, 4); i > 0; i--) copy[random.int(0, copy.length - 1)] = random.pick(INTERESTING)
  return copy
}

const truncate: Damage = (bytes, random) => Buffer.from(bytes.subarray(0, place(bytes, random)))

const extend: Damage = (bytes, random) => Buffer.concat([bytes, random.bytes(random.int(1, 16))])

const insert: Damage = (bytes, random) => {
  const at = place(bytes, random)
  return spliced(bytes, at, at, random.bytes(random.int(1, 16)))
}

const cutOut: Damage = (bytes, random) => {
  const at = place(bytes, random)
  return spliced(bytes, at, Math.min(bytes.length, at + random.int(1, CUT_BYTES_MAX)), EMPTY)
}

const repeat: Damage = (bytes, random) => {
  const from = place(bytes, random)
  const section = bytes.subarray(from, from + random.int(1, CUT_BYTES_MAX))
  const times = random.pick([1, 1, 2, 8, 40])
  return spliced(bytes, from, from, Buffer.concat(Array.from({ length: times }, () => section)))
}

const overwrite32: Damage = (bytes, random) => {
  if (bytes.length < 4) return extend(bytes, random)
  const copy = Buffer.from(bytes)
  copy.writeInt32BE(random.pick(EXTREMES_32), random.int(0, bytes.length - 4))
  return copy
}

/** Bytes that are no UTF-8: what is decoded from them is longer than they are. */
const fill: Damage = (bytes, random) => {
  const [a, b] = [place(bytes, random), place(bytes, random)]
  return Buffer.from(bytes).fill(random.pick([0, 0x80, 0xff]), Math.min(a, b), Math.max(a, b))
}

const EMPTY = new Uint8Array(0)
const BLOWS: readonly Damage[] = [
  flipBits,
  flipBits,
  setBytes,
  setBytes,
  truncate,
  extend,
  insert,
  cutOut,
  repeat,
  overwrite32,
  fill,
]

/** One lie or more; `other` is a second input, for splices. Never changes what it is given. */
export function mutate(input: Marked, other: () => Marked, random: SeededRandom): Buffer {
  const how = random.next()
  if (how < 0.45) return lie(input, random)
  if (how < 0.55) return duplicateSection(input, random)
  if (how < 0.62) return splice(input, other(), random)
  let bytes = input.bytes
  for (let blows = random.pick([1, 1, 1, 2, 4]); blows > 0; blows--) bytes = damage(bytes, random)
  return bytes
}

/** Writes another number over one or two of the marked ones. From the last to the first: a varint may change its length. */
function lie({ bytes, marks }: Marked, random: SeededRandom): Buffer {
  if (marks.length === 0) return damage(bytes, random)
  const chosen = [random.pick(marks)]
  if (random.chance(0.2)) chosen.push(random.pick(marks))
  chosen.sort((a, b) => b.at - a.at)
  let result = bytes
  for (const mark of chosen) result = overwritten(result, mark, random)
  return result
}

function overwritten(bytes: Buffer, { at, kind }: Mark, random: SeededRandom): Buffer {
  if (kind === 'uvarint') return overwrittenVarint(bytes, at, random)
  const width = WIDTHS[kind]
  const copy = Buffer.from(bytes)
  const nudge = random.chance(0.3) ? random.pick([-1, 1]) : 0
  if (kind === 'int16') copy.writeInt16BE(nudged16(copy.readInt16BE(at), nudge, random), at)
  else {
    const value = nudge === 0 ? random.pick(EXTREMES_32) : copy.readInt32BE(at + width - 4) + nudge
    copy.writeInt32BE(value | 0, at + width - 4)
    if (width === 8) copy.writeInt32BE(random.pick([0, 0, -1, 0x1fffff, 0x200000, 0x7fffffff]), at)
  }
  return copy
}

const WIDTHS = { int16: 2, int32: 4, int64: 8 } as const
const EXTREMES_16 = [-1, -2, 0, 1, 127, 255, 0x7fff, -0x8000]

const nudged16 = (value: number, nudge: number, random: SeededRandom): number =>
  nudge === 0 ? random.pick(EXTREMES_16) : ((value + nudge) << 16) >> 16

function overwrittenVarint(bytes: Buffer, at: number, random: SeededRandom): Buffer {
  let end = at
  while (end < bytes.length - 1 && bytes[end]! >= 0x80) end++
  const middle = random.chance(0.3) ? [(bytes[at]! + random.pick([-1, 1])) & 0x7f] : random.pick(VARINTS)
  return spliced(bytes, at, end + 1, Uint8Array.from(middle))
}

/** 0, 1, 2, 127, 128, 2^14, 1,000,001, 2^31 - 1, 2^31, 2^32 - 1, more than 32 bits, one that does not end, one with padding. */
const VARINTS: readonly (readonly number[])[] = [
  [0],
  [1],
  [2],
  [0x7f],
  [0x80, 1],
  [0x80, 0x80, 1],
  [0xc1, 0x84, 0x3d],
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0x80, 0x80, 0x80, 0x80, 0x08],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0x10],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x81, 0x80, 0x80, 0x00],
]

/** A stretch from one mark to another comes again: elements without their count, or fields twice. */
function duplicateSection({ bytes, marks }: Marked, random: SeededRandom): Buffer {
  if (marks.length < 2) return repeat(bytes, random)
  const [a, b] = [random.pick(marks).at, random.pick(marks).at]
  const [from, to] = [Math.min(a, b), Math.max(a, b)]
  return spliced(bytes, to, to, bytes.subarray(from, to))
}

/** The head of one and the tail of the other, cut at marks. */
function splice(input: Marked, other: Marked, random: SeededRandom): Buffer {
  const head = input.marks.length === 0 ? 0 : random.pick(input.marks).at
  const tail = other.marks.length === 0 ? 0 : random.pick(other.marks).at
  return Buffer.concat([input.bytes.subarray(0, head), other.bytes.subarray(tail)])
}
