// How records lie in `__cluster_metadata`: the value of a Kafka record without a key is a frame version, the record's type, the
// version of its schema (each an unsigned varint) and then the body.
import { DecodeError, within } from '../schema/errors.ts'
import type { Fields, InferFields, InitFields } from '../schema/field.ts'
import { message, type Infer, type Message, type MessageOptions } from '../schema/message.ts'
import { Reader } from '../schema/reader.ts'
import { Writer } from '../schema/writer.ts'

const FRAME_VERSION = 1

export interface MetadataRecordSchema<Out = object, In = object> extends Message<Out, In> {
  readonly apiKey: number
}

export function metadataRecord<const Shape extends Fields>(
  apiKey: number,
  name: string,
  options: MessageOptions,
  fields: Shape,
): MetadataRecordSchema<InferFields<Shape>, InitFields<Shape>> {
  return { apiKey, ...message(name, options, fields) }
}

/** Throws EncodeError where `version` cannot say what `value` means. */
export function encodeMetadataRecord<In>(schema: MetadataRecordSchema<object, In>, value: In, version: number): Buffer {
  const writer = new Writer()
  writer.uvarint(FRAME_VERSION)
  writer.uvarint(schema.apiKey)
  writer.uvarint(version)
  schema.encode(writer, value, version)
  return Buffer.concat(writer.finish(), writer.length)
}

export type MetadataRecordTable = Readonly<Record<string, MetadataRecordSchema>>

export type KnownMetadataRecord<Table extends MetadataRecordTable> = {
  readonly [Name in keyof Table]: { readonly type: Name; readonly version: number; readonly value: Infer<Table[Name]> }
}[keyof Table]

/** A record of a type that a newer broker may know. */
export interface UnknownMetadataRecord {
  readonly type: 'unknown'
  readonly apiKey: number
  readonly version: number
  readonly body: Buffer
}

/** Makes the decoder for the records of a table, by their names in it. It throws DecodeError for bytes that are no record. */
export function metadataDecoder<const Table extends MetadataRecordTable>(
  table: Table,
): (bytes: Buffer) => KnownMetadataRecord<Table> | UnknownMetadataRecord {
  const byKey = new Map(Object.entries(table).map(([name, schema]) => [schema.apiKey, { name, schema }]))
  return (bytes) => {
    const reader = new Reader(bytes)
    const { apiKey, version } = readFrame(reader)
    const found = byKey.get(apiKey)
    if (found === undefined) return { type: 'unknown', apiKey, version, body: bytes.subarray(reader.position) }
    const value = found.schema.decode(reader, version)
    if (reader.remaining > 0) {
      throw new DecodeError(`${reader.remaining} bytes are left over`).within(`${found.name} v${version}`)
    }
    return { type: found.name, version, value } as unknown as KnownMetadataRecord<Table>
  }
}

function readFrame(reader: Reader): { apiKey: number; version: number } {
  try {
    const frameVersion = reader.uvarint()
    if (frameVersion !== FRAME_VERSION) throw new DecodeError(`frame version ${frameVersion} is not known`)
    return { apiKey: reader.uvarint(), version: reader.uvarint() }
  } catch (error) {
    throw within(error, 'metadata record')
  }
}
