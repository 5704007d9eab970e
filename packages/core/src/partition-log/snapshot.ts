// What the storage keeps beside a log so that a leader need not read it all again: producers with their open transactions,
// aborted transactions and leader epochs. JSON, because it is small, seldom written and best looked at.

import type { EpochStart } from './leader-epochs.ts'
import type { PartitionLogState } from './partition-log.ts'
import type { ProducedBatch } from './producer-state.ts'
import { noTransactions, type AbortedTransaction } from './transactions.ts'

const FORMAT = 2
/** Without transactions: what it does not say was not there. */
const FORMAT_WITHOUT_TRANSACTIONS = 1

type StoredBatch = readonly [firstSequence: number, lastSequence: number, firstOffset: number, logAppendTime: number]

interface StoredSnapshot {
  readonly format: number
  readonly epochs: readonly (readonly [epoch: number, start: number])[]
  readonly producers: readonly {
    readonly id: number
    readonly epoch: number
    readonly lastSeen: number
    readonly batches: readonly StoredBatch[]
    readonly first?: number
    readonly transaction?: number
    readonly coordinatorEpoch?: number
  }[]
  readonly aborted?: readonly StoredAborted[]
}

type StoredAborted = readonly [producerId: number, first: number, last: number, stable: number]

export class UnknownSnapshotFormat extends Error {
  override readonly name = 'UnknownSnapshotFormat'
}

export const encodeSnapshot = (state: Readonly<PartitionLogState>): Uint8Array => {
  const stored: StoredSnapshot = {
    format: FORMAT,
    epochs: state.epochs.map(({ epoch, start }) => [epoch, start]),
    producers: [...state.producers].map(([id, { batches, ...producer }]) => ({
      id,
      ...producer,
      batches: batches.map((b) => [b.firstSequence, b.lastSequence, b.firstOffset, b.logAppendTime]),
    })),
    aborted: state.transactions.aborted.map(({ producerId, first, last, stable }) => [producerId, first, last, stable]),
  }
  return new TextEncoder().encode(JSON.stringify(stored))
}

/** Sets epochs, producers and transactions of `state` to what the snapshot holds; the caller sets the offsets. */
export const restoreSnapshot = (state: PartitionLogState, bytes: Uint8Array): void => {
  const stored = JSON.parse(new TextDecoder().decode(bytes)) as StoredSnapshot
  if (stored.format !== FORMAT && stored.format !== FORMAT_WITHOUT_TRANSACTIONS) {
    throw new UnknownSnapshotFormat(
      `This snapshot has format ${stored.format}; this version of Jackdaw knows ${FORMAT}.`,
    )
  }
  state.epochs = stored.epochs.map(([epoch, start]): EpochStart => ({ epoch, start }))
  state.producers = new Map(
    stored.producers.map(({ id, batches, ...producer }) => [
      id,
      { transaction: undefined, coordinatorEpoch: -1, ...producer, batches: batches.map(batchOf) },
    ]),
  )
  state.transactions = { ...noTransactions(), aborted: (stored.aborted ?? []).map(abortedOf) }
  const open = [...state.producers].flatMap(([id, { transaction }]) =>
    transaction === undefined ? [] : [[transaction, id] as const],
  )
  for (const [first, id] of open.toSorted(([a], [b]) => a - b)) state.transactions.undecided.set(first, id)
}

const abortedOf = ([producerId, first, last, stable]: StoredAborted): AbortedTransaction => ({
  producerId,
  first,
  last,
  stable,
})

const batchOf = ([firstSequence, lastSequence, firstOffset, logAppendTime]: StoredBatch): ProducedBatch => ({
  firstSequence,
  lastSequence,
  firstOffset,
  logAppendTime,
})
