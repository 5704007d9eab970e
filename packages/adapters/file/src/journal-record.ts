// The bytes of the journal. A group is what one flush made durable: a header with a checksum over all of it, then records.
// The header repeats a random nonce of its journal file, so that what a caller stores can never pass for a group, and
// neither can what a recycled file held before. Numbers are little-endian; offsets and times are doubles.
//
//   group   magic u32 | crc u32 | length u32 | records u32 | nonce 8 bytes | sequence f64 | records…
//   record  kind u8 | 3 bytes 0 | length of what follows u32 | …
//     1 BYTES   log u32 | holes u8, entries u24 | segment f64 | position u32 | per entry: at f64, next f64, time f64, size u32 | bytes
//     2 EXTENT  the same, with the crc u32 of the bytes that stand in the segment in place of the bytes themselves
//     3 CHANGE  JSON (see log-state.ts)
import { crc32 } from 'node:zlib'
import type { EntryInfo } from '@jackdaw/ports'
import type { Change } from './log-state.ts'

export const groupHeaderBytes = 32
export const nonceBytes = 8
const magic = 0x4744_4a1a
const recordHeaderBytes = 8
const writeHeaderBytes = 20
const entryBytes = 28
const kinds = { bytes: 1, extent: 2, change: 3 } as const

/** Where the bytes of an append go: `position` in the segment whose first offset is `segment`. */
export interface WriteRecord {
  readonly kind: 'BYTES' | 'EXTENT'
  /** The log's number. */
  readonly log: number
  readonly segment: number
  readonly position: number
  /** Whether the bytes hold every offset that the entries claim. */
  readonly dense: boolean
  readonly entries: readonly EntryInfo[]
}
/** `bytes` are in the journal until a checkpoint. */
export interface BytesRecord extends WriteRecord {
  readonly kind: 'BYTES'
  readonly bytes: readonly Uint8Array[]
}
/** The bytes are in the segment already, and durable there. */
export interface ExtentRecord extends WriteRecord {
  readonly kind: 'EXTENT'
  readonly crc: number
}
export interface ChangeRecord {
  readonly kind: 'CHANGE'
  readonly change: Change
}
export type JournalRecord = BytesRecord | ExtentRecord | ChangeRecord

export interface EncodedGroup {
  readonly bytes: Buffer
  /** For each record the place of its payload in `bytes`: of a BYTES record, where the stored bytes begin. */
  readonly payloads: readonly number[]
}

export function sizeOfEntries(entries: readonly EntryInfo[]): number {
  let size = 0
  for (const entry of entries) size += entry.size
  return size
}

/** An upper bound of what the record takes in a group. */
export function recordSize(record: JournalRecord): number {
  if (record.kind === 'CHANGE') return recordHeaderBytes + Buffer.byteLength(JSON.stringify(record.change))
  const head = recordHeaderBytes + writeHeaderBytes + entryBytes * record.entries.length
  return record.kind === 'BYTES' ? head + sizeOfEntries(record.entries) : head + 4
}

export function encodeGroup(sequence: number, nonce: Uint8Array, records: readonly JournalRecord[]): EncodedGroup {
  let length = groupHeaderBytes
  for (const record of records) length += recordSize(record)
  const bytes = Buffer.allocUnsafeSlow(length)
  const payloads: number[] = []
  let at = groupHeaderBytes
  for (const record of records) {
    payloads.push(0)
    at = encodeRecord(bytes, at, record, payloads)
  }
  bytes.writeUInt32LE(magic, 0)
  bytes.writeUInt32LE(length, 8)
  bytes.writeUInt32LE(records.length, 12)
  bytes.set(nonce, 16)
  bytes.writeDoubleLE(sequence, 24)
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4)
  return { bytes, payloads }
}

