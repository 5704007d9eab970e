// What a batch from a client has to satisfy before its partition looks at it (Kafka's LogValidator, as far as a header tells).
// Compressed records stay as they are; only a compacted topic, whose records need keys, has to open them.

import {
  batchCrcMatches,
  RecordBatchError,
  viewBatches,
  type BatchView,
  type Compression,
  type ErrorName,
} from '@jackdaw/protocol'

import { NO_PRODUCER_ID } from './partition-log.ts'
import { recompress } from './recompress.ts'
import { recordsWithoutKey } from './record-keys.ts'

/** A topic's rules for what may be appended. */
export interface AppendRules {
  readonly maxMessageBytes: number
  readonly timestampType: 'CreateTime' | 'LogAppendTime'
  /** How far record timestamps may lie before and after the broker's clock, in milliseconds. */
  readonly timestampBeforeMaxMs: number
  readonly timestampAfterMaxMs: number
  /** Whether every record needs a key: a compacted topic keeps the last record of each. */
  readonly keysRequired: boolean
  /** The codec that batches are stored in; 'producer' = as they arrived. */
  readonly compression: Compression | 'producer'
}

/** A record that made its batch be refused (KIP-467). */
export interface RecordFault {
  /** Its place in the batch, from 0. */
  readonly batchIndex: number
  readonly message: string
}

export interface BatchRefused {
  readonly error: Exclude<ErrorName, 'NONE'>
  readonly message: string
  /** The records at fault, where it is not the whole batch. */
  readonly recordErrors?: readonly RecordFault[]
}

const refused = (error: BatchRefused['error'], message: string): BatchRefused => ({ error, message })

/** The one batch of a Produce partition, in the topic's own codec where it has one, or why it is refused. */
export const validateProduced = (records: Buffer, rules: AppendRules, wall: number): BatchView | BatchRefused => {
  const batches = viewBatches(records)
  if (typeof batches === 'string') {
    return batches === 'UNSUPPORTED_MAGIC'
      ? refused(
          'UNSUPPORTED_FOR_MESSAGE_FORMAT',
          'Only record batches of format 2 are taken (Produce version 3 and later).',
        )
      : refused('CORRUPT_MESSAGE', `The record batch cannot be read: ${batches}.`)
  }
  const [batch, second] = batches
  if (batch === undefined || second !== undefined) {
    return refused('INVALID_RECORD', `A partition's records are exactly one record batch; ${batches.length} were sent.`)
  }
  const fault = validateBatch(batch, rules, wall) ?? (rules.keysRequired ? validateKeys(batch, rules) : undefined)
  if (fault !== undefined) return fault
  return rules.compression === 'producer' || rules.compression === batch.compression
    ? batch
    : inTopicsCodec(batch, rules.compression, rules)
}

/** What a batch may unpack to, as a multiple of what a batch may have in all. */
const LARGEST_RATIO = 100

const inTopicsCodec = (batch: BatchView, compression: Compression, rules: AppendRules): BatchView | BatchRefused => {
  try {
    return recompress(batch, compression, rules.maxMessageBytes * LARGEST_RATIO)
  } catch (error) {
    if (error instanceof RecordBatchError) return refused('CORRUPT_MESSAGE', error.message)
    // They can be read, but are no batch: offsets that do not rise, timestamps too far apart.
    if (error instanceof RangeError) return refused('INVALID_RECORD', error.message)
    throw error
  }
}

/** Records at fault that are named, at most: a client may send a million of them. */
const LARGEST_FAULTS = 1000
const NO_KEY = 'Compacted topic cannot accept message without key.'

const validateKeys = (batch: BatchView, rules: AppendRules): BatchRefused | undefined => {
  try {
    const without = recordsWithoutKey(batch, rules.maxMessageBytes * LARGEST_RATIO)
    if (without.length === 0) return undefined
    const message = `${without.length} of ${batch.recordCount} records have no key, which a compacted topic needs.`
    const recordErrors = without.slice(0, LARGEST_FAULTS).map((batchIndex) => ({ batchIndex, message: NO_KEY }))
    return { error: 'INVALID_RECORD', message, recordErrors }
  } catch (error) {
    if (error instanceof RecordBatchError) return refused('CORRUPT_MESSAGE', error.message)
    throw error
  }
}

const validateBatch = (batch: BatchView, rules: AppendRules, wall: number): BatchRefused | undefined => {
  if (batch.sizeInBytes > rules.maxMessageBytes) {
    return refused(
      'MESSAGE_TOO_LARGE',
      `The record batch has ${batch.sizeInBytes} bytes; max.message.bytes of the topic is ${rules.maxMessageBytes}.`,
    )
  }
  if (!batchCrcMatches(batch))
    return refused('CORRUPT_MESSAGE', 'The CRC of the record batch does not match its bytes.')
  return validateCounts(batch) ?? validateTimestamps(batch, rules, wall)
}

const validateCounts = (batch: BatchView): BatchRefused | undefined => {
  if (batch.isControl) return refused('INVALID_RECORD', 'Clients may not write control batches.')
  if (batch.recordCount < 1 || batch.lastOffsetDelta + 1 !== batch.recordCount) {
    return refused(
      'INVALID_RECORD',
      `The record batch counts ${batch.recordCount} records and ends at offset delta ${batch.lastOffsetDelta}.`,
    )
  }
  if (batch.producerId !== NO_PRODUCER_ID && (batch.baseSequence < 0 || batch.producerEpoch < 0)) {
    return refused('INVALID_RECORD', 'A batch with a producer id needs a producer epoch and a base sequence.')
  }
  return undefined
}

const validateTimestamps = (batch: BatchView, rules: AppendRules, wall: number): BatchRefused | undefined => {
  if (rules.timestampType === 'LogAppendTime' || batch.maxTimestamp < 0) return undefined
  if (batch.maxTimestamp - wall > rules.timestampAfterMaxMs) {
    return refused(
      'INVALID_TIMESTAMP',
      `Timestamp ${batch.maxTimestamp} lies more than ${rules.timestampAfterMaxMs} ms ahead.`,
    )
  }
  if (wall - batch.baseTimestamp > rules.timestampBeforeMaxMs) {
    return refused(
      'INVALID_TIMESTAMP',
      `Timestamp ${batch.baseTimestamp} lies more than ${rules.timestampBeforeMaxMs} ms back.`,
    )
  }
  return undefined
}
