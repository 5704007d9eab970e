// Control batches (KIP-98): one record that says how a producer's transaction ended in this partition. Written by the
// transaction coordinator through the partition's leader, never by clients; consumers read the type and step over them.

import { encodeBatch } from './encode-batch.ts'
import { corrupt } from './record-batch-error.ts'

/** Kafka's control record types, by id. Beyond the first two they occur in the cluster metadata log only. */
const CONTROL_TYPES = ['abort', 'commit'] as const
const MARKER_VERSION = 0
const KEY_BYTES = 4
const MARKER_BYTES = 6

export interface ControlBatchInput {
  readonly type: 'commit' | 'abort'
  readonly producerId: number
  readonly producerEpoch: number
  /** The epoch of the transaction coordinator: a marker of an older coordinator is refused by the leader. */
  readonly coordinatorEpoch: number
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  /** Default: 0. */
  readonly baseOffset?: number
  /** Default: -1. */
  readonly partitionLeaderEpoch?: number
}

export type ControlRecord =
  | { readonly type: 'commit' | 'abort'; readonly coordinatorEpoch: number }
  /** Another type than an end of transaction: to be stepped over. */
  | { readonly type: 'other'; readonly typeId: number }

/** A transaction marker as a batch of its own. */
export function encodeControlBatch(input: ControlBatchInput): Buffer {
  const key = Buffer.alloc(KEY_BYTES)
  key.writeInt16BE(CONTROL_TYPES.indexOf(input.type), 2)
  const value = Buffer.alloc(MARKER_BYTES)
  value.writeInt16BE(MARKER_VERSION)
  value.writeInt32BE(input.coordinatorEpoch, 2)
  return encodeBatch({
    records: [{ timestamp: input.timestamp, key, value }],
    baseOffset: input.baseOffset,
    partitionLeaderEpoch: input.partitionLeaderEpoch,
    producerId: input.producerId,
    producerEpoch: input.producerEpoch,
    isTransactional: true,
    isControl: true,
  })
}

/**
 * Reads the record of a control batch. Later versions of key and value only add at the end, so what follows the known fields
 * is not looked at. Throws {@link RecordBatchError} `CORRUPT`.
 */
export function decodeControlRecord(record: {
  readonly key: Buffer | null
  readonly value: Buffer | null
}): ControlRecord {
  const { key, value } = record
  if (key === null || key.length < KEY_BYTES || key.readInt16BE(0) < 0) throw corrupt('a control record has no type')
  const typeId = key.readInt16BE(2)
  const type = CONTROL_TYPES[typeId]
  if (type === undefined) return { type: 'other', typeId }
  if (value === null || value.length < MARKER_BYTES || value.readInt16BE(0) < MARKER_VERSION) {
    throw corrupt(`the marker of a transaction's ${type} has no coordinator epoch`)
  }
  return { type, coordinatorEpoch: value.readInt32BE(2) }
}
