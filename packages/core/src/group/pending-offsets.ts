// Offsets that were committed inside of transactions which have not ended: they count when the transaction commits, unless the
// group has committed something newer for the partition meanwhile. Kept by producer, because a transaction ends by its
// producer's marker, and by group, because readers who want only stable offsets ask so.

import type { OffsetCommitRec } from './records.ts'

export interface PendingOffset {
  readonly record: OffsetCommitRec
  /** Where the record lies in the log: of two, the later one counts, whenever their transactions end. */
  readonly at: number
}

export interface PendingOffsets {
  /** By producer id, then by {@link offsetKey}. */
  readonly byProducer: Map<number, Map<string, PendingOffset>>
  /** By group id, then by {@link offsetKey}: the producers whose transactions are open. */
  readonly byGroup: Map<string, Map<string, Set<number>>>
}

export const noPendingOffsets = (): PendingOffsets => ({ byProducer: new Map(), byGroup: new Map() })

type OffsetName = Pick<OffsetCommitRec, 'groupId' | 'topic' | 'partition'>

const offsetKey = ({ groupId, topic, partition }: OffsetName): string =>
  `${groupId.length} ${groupId}${topic.length} ${topic}${partition}`

export const addPending = (pending: PendingOffsets, producerId: number, record: OffsetCommitRec, at: number): void => {
  const key = offsetKey(record)
  const ofProducer = pending.byProducer.get(producerId) ?? new Map<string, PendingOffset>()
  pending.byProducer.set(producerId, ofProducer.set(key, { record, at }))
  const ofGroup = pending.byGroup.get(record.groupId) ?? new Map<string, Set<number>>()
  pending.byGroup.set(record.groupId, ofGroup.set(key, (ofGroup.get(key) ?? new Set()).add(producerId)))
}

/** The producer's transaction has ended: takes out what it had pending. */
export const takePending = (pending: PendingOffsets, producerId: number): readonly PendingOffset[] => {
  const taken = [...(pending.byProducer.get(producerId)?.values() ?? [])]
  for (const { record } of taken) forget(pending, producerId, record)
  return taken
}

/** What was committed (or deleted) at `at` counts: what is pending for the same offset from before will not. */
export const overtakePending = (pending: PendingOffsets, record: OffsetName, at: number): void => {
  const key = offsetKey(record)
  for (const producerId of pending.byGroup.get(record.groupId)?.get(key) ?? []) {
    const other = pending.byProducer.get(producerId)?.get(key)
    if (other !== undefined && other.at < at) forget(pending, producerId, record)
  }
}

/** Whether an open transaction may still change the offset. */
export const isPending = ({ byGroup }: PendingOffsets, name: OffsetName): boolean =>
  byGroup.get(name.groupId)?.has(offsetKey(name)) ?? false

/** What is pending for one group, in any transaction. */
export function* pendingOf({ byGroup, byProducer }: PendingOffsets, groupId: string): Generator<OffsetCommitRec> {
  for (const [key, producers] of byGroup.get(groupId) ?? []) {
    for (const producerId of producers) {
      const pending = byProducer.get(producerId)?.get(key)
      if (pending !== undefined) yield pending.record
    }
  }
}

const forget = ({ byProducer, byGroup }: PendingOffsets, producerId: number, name: OffsetName): void => {
  const key = offsetKey(name)
  const ofProducer = byProducer.get(producerId)
  ofProducer?.delete(key)
  if (ofProducer?.size === 0) byProducer.delete(producerId)
  const ofGroup = byGroup.get(name.groupId)
  const producers = ofGroup?.get(key)
  producers?.delete(producerId)
  if (producers?.size === 0) ofGroup?.delete(key)
  if (ofGroup?.size === 0) byGroup.delete(name.groupId)
}
