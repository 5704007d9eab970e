// The closures for everything that is not made of other fields, by kind, by compact or classic lengths, by null allowed or not.
import { EncodeError } from './errors.ts'
import type { FieldSpec, RecordsInput, ScalarKind } from './field.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

export type Read = (reader: Reader) => unknown
export type Write = (writer: Writer, value: unknown) => void

export interface Codec {
  readonly read: Read
  readonly write: Write
  /** The fewest bytes a value takes, by which array counts are checked before anything is allocated. */
  readonly bytesMin: number
}

function codec<T>(bytesMin: number, read: (reader: Reader) => T, write: (writer: Writer, value: T) => void): Codec {
  return { read, write: write as Write, bytesMin }
}

const FIXED: Partial<Record<FieldSpec['kind'], Codec>> = {
  bool: codec(
    1,
    (reader) => reader.bool(),
    (writer, value: boolean) => writer.bool(value),
  ),
  int8: codec(
    1,
    (reader) => reader.int8(),
    (writer, value: number) => writer.int8(value),
  ),
  int16: codec(
    2,
    (reader) => reader.int16(),
    (writer, value: number) => writer.int16(value),
  ),
  uint16: codec(
    2,
    (reader) => reader.uint16(),
    (writer, value: number) => writer.uint16(value),
  ),
  int32: codec(
    4,
    (reader) => reader.int32(),
    (writer, value: number) => writer.int32(value),
  ),
  int64: codec(
    8,
    (reader) => reader.int64(),
    (writer, value: number) => writer.int64(value),
  ),
  int64OrInfinity: codec(
    8,
    (reader) => reader.int64OrInfinity(),
    (writer, value: number) => writer.int64OrInfinity(value),
  ),
  bits64: codec(
    8,
    (reader) => reader.bits64(),
    (writer, value: bigint) => writer.bits64(value),
  ),
  float64: codec(
    8,
    (reader) => reader.float64(),
    (writer, value: number) => writer.float64(value),
  ),
  uuid: codec(
    16,
    (reader) => reader.uuid(),
    (writer, value: string) => writer.uuid(value),
  ),
}

const refuseNull = <T>(write: (writer: Writer, value: T) => void) => {
  return (writer: Writer, value: T | null): void => {
    if (value === null || value === undefined) throw new EncodeError(`${String(value)} is not allowed in this version`)
    write(writer, value)
  }
}

const STRINGS = {
  classic: codec(
    2,
    (reader) => reader.string(),
    (writer, value: string) => writer.string(value),
  ),
  classicNullable: codec(
    2,
    (reader) => reader.nullableString(),
    (writer, value: string | null) => writer.nullableString(value),
  ),
  compact: codec(
    1,
    (reader) => reader.compactString(),
    (writer, value: string) => writer.compactString(value),
  ),
  compactNullable: codec(
    1,
    (reader) => reader.nullableCompactString(),
    (writer, value: string | null) => writer.nullableCompactString(value),
  ),
}

function writePieces(writer: Writer, value: RecordsInput, length: (size: number) => void): void {
  if (value instanceof Uint8Array) {
    length(value.length)
    writer.raw(value)
    return
  }
  if (!Array.isArray(value)) throw new EncodeError(`${String(value)} is neither bytes nor a list of them`)
  const pieces = value as readonly Uint8Array[]
  let size = 0
  for (const piece of pieces) size += piece.length
  length(size)
  for (const piece of pieces) writer.raw(piece)
}

const writeClassic = (writer: Writer, value: RecordsInput): void =>
  writePieces(writer, value, (size) => writer.int32(size))
const writeCompact = (writer: Writer, value: RecordsInput): void =>
  writePieces(writer, value, (size) => writer.uvarint(size + 1))

const BLOBS = {
  classic: codec(4, (reader) => reader.blob(), refuseNull(writeClassic)),
  classicNullable: codec(
    4,
    (reader) => reader.nullableBlob(),
    (writer, value: RecordsInput | null) => (value === null ? writer.int32(-1) : writeClassic(writer, value)),
  ),
  compact: codec(1, (reader) => reader.compactBlob(), refuseNull(writeCompact)),
  compactNullable: codec(
    1,
    (reader) => reader.nullableCompactBlob(),
    (writer, value: RecordsInput | null) => (value === null ? writer.uvarint(0) : writeCompact(writer, value)),
  ),
}

const SIZED: Partial<Record<FieldSpec['kind'], typeof BLOBS>> = { string: STRINGS, bytes: BLOBS, records: BLOBS }

export function scalarCodec(kind: ScalarKind, compact: boolean, nullable: boolean): Codec {
  const sized = SIZED[kind]
  if (sized === undefined) return FIXED[kind]!
  if (compact) return nullable ? sized.compactNullable : sized.compact
  return nullable ? sized.classicNullable : sized.classic
}
