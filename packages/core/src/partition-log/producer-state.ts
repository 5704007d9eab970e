// What a partition remembers of idempotent producers (KIP-98, KIP-360): epoch and the last five batches of each, enough to tell
// a batch that is next in sequence from a duplicate and from a gap. As in Apache Kafka a duplicate is told by its epoch and
// sequence range alone, because clients that encode again on a retry (kafkajs) send other bytes under the same sequence.

import { incrementSequence, type ErrorName } from '@jackdaw/protocol'

/** Clients keep at most five requests in flight, so a duplicate is never older than this many batches. */
export const BATCHES_REMEMBERED = 5

export interface ProducedBatch {
  readonly firstSequence: number
  readonly lastSequence: number
  readonly firstOffset: number
  /** The timestamp that was answered: log append time, or -1 where the producer's own stands. */
  readonly logAppendTime: number
}

export interface Producer {
  epoch: number
  /** Where nothing of this epoch is stored yet: the sequence it has to begin with, if a batch of it was refused. */
  first?: number
  /** Oldest first, at most {@link BATCHES_REMEMBERED}. */
  batches: ProducedBatch[]
  /** Wall time of its last append in milliseconds, for expiry. */
  lastSeen: number
  /** The first offset of its open transaction. */
  transaction: number | undefined
  /** Of the transaction coordinator that wrote its last marker; -1 where none did. */
  coordinatorEpoch: number
}

export type Producers = Map<number, Producer>

/** The part of a batch header that producer state looks at. */
export interface SequencedBatch {
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly lastOffsetDelta: number
}

/** Of batches that coordinators write: they are ordered by their log. */
export const NO_SEQUENCE = -1
const NO_COORDINATOR_EPOCH = -1

export type SequenceVerdict =
  | { readonly kind: 'NEXT' }
  | { readonly kind: 'DUPLICATE'; readonly of: ProducedBatch }
  | { readonly kind: 'REFUSED'; readonly error: Exclude<ErrorName, 'NONE'>; readonly message: string }

const NEXT: SequenceVerdict = { kind: 'NEXT' }

const lastSequenceOf = (batch: SequencedBatch): number => incrementSequence(batch.baseSequence, batch.lastOffsetDelta)

/** `startsAtZero`: every transaction has an epoch of its own (transaction version 2), so nobody comes back in the middle of one. */
export const checkSequence = (producers: Producers, batch: SequencedBatch, startsAtZero = false): SequenceVerdict => {
  const known = producers.get(batch.producerId)
  if (known === undefined) {
    // Any first sequence: its history may have expired or been deleted with the records.
    return startsAtZero && batch.baseSequence !== 0
      ? outOfOrder(batch, 'a producer that is not known here has to begin at sequence 0')
      : NEXT
  }
  if (batch.producerEpoch < known.epoch) return zombie(batch, known)
  if (batch.producerEpoch > known.epoch) {
    return batch.baseSequence === 0
      ? NEXT
      : outOfOrder(batch, `epoch ${batch.producerEpoch} has to begin at sequence 0`)
  }
  const last = known.batches.at(-1)
  if (last === undefined) {
    const begins = known.first === undefined || batch.baseSequence === known.first
    return begins
      ? NEXT
      : outOfOrder(batch, `sequence ${known.first} is next: it was refused before and is still missing`)
  }
  if (batch.baseSequence === incrementSequence(last.lastSequence, 1)) return NEXT
  const duplicate = known.batches.find(
    (seen) => seen.firstSequence === batch.baseSequence && seen.lastSequence === lastSequenceOf(batch),
  )
  if (duplicate !== undefined) return { kind: 'DUPLICATE', of: duplicate }
  return outOfOrder(batch, `sequence ${incrementSequence(last.lastSequence, 1)} is next`)
}

const zombie = (batch: SequencedBatch, known: Producer): SequenceVerdict => ({
  kind: 'REFUSED',
  error: 'INVALID_PRODUCER_EPOCH',
  message: `Producer ${batch.producerId} sent epoch ${batch.producerEpoch}, but epoch ${known.epoch} has taken over.`,
})

const outOfOrder = (batch: SequencedBatch, expected: string): SequenceVerdict => ({
  kind: 'REFUSED',
  error: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
  message: `Producer ${batch.producerId} (epoch ${batch.producerEpoch}) sent sequence ${batch.baseSequence}; ${expected}.`,
})

/** Remembers a batch that {@link checkSequence} let pass, or that was found in the log. */
export const rememberBatch = (
  producers: Producers,
  batch: SequencedBatch,
  firstOffset: number,
  logAppendTime: number,
  wall: number,
): Producer => {
  const producer = producerAt(producers, batch.producerId, batch.producerEpoch, wall)
  if (batch.baseSequence === NO_SEQUENCE) return producer
  producer.first = undefined
  producer.batches.push({
    firstSequence: batch.baseSequence,
    lastSequence: lastSequenceOf(batch),
    firstOffset,
    logAppendTime,
  })
  if (producer.batches.length > BATCHES_REMEMBERED) producer.batches.shift()
  return producer
}

/** The producer, which is at work in this epoch. A new epoch has sent nothing yet; what is open of an older one stays so. */
export const producerAt = (producers: Producers, producerId: number, epoch: number, wall: number): Producer => {
  const known = producers.get(producerId)
  if (known?.epoch === epoch) {
    known.lastSeen = wall
    return known
  }
  const producer: Producer = {
    epoch,
    first: known === undefined ? undefined : 0,
    batches: [],
    lastSeen: wall,
    transaction: known?.transaction,
    coordinatorEpoch: known?.coordinatorEpoch ?? NO_COORDINATOR_EPOCH,
  }
  producers.set(producerId, producer)
  return producer
}

/**
 * Notes that a batch could not be stored. Its producer may have sent others behind it on the same connection; were one of those
 * the first that this partition accepts of it, the gap before it could never be closed.
 */
export const expectSequence = (producers: Producers, batch: RefusedBatch, wall: number): void => {
  if (batch.baseSequence === NO_SEQUENCE) return
  const known = producers.get(batch.producerId)
  if (known !== undefined && known.epoch >= batch.producerEpoch) return
  // An older epoch has a transaction open: its marker brings the new epoch, and nothing else may before it.
  if (known?.transaction !== undefined) return
  const producer = producerAt(producers, batch.producerId, batch.producerEpoch, wall)
  producer.first = batch.baseSequence
}

export type RefusedBatch = Omit<SequencedBatch, 'lastOffsetDelta'>

/** Forgets producers that have been silent for `producer.id.expiration.ms`, unless a transaction of theirs is open. */
export const expireProducers = (producers: Producers, wall: number, expirationMs: number): void => {
  for (const [id, { lastSeen, transaction }] of producers)
    if (transaction === undefined && wall - lastSeen > expirationMs) producers.delete(id)
}
