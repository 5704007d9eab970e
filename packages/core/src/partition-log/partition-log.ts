// The machine of one partition's log: where the next batch goes, whether its producer may send it, and what readers may see.
// Hot: it looks at batch headers only (but for the one record of a transaction marker), and what its state holds is bounded by
// the number of producers and of aborted transactions.

import { decodeControlRecord, decodeRecords, type BatchView, type ErrorName } from '@jackdaw/protocol'

import { invariant } from '../invariant.ts'
import { noteEpoch, trimEpochs, type LeaderEpochs } from './leader-epochs.ts'
import { checkSequence, producerAt, rememberBatch, type Producers } from './producer-state.ts'
import {
  beginTransaction,
  decideUpTo,
  endTransaction,
  firstUndecided,
  isMember,
  leapsAhead,
  noTransactions,
  trimTransactions,
  type PartitionTransactions,
} from './transactions.ts'

export interface PartitionLogState {
  /** Log start offset. */
  start: number
  /** Where the next batch goes: everything below has been decided, though perhaps not stored yet. */
  end: number
  /** High watermark: everything below has been acknowledged by the storage. */
  durable: number
  /** The epoch in which this broker leads. */
  leaderEpoch: number
  epochs: LeaderEpochs
  producers: Producers
  transactions: PartitionTransactions
  /** Bytes applied since the last snapshot. */
  unsnapshotted: number
}

export const NO_PRODUCER_ID = -1
/** Answered as the append time where the producer's own timestamps stand. */
export const NO_TIMESTAMP = -1

export const emptyPartitionLog = (at: number, leaderEpoch: number): PartitionLogState => ({
  start: at,
  end: at,
  durable: at,
  leaderEpoch,
  epochs: [],
  producers: new Map(),
  transactions: noTransactions(),
  unsnapshotted: 0,
})

export type AppendDecision =
  | { readonly kind: 'ACCEPT'; readonly at: number; readonly next: number }
  | { readonly kind: 'DUPLICATE'; readonly at: number; readonly logAppendTime: number }
  | { readonly kind: 'REFUSE'; readonly error: Exclude<ErrorName, 'NONE'>; readonly message: string }

/** What readers of committed records see: nothing at or beyond the first transaction that has not ended. */
export const lastStableOffset = (state: Readonly<PartitionLogState>): number =>
  Math.max(state.start, Math.min(state.durable, firstUndecided(state.transactions, state.durable)))

/** Whether a producer whose batches have no sequences may write to its transaction here. */
export const decideAdmission = (
  { producers, transactions }: Readonly<PartitionLogState>,
  producerId: number,
  epoch: number,
): Exclude<ErrorName, 'NONE'> | undefined => {
  const producer = producers.get(producerId)
  if (producer !== undefined && epoch < producer.epoch) return 'INVALID_PRODUCER_EPOCH'
  return isMember(transactions, producer, producerId, epoch) ? undefined : 'INVALID_TXN_STATE'
}

/** `startsAtZero`: see {@link checkSequence}. */
export const decideAppend = (
  state: Readonly<PartitionLogState>,
  batch: BatchView,
  startsAtZero = false,
): AppendDecision => {
  if (batch.producerId !== NO_PRODUCER_ID) {
    const verdict = checkSequence(state.producers, batch, startsAtZero)
    if (verdict.kind === 'REFUSED') return { kind: 'REFUSE', error: verdict.error, message: verdict.message }
    if (verdict.kind === 'DUPLICATE') {
      return { kind: 'DUPLICATE', at: verdict.of.firstOffset, logAppendTime: verdict.of.logAppendTime }
    }
    const fault = transactionFault(state, batch)
    if (fault !== undefined) return { kind: 'REFUSE', ...fault }
  }
  return { kind: 'ACCEPT', at: state.end, next: state.end + batch.lastOffsetDelta + 1 }
}

const transactionFault = (
  { producers, transactions }: Readonly<PartitionLogState>,
  batch: BatchView,
): { readonly error: Exclude<ErrorName, 'NONE'>; readonly message: string } | undefined => {
  const producer = producers.get(batch.producerId)
  const who = `producer ${batch.producerId} (epoch ${batch.producerEpoch})`
  if (!batch.isTransactional) {
    if (producer?.transaction === undefined) return undefined
    return { error: 'INVALID_TXN_STATE', message: `A transaction of ${who} is open here; the batch is not in it.` }
  }
  if (!isMember(transactions, producer, batch.producerId, batch.producerEpoch))
    return { error: 'INVALID_TXN_STATE', message: `The partition is not part of a transaction of ${who}.` }
  if (leapsAhead(transactions, batch))
    return { error: 'OUT_OF_ORDER_SEQUENCE_NUMBER', message: `A batch of ${who} came ahead of an earlier one.` }
  return undefined
}

/** Takes a batch in: its base offset and leader epoch are already written into it. Also the step of a replay. */
export const applyBatch = (state: PartitionLogState, batch: BatchView, wall: number): void => {
  invariant(batch.baseOffset >= state.end, 'a batch begins at or after the log end')
  noteEpoch(state.epochs, batch.partitionLeaderEpoch, batch.baseOffset)
  if (batch.isControl) applyControl(state, batch, wall)
  else if (batch.producerId !== NO_PRODUCER_ID) applyProduced(state, batch, wall)
  state.end = batch.lastOffset + 1
  state.unsnapshotted += batch.sizeInBytes
}

const applyProduced = (state: PartitionLogState, batch: BatchView, wall: number): void => {
  const logAppendTime = batch.timestampType === 'LogAppendTime' ? batch.maxTimestamp : NO_TIMESTAMP
  const producer = rememberBatch(state.producers, batch, batch.baseOffset, logAppendTime, wall)
  if (batch.isTransactional && producer.transaction === undefined)
    beginTransaction(state.transactions, batch.producerId, producer, batch.baseOffset)
}

const LARGEST_CONTROL_BYTES = 4096

/** A batch that compaction has emptied says nothing any more; control records of other kinds are not about transactions. */
const applyControl = (state: PartitionLogState, batch: BatchView, wall: number): void => {
  const [record] = decodeRecords(batch, { maxDecompressedBytes: LARGEST_CONTROL_BYTES })
  if (record === undefined) return
  const marker = decodeControlRecord(record)
  if (marker.type === 'other') return
  const producer = producerAt(state.producers, batch.producerId, batch.producerEpoch, wall)
  producer.coordinatorEpoch = marker.coordinatorEpoch
  endTransaction(state.transactions, batch.producerId, producer, marker.type === 'commit', batch.baseOffset)
}

/** The storage has acknowledged everything below `next`. */
export const applyDurable = (state: PartitionLogState, next: number): void => {
  invariant(next >= state.durable, 'the high watermark never goes back')
  invariant(next <= state.end, 'the storage acknowledges nothing that was not decided')
  state.durable = next
  decideUpTo(state.transactions, next)
}

export const applyTrim = (state: PartitionLogState, start: number): void => {
  if (start <= state.start) return
  invariant(start <= state.durable, 'the log start stays at or below the high watermark')
  state.start = start
  trimEpochs(state.epochs, start)
  trimTransactions(state.transactions, start)
}

/** Everything up to the log end is summed up in a snapshot. */
export const applySnapshot = (state: PartitionLogState): void => {
  state.unsnapshotted = 0
}
