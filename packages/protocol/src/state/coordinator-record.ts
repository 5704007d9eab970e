// How coordinators keep records in their logs (`__consumer_offsets`, `__transaction_state`, `__share_group_state`): the key opens
// with an int16 that says what the record is about, the value with one that says which version of it follows. A record with a
// null value deletes what its key names.
import { DecodeError, within } from '../schema/errors.ts'
import type { Fields, InferFields, InitFields } from '../schema/field.ts'
import { message, type Infer, type Message, type MessageOptions } from '../schema/message.ts'
import { Reader } from '../schema/reader.ts'
import { Writer } from '../schema/writer.ts'

export interface RecordKey<Out = object, In = object> {
  /** The int16 that a key opens with. */
  readonly type: number
  readonly schema: Message<Out, In>
  encode(value: In): Buffer
  /** Throws DecodeError, also for the key of another type. */
  decode(bytes: Buffer): Out
}

export interface RecordValue<Out = object, In = object> {
  readonly schema: Message<Out, In>
  /** Throws EncodeError where `version` cannot say what `value` means. */
  encode(value: In, version: number): Buffer
  /** Throws DecodeError, also for a version that is not known. */
  decode(bytes: Buffer): Out
}

function encodeWithPrefix<In>(schema: Message<object, In>, prefix: number, value: In, version: number): Buffer {
  const writer = new Writer()
  writer.int16(prefix)
  schema.encode(writer, value, version)
  return Buffer.concat(writer.finish(), writer.length)
}

function decodeWhole<Out>(schema: Message<Out>, reader: Reader, version: number): Out {
  const value = schema.decode(reader, version)
  if (reader.remaining === 0) return value
  throw new DecodeError(`${reader.remaining} bytes are left over`).within(`${schema.name} v${version}`)
}

function readPrefix(reader: Reader, name: string): number {
  try {
    return reader.int16()
  } catch (error) {
    throw within(error, name)
  }
}

/** Keys have one version and are never flexible: equal keys have to be equal bytes, or compaction would keep both. */
export function recordKey<const Shape extends Fields>(
  type: number,
  name: string,
  fields: Shape,
): RecordKey<InferFields<Shape>, InitFields<Shape>> {
  const schema = message(name, { versions: '0', flexible: 'none' }, fields)
  return {
    type,
    schema,
    encode: (value) => encodeWithPrefix(schema, type, value, 0),
    decode(bytes) {
      const reader = new Reader(bytes)
      const found = readPrefix(reader, name)
      if (found !== type) throw new DecodeError(`a key of type ${found}, where ${type} was expected`).within(name)
      return decodeWhole(schema, reader, 0)
    },
  }
}

export function recordValue<const Shape extends Fields>(
  name: string,
  options: MessageOptions,
  fields: Shape,
): RecordValue<InferFields<Shape>, InitFields<Shape>> {
  const schema = message(name, options, fields)
  return {
    schema,
    encode: (value, version) => encodeWithPrefix(schema, version, value, version),
    decode(bytes) {
      const reader = new Reader(bytes)
      return decodeWhole(schema, reader, readPrefix(reader, name))
    },
  }
}

/** The records of one log: keys and values by what they are about. */
export type RecordTable = Readonly<Record<string, { readonly key: RecordKey; readonly value: RecordValue }>>

/** A record whose type is in the table; a null value is a deletion. */
export type KnownRecord<Table extends RecordTable> = {
  readonly [Name in keyof Table]: {
    readonly type: Name
    readonly key: Infer<Table[Name]['key']['schema']>
    readonly value: Infer<Table[Name]['value']['schema']> | null
  }
}[keyof Table]

/** A record of a type that a newer broker may know: its bytes as they came, so that it can be kept and reported. */
export interface UnknownRecord {
  readonly type: 'unknown'
  readonly typeId: number
  readonly key: Buffer
  readonly value: Buffer | null
}

/** Makes the decoder for all records of a log. It throws DecodeError for bytes that are no record at all. */
export function recordDecoder<const Table extends RecordTable>(
  table: Table,
): (key: Buffer, value: Buffer | null) => KnownRecord<Table> | UnknownRecord {
  const byType = new Map(Object.entries(table).map(([name, codec]) => [codec.key.type, { name, ...codec }]))
  return (key, value) => {
    const typeId = readPrefix(new Reader(key), 'record key')
    const codec = byType.get(typeId)
    if (codec === undefined) return { type: 'unknown', typeId, key, value }
    const decoded = { type: codec.name, key: codec.key.decode(key), value: value && codec.value.decode(value) }
    return decoded as unknown as KnownRecord<Table>
  }
}
