// What lies in logs and in opaque fields: records of coordinators, of the metadata log, of control batches, and what consumers
// put into JoinGroup and SyncGroup. An input opens with a byte that says which decoder is meant.
import { isDeepStrictEqual } from 'node:util'
import {
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  ControlRecordTypeSchema,
  decodeAssignment,
  decodeMetadataRecord,
  decodeOffsetsRecord,
  decodeShareStateRecord,
  decodeSubscription,
  decodeTransactionRecord,
  encodeMetadataRecord,
  EndTxnMarker,
  LeaderChangeMessage,
  metadataRecords,
  offsetsRecords,
  Reader,
  shareStateRecords,
  transactionRecords,
  type Message,
  type RecordTable,
} from '@jackdaw/protocol'
import type { SeededRandom } from '@jackdaw/testing'
import { marked, type Marked, type MarkingWriter } from '../generate/marking-writer.ts'
import { mutate } from '../generate/mutate.ts'
import { valueOf } from '../generate/values.ts'
import { decodeLawfully, holdBounded, orRefused } from './decoding.ts'
import { law, type Target } from './target.ts'

interface Kind {
  /** Bytes that the decoder takes. */
  make(random: SeededRandom): Marked
  /** Whether they were taken. */
  run(bytes: Buffer): boolean
}

const versionOf = ({ versions }: Message, random: SeededRandom): number => random.int(versions.min, versions.max)

type DecodeRecord = (key: Buffer, value: Buffer | null) => { readonly type: string }

/** An int16 says how many bytes are the key; the rest is the value, unless there is none. */
function coordinatorLog(table: RecordTable, decode: DecodeRecord): Kind {
  const codecs = Object.values(table)
  return {
    make(random) {
      const { key, value } = random.pick(codecs)
      const version = versionOf(value.schema, random)
      const keyBytes = key.encode(valueOf(key.schema, 0, random))
      return marked((writer) => {
        writer.int16(keyBytes.length)
        writer.raw(keyBytes)
        if (random.chance(0.1)) return
        writer.int16(version)
        value.schema.encode(writer, valueOf(value.schema, version, random), version)
      })
    },
    run(bytes) {
      const keyBytes = bytes.length < 2 ? 0 : bytes.readUInt16BE(0)
      const key = bytes.subarray(2, 2 + keyBytes)
      const value = bytes.length > 2 + keyBytes ? bytes.subarray(2 + keyBytes) : null
      const record = orRefused(() => decode(key, value))
      if (record === undefined) return false
      holdBounded({ ...record, type: '' }, bytes.length, record.type)
      if (record.type !== 'unknown') holdRecordAfterTrip(table, decode, record as never, value)
      return true
    },
  }
}

function holdRecordAfterTrip(
  table: RecordTable,
  decode: DecodeRecord,
  record: { readonly type: string; readonly key: object; readonly value: object | null },
  value: Buffer | null,
): void {
  const codec = table[record.type]!
  const key = codec.key.encode(record.key)
  const again = decode(key, record.value && codec.value.encode(record.value, value!.readInt16BE(0)))
  law(isDeepStrictEqual(again, record), () => `a record of type ${record.type} means something else after a trip`)
}

const metadataLog: Kind = {
  make(random) {
    const schema = random.pick(Object.values(metadataRecords)) as (typeof metadataRecords)['TopicRecord']
    const version = versionOf(schema, random)
    return marked((writer) => {
      writer.uvarint(1)
      writer.uvarint(schema.apiKey)
      writer.uvarint(version)
      schema.encode(writer, valueOf(schema, version, random) as never, version)
    })
  },
  run(bytes) {
    const record = orRefused(() => decodeMetadataRecord(bytes))
    if (record === undefined) return false
    holdBounded({ ...record, type: undefined }, bytes.length, record.type)
    if (record.type === 'unknown') return true
    const again = encodeMetadataRecord<never>(metadataRecords[record.type], record.value as never, record.version)
    law(
      isDeepStrictEqual(decodeMetadataRecord(again), record),
      () => `a ${record.type} means something else after a trip`,
    )
    return true
  },
}

/** A message behind an int16 that says its version. */
const versioned = (message: Message, run: (bytes: Buffer) => boolean): Kind => ({
  make(random) {
    const version = versionOf(message, random)
    return marked((writer: MarkingWriter) => {
      writer.int16(version)
      message.encode(writer, valueOf(message, version, random), version)
    })
  },
  run,
})

const blob = (message: Message, decode: (bytes: Buffer) => object): Kind =>
  versioned(message, (bytes) => {
    const value = orRefused(() => decode(bytes))
    if (value !== undefined) holdBounded(value, bytes.length, message.name)
    return value !== undefined
  })

const bare = (message: Message): Kind =>
  versioned(message, (bytes) => {
    const reader = new Reader(bytes)
    const version = orRefused(() => reader.int16())
    return version !== undefined && decodeLawfully(message, reader, version) !== undefined
  })

/** The first byte of an input is an index of these: add at the end, the corpus counts on it. */
const KINDS: readonly Kind[] = [
  coordinatorLog(offsetsRecords, decodeOffsetsRecord),
  coordinatorLog(transactionRecords, decodeTransactionRecord),
  coordinatorLog(shareStateRecords, decodeShareStateRecord),
  metadataLog,
  blob(ConsumerProtocolSubscription, decodeSubscription),
  blob(ConsumerProtocolAssignment, decodeAssignment),
  bare(ConsumerProtocolSubscription),
  bare(ConsumerProtocolAssignment),
  bare(ControlRecordTypeSchema),
  bare(EndTxnMarker),
  bare(LeaderChangeMessage),
]

const UNTOUCHED_CHANCE = 0.05

export const state = (): Target => ({
  next(random) {
    // Most schemas are records of the first and the fourth.
    const index = random.chance(0.6) ? random.pick([0, 3]) : random.int(0, KINDS.length - 1)
    const kind = KINDS[index]!
    const made = kind.make(random)
    const bytes = random.chance(UNTOUCHED_CHANCE) ? made.bytes : mutate(made, () => kind.make(random), random)
    return Buffer.concat([Buffer.of(index), bytes])
  },
  run(input) {
    const kind = KINDS[input[0] ?? 0]
    law(kind !== undefined, () => 'the input names no decoder')
    return kind.run(input.subarray(1))
  },
})
