// The machine of one partition's log: where the next batch goes, whether its producer may send it, and what readers may see.
// Hot: it looks at batch headers only, and every value in its state is a number or bounded by the number of producers.
// Transactions are not in it yet: the last stable offset is the high watermark.

import type { BatchView, ErrorName } from '@jackdaw/protocol'

import { invariant } from '../invariant.ts'
import { noteEpoch, trimEpochs, type LeaderEpochs } from './leader-epochs.ts'
import { checkSequence, rememberBatch, type Producers } from './producer-state.ts'

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
  unsnapshotted: 0,
})

export type AppendDecision =
  | { readonly kind: 'ACCEPT'; readonly at: number; readonly next: number }
  | { readonly kind: 'DUPLICATE'; readonly at: number; readonly logAppendTime: number }
  | { readonly kind: 'REFUSE'; readonly error: Exclude<ErrorName, 'NONE'>; readonly message: string }

export const decideAppend = (state: Readonly<PartitionLogState>, batch: BatchView): AppendDecision => {
  if (batch.producerId !== NO_PRODUCER_ID && !batch.isControl) {
    const verdict = checkSequence(state.producers, batch)
    if (verdict.kind === 'REFUSED') return { kind: 'REFUSE', error: verdict.error, message: verdict.message }
    if (verdict.kind === 'DUPLICATE') {
      return { kind: 'DUPLICATE', at: verdict.of.firstOffset, logAppendTime: verdict.of.logAppendTime }
    }
  }
  return { kind: 'ACCEPT', at: state.end, next: state.end + batch.lastOffsetDelta + 1 }
}

/** Takes a batch in: its base offset and leader epoch are already written into it. Also the step of a replay. */
export const applyBatch = (state: PartitionLogState, batch: BatchView, wall: number): void => {
  invariant(batch.baseOffset >= state.end, 'a batch begins at or after the log end')
  noteEpoch(state.epochs, batch.partitionLeaderEpoch, batch.baseOffset)
  if (batch.producerId !== NO_PRODUCER_ID && !batch.isControl) {
    const logAppendTime = batch.timestampType === 'LogAppendTime' ? batch.maxTimestamp : NO_TIMESTAMP
    rememberBatch(state.producers, batch, batch.baseOffset, logAppendTime, wall)
  }
  state.end = batch.lastOffset + 1
  state.unsnapshotted += batch.sizeInBytes
}

/** The storage has acknowledged everything below `next`. */
export const applyDurable = (state: PartitionLogState, next: number): void => {
  invariant(next >= state.durable, 'the high watermark never goes back')
  invariant(next <= state.end, 'the storage acknowledges nothing that was not decided')
  state.durable = next
}

export const applyTrim = (state: PartitionLogState, start: number): void => {
  if (start <= state.start) return
  invariant(start <= state.durable, 'the log start stays at or below the high watermark')
  state.start = start
  trimEpochs(state.epochs, start)
}

/** Everything up to the log end is summed up in a snapshot. */
export const applySnapshot = (state: PartitionLogState): void => {
  state.unsnapshotted = 0
}
