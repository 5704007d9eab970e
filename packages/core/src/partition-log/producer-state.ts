// What a partition remembers of idempotent producers (KIP-98, KIP-360): epoch and the last five batches of each, enough to tell
// a batch that is next in sequence from a duplicate and from a gap. As in Apache Kafka a duplicate is told by its epoch and
// sequence range alone, because clients that encode again on a retry (kafkajs) send other bytes under the same sequence.

import type { ErrorName } from '@jackdaw/protocol'

/** Clients keep at most five requests in flight, so a duplicate is never older than this many batches. */
export const BATCHES_REMEMBERED = 5

const LARGEST_SEQUENCE = 0x7fff_ffff

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
}

export type Producers = Map<number, Producer>

/** The part of a batch header that producer state looks at. */
export interface SequencedBatch {
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly lastOffsetDelta: number
}

export type SequenceVerdict =
  | { readonly kind: 'NEXT' }
  | { readonly kind: 'DUPLICATE'; readonly of: ProducedBatch }
  | { readonly kind: 'REFUSED'; readonly error: Exclude<ErrorName, 'NONE'>; readonly message: string }

const NEXT: SequenceVerdict = { kind: 'NEXT' }

/** Sequences wrap from 2^31 - 1 to 0. */
export const sequenceAfter = (sequence: number, count: number): number => (sequence + count) % (LARGEST_SEQUENCE + 1)

const lastSequenceOf = (batch: SequencedBatch): number => sequenceAfter(batch.baseSequence, batch.lastOffsetDelta)

export const checkSequence = (producers: Producers, batch: SequencedBatch): SequenceVerdict => {
  const known = producers.get(batch.producerId)
  if (known === undefined) return NEXT // any first sequence: its history may have expired or been deleted with the records
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
  if (batch.baseSequence === sequenceAfter(last.lastSequence, 1)) return NEXT
  const duplicate = known.batches.find(
    (seen) => seen.firstSequence === batch.baseSequence && seen.lastSequence === lastSequenceOf(batch),
  )
  if (duplicate !== undefined) return { kind: 'DUPLICATE', of: duplicate }
  return outOfOrder(batch, `sequence ${sequenceAfter(last.lastSequence, 1)} is next`)
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
): void => {
  const produced: ProducedBatch = {
    firstSequence: batch.baseSequence,
    lastSequence: lastSequenceOf(batch),
    firstOffset,
    logAppendTime,
  }
  const known = producers.get(batch.producerId)
  if (known === undefined || known.epoch !== batch.producerEpoch) {
    producers.set(batch.producerId, { epoch: batch.producerEpoch, batches: [produced], lastSeen: wall })
    return
  }
  known.lastSeen = wall
  known.batches.push(produced)
  if (known.batches.length > BATCHES_REMEMBERED) known.batches.shift()
}

/**
 * Notes that a batch could not be stored. Its producer may have sent others behind it on the same connection; were one of those
 * the first that this partition accepts of it, the gap before it could never be closed.
 */
export const expectSequence = (producers: Producers, batch: RefusedBatch, wall: number): void => {
  const known = producers.get(batch.producerId)
  if (known !== undefined && known.epoch >= batch.producerEpoch) return
  producers.set(batch.producerId, {
    epoch: batch.producerEpoch,
    first: batch.baseSequence,
    batches: [],
    lastSeen: wall,
  })
}

export type RefusedBatch = Omit<SequencedBatch, 'lastOffsetDelta'>

/** Forgets producers that have been silent for `producer.id.expiration.ms`. */
export const expireProducers = (producers: Producers, wall: number, expirationMs: number): void => {
  for (const [id, producer] of producers) if (wall - producer.lastSeen > expirationMs) producers.delete(id)
}
