// What consumers put into the bytes of JoinGroup and SyncGroup. To a broker these are opaque; it may look at the topics for
// DescribeGroups and for the expiry of offsets, nothing else.
import { array, bytes, int32, nullable, string, struct } from '../schema/field.ts'
import { within } from '../schema/errors.ts'
import { message, type Infer, type Init, type Message } from '../schema/message.ts'
import { Reader } from '../schema/reader.ts'
import { Writer } from '../schema/writer.ts'

/** v1 partitions that the member still owns (KIP-429), v2 the generation they are from (KIP-792), v3 rack (KIP-881). */
export const ConsumerProtocolSubscription = message(
  'ConsumerProtocolSubscription',
  { versions: '0-3', flexible: 'none' },
  {
    topics: array(string()),
    userData: nullable(bytes(), { default: null }),
    ownedPartitions: array(
      struct({
        topic: string({ mapKey: true }),
        partitions: array(int32()),
      }),
      { versions: '1+', ignorable: true },
    ),
    /** -1: unknown. */
    generationId: int32({ versions: '2+', default: -1, ignorable: true }),
    rackId: nullable(string(), { versions: '3+', ignorable: true }),
  },
)
export interface ConsumerProtocolSubscription extends Infer<typeof ConsumerProtocolSubscription> {}

/** All versions are alike. */
export const ConsumerProtocolAssignment = message(
  'ConsumerProtocolAssignment',
  { versions: '0-3', flexible: 'none' },
  {
    assignedPartitions: array(
      struct({
        topic: string({ mapKey: true }),
        partitions: array(int32()),
      }),
    ),
    userData: nullable(bytes(), { default: null }),
  },
)
export interface ConsumerProtocolAssignment extends Infer<typeof ConsumerProtocolAssignment> {}

const VERSION_MAX = 3

/** The bytes of a subscription: an int16 version, then its body. Throws EncodeError. */
export const encodeSubscription = (value: Init<typeof ConsumerProtocolSubscription>, version = VERSION_MAX): Buffer =>
  encode(ConsumerProtocolSubscription, value, version)

/**
 * Reads a subscription of any version: later ones only add at the end, so of those the part that is known is read. Throws
 * DecodeError for bytes that are none; a broker that merely wants to know the topics had better expect that.
 */
export const decodeSubscription = (bytes: Buffer): ConsumerProtocolSubscription =>
  decode(ConsumerProtocolSubscription, bytes)

/** The bytes of an assignment: an int16 version, then its body. Throws EncodeError. */
export const encodeAssignment = (value: Init<typeof ConsumerProtocolAssignment>, version = VERSION_MAX): Buffer =>
  encode(ConsumerProtocolAssignment, value, version)

/** Reads an assignment of any version, as {@link decodeSubscription} does. */
export const decodeAssignment = (bytes: Buffer): ConsumerProtocolAssignment => decode(ConsumerProtocolAssignment, bytes)

function encode<In>(schema: Message<object, In>, value: In, version: number): Buffer {
  const writer = new Writer()
  writer.int16(version)
  schema.encode(writer, value, version)
  return Buffer.concat(writer.finish(), writer.length)
}

function decode<Out>(schema: Message<Out>, bytes: Buffer): Out {
  const reader = new Reader(bytes)
  const version = readVersion(reader, schema.name)
  return schema.decode(reader, Math.min(version, VERSION_MAX))
}

function readVersion(reader: Reader, name: string): number {
  try {
    return reader.int16()
  } catch (error) {
    throw within(error, name)
  }
}
