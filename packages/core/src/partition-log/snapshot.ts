// What the storage keeps beside a log so that a leader need not read it all again: producers and leader epochs. Bounded by
// the number of producers, never by the length of the log. JSON, because it is small, seldom written and best looked at.

import type { EpochStart } from './leader-epochs.ts'
import type { PartitionLogState } from './partition-log.ts'
import type { ProducedBatch } from './producer-state.ts'

const FORMAT = 1

type StoredBatch = readonly [firstSequence: number, lastSequence: number, firstOffset: number, logAppendTime: number]

interface StoredSnapshot {
  readonly format: number
  readonly epochs: readonly (readonly [epoch: number, start: number])[]
  readonly producers: readonly {
    readonly id: number
    readonly epoch: number
    readonly lastSeen: number
    readonly batches: readonly StoredBatch[]
  }[]
}

export class UnknownSnapshotFormat extends Error {
  override readonly name = 'UnknownSnapshotFormat'
}

export const encodeSnapshot = (state: Readonly<PartitionLogState>): Uint8Array => {
  const stored: StoredSnapshot = {
    format: FORMAT,
    epochs: state.epochs.map(({ epoch, start }) => [epoch, start]),
    producers: [...state.producers].map(([id, { epoch, lastSeen, batches }]) => ({
      id,
      epoch,
      lastSeen,
      batches: batches.map((b) => [b.firstSequence, b.lastSequence, b.firstOffset, b.logAppendTime]),
    })),
  }
  return new TextEncoder().encode(JSON.stringify(stored))
}

/** Sets epochs and producers of `state` to what the snapshot holds; the caller sets the offsets. */
export const restoreSnapshot = (state: PartitionLogState, bytes: Uint8Array): void => {
  const stored = JSON.parse(new TextDecoder().decode(bytes)) as StoredSnapshot
  if (stored.format !== FORMAT) {
    throw new UnknownSnapshotFormat(
      `This snapshot has format ${stored.format}; this version of Jackdaw knows ${FORMAT}.`,
    )
  }
  state.epochs = stored.epochs.map(([epoch, start]): EpochStart => ({ epoch, start }))
  state.producers = new Map(
    stored.producers.map(({ id, epoch, lastSeen, batches }) => [
      id,
      { epoch, lastSeen, batches: batches.map(batchOf) },
    ]),
  )
}

const batchOf = ([firstSequence, lastSequence, firstOffset, logAppendTime]: StoredBatch): ProducedBatch => ({
  firstSequence,
  lastSequence,
  firstOffset,
  logAppendTime,
})