function encodeRecord(into: Buffer, start: number, record: JournalRecord, payloads: number[]): number {
  let at = start + recordHeaderBytes
  if (record.kind === 'CHANGE') {
    payloads[payloads.length - 1] = at
    at += into.write(JSON.stringify(record.change), at)
  } else {
    at = encodeWriteHeader(into, at, record)
    payloads[payloads.length - 1] = at
    if (record.kind === 'EXTENT') at = into.writeUInt32LE(record.crc, at)
    else {
      for (const part of record.bytes) {
        into.set(part, at)
        at += part.length
      }
    }
  }
  into.writeUInt32LE(
    record.kind === 'BYTES' ? kinds.bytes : record.kind === 'EXTENT' ? kinds.extent : kinds.change,
    start,
  )
  into.writeUInt32LE(at - start - recordHeaderBytes, start + 4)
  return at
}

function encodeWriteHeader(into: Buffer, start: number, record: WriteRecord): number {
  into.writeUInt32LE(record.log, start)
  into.writeUInt32LE((record.entries.length << 8) | (record.dense ? 0 : 1), start + 4)
  into.writeDoubleLE(record.segment, start + 8)
  let at = into.writeUInt32LE(record.position, start + 16)
  for (const entry of record.entries) {
    into.writeDoubleLE(entry.at, at)
    into.writeDoubleLE(entry.next, at + 8)
    into.writeDoubleLE(entry.time, at + 16)
    at = into.writeUInt32LE(entry.size, at + 24)
  }
  return at
}

export interface Group {
  readonly sequence: number
  /** Bytes of the whole group. */
  readonly length: number
  readonly records: readonly JournalRecord[]
}

/** The group at `at`; `undefined` where no whole group with this nonce stands. */
export function decodeGroup(bytes: Buffer, at: number, nonce: Uint8Array): Group | undefined {
  if (bytes.length - at < groupHeaderBytes || bytes.readUInt32LE(at) !== magic) return undefined
  const length = bytes.readUInt32LE(at + 8)
  if (length < groupHeaderBytes || length > bytes.length - at) return undefined
  if (bytes.compare(nonce, 0, nonceBytes, at + 16, at + 16 + nonceBytes) !== 0) return undefined
  if (crc32(bytes.subarray(at + 8, at + length)) !== bytes.readUInt32LE(at + 4)) return undefined
  const records: JournalRecord[] = []
  let place = at + groupHeaderBytes
  for (let left = bytes.readUInt32LE(at + 12); left > 0; left--) {
    const size = bytes.readUInt32LE(place + 4)
    const body = bytes.subarray(place + recordHeaderBytes, place + recordHeaderBytes + size)
    records.push(decodeRecord(bytes.readUInt32LE(place), body))
    place += recordHeaderBytes + size
  }
  return { sequence: bytes.readDoubleLE(at + 24), length, records }
}

/** Where a whole group with this nonce begins, at or behind `from`; -1 where there is none. */
export function findGroup(bytes: Buffer, from: number, nonce: Uint8Array): number {
  const mark = Buffer.alloc(4)
  mark.writeUInt32LE(magic)
  for (let at = bytes.indexOf(mark, from); at >= 0; at = bytes.indexOf(mark, at + 1)) {
    if (decodeGroup(bytes, at, nonce)) return at
  }
  return -1
}

function decodeRecord(kind: number, body: Buffer): JournalRecord {
  if (kind === kinds.change) return { kind: 'CHANGE', change: JSON.parse(body.toString()) as Change }
  if (kind !== kinds.bytes && kind !== kinds.extent) {
    throw new Error(`a record of kind ${kind} is not known to this release`)
  }
  const entries: EntryInfo[] = []
  let at = writeHeaderBytes
  for (let left = body.readUInt32LE(4) >>> 8; left > 0; left--, at += entryBytes) {
    entries.push({
      at: body.readDoubleLE(at),
      next: body.readDoubleLE(at + 8),
      time: body.readDoubleLE(at + 16),
      size: body.readUInt32LE(at + 24),
    })
  }
  const place = {
    log: body.readUInt32LE(0),
    segment: body.readDoubleLE(8),
    position: body.readUInt32LE(16),
    dense: (body.readUInt32LE(4) & 1) === 0,
    entries,
  }
  return kind === kinds.bytes
    ? { kind: 'BYTES', ...place, bytes: [body.subarray(at)] }
    : { kind: 'EXTENT', ...place, crc: body.readUInt32LE(at) }
}
